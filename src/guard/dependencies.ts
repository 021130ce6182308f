import type { Remark } from '../domain/change.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { isLockFile } from './lock-files.ts';
import { lookalikeOf } from './lookalike-name.ts';
import { asObject, readObject, type Manifest } from './manifests.ts';
import { newDependencies, type NewDependency } from './new-dependencies.ts';
import { popularNames } from './popular-names.ts';

/** New dependencies that are named like others, or come from nowhere that anybody watches over. */
export function findDependencyFaults({ manifests }: Inspected): Refusal[] {
  return [
    ...newDependencies(manifests).flatMap((dependency) => [
      ...faultOfName(dependency),
      ...faultOfSource(dependency),
    ]),
    ...manifests.filter(({ path }) => isLockFile(path)).flatMap(findForeignHosts),
  ];
}

function faultOfName({ ecosystem, name, spec, path, line, isKnown }: NewDependency): Refusal[] {
  const hidden = /^npm:(@?[^@]+)/.exec(spec)?.[1];
  if (hidden !== undefined && popularNames(ecosystem).has(name) && hidden !== name) {
    const reason = `what is called ${name} here is ${hidden}; call it by its own name`;
    return [{ code: 'GUARD_DEPENDENCY_NAME', path, line, reason }];
  }
  const known = isKnown || ecosystem === 'go' ? null : lookalikeOf(name, ecosystem);
  if (known === null) return [];
  const reason = `the new dependency ${name} is named like ${known} and is not it; name the right one, or do without`;
  return [{ code: 'GUARD_DEPENDENCY_NAME', path, line, reason }];
}

const elsewhere =
  /^(?:git|git\+\w+|https?|ssh):|^git@|^(?:github|gitlab|bitbucket|gist):|^[\w.-]+\/[\w.-]+(?:#.*)?$|\bgit\s*=|@\s*(?:git\+|https?:)/;

function faultOfSource({ name, spec, path, line }: NewDependency): Refusal[] {
  if (!elsewhere.test(spec)) return [];
  const reason = `the dependency ${name} comes from ${spec.slice(0, 80)}, not from the registry; take a published version`;
  return [{ code: 'GUARD_DEPENDENCY_SOURCE', path, line, reason }];
}

const registries = ['registry.npmjs.org', 'registry.yarnpkg.com'];
const download = /(?:"resolved":\s*"|resolved\s+"|tarball:\s*)(?:git\+)?(\w+:\/\/([^/"\s]+)[^"\s]*)/g;

/** A lock file that fetches from a host it did not know: what is installed is then not what the manifest names. */
function findForeignHosts({ path, before, after }: Manifest): Refusal[] {
  const trusted = new Set([...registries, ...hostsIn(before ?? '').map(({ host }) => host)]);
  const foreign = hostsIn(after ?? '').filter(({ host }) => !trusted.has(host));
  const [first] = foreign;
  if (first === undefined) return [];
  const line = (after ?? '').slice(0, first.index).split('\n').length;
  const reason = `this lock file fetches from ${first.host}, which it did not before; let the package manager write it`;
  return [{ code: 'GUARD_LOCK_FILE', path, line, reason }];
}

function hostsIn(text: string): { host: string; index: number }[] {
  return [...text.matchAll(download)].map((match) => ({ host: match[2] ?? '', index: match.index }));
}

/** Names and licences of what is new, for whoever reads the pull request. */
export function describeNewDependencies({ manifests }: Inspected): Remark[] {
  return newDependencies(manifests)
    .filter(({ isKnown }) => !isKnown)
    .map(({ name, spec, path, line, ecosystem }) => {
      const licence = ecosystem === 'npm' ? licenceOf(name, manifests) : null;
      const told = licence === null ? 'its licence is not known here' : `licence ${licence}`;
      return { path, line, text: `new dependency ${name} ${spec}: ${told}` };
    });
}

/** As the lock file repeats it from the package. */
function licenceOf(name: string, manifests: readonly Manifest[]): string | null {
  for (const { path, after } of manifests) {
    if (!/(?:package-lock|npm-shrinkwrap)\.json$/.test(path)) continue;
    const packages = asObject(readObject(after)?.['packages']);
    const licence = asObject(packages?.[`node_modules/${name}`])?.['license'];
    if (typeof licence === 'string') return licence;
  }
  return null;
}
