import type { Remark } from '../domain/change.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { faultOfSource, findNewSources, findUrlImports } from './dependency-sources.ts';
import { findForeignDownloads } from './lock-downloads.ts';
import { isLockFile } from './lock-files.ts';
import { lookalikeOf } from './lookalike-name.ts';
import { asObject, readObject, type Manifest } from './manifests.ts';
import { newDependencies, type NewDependency } from './new-dependencies.ts';
import { popularNames } from './popular-names.ts';

/** New dependencies that are named like others, or come from nowhere that anybody watches over. */
export function findDependencyFaults({ manifests, diffs }: Inspected): Refusal[] {
  return [
    ...newDependencies(manifests).flatMap((dependency) => [
      ...faultOfName(dependency),
      ...faultOfSource(dependency),
    ]),
    ...findNewSources(manifests),
    ...diffs.flatMap(findUrlImports),
    ...manifests.filter(({ path }) => isLockFile(path)).flatMap(findForeignDownloads),
  ];
}

function faultOfName({ ecosystem, name, spec, path, line, was }: NewDependency): Refusal[] {
  const hidden = aliasIn(spec);
  const isReplaced = was !== null && aliasIn(was) !== hidden;
  if (hidden !== null && hidden !== name && (isReplaced || popularNames(ecosystem).has(name))) {
    const reason = `what is called ${name} here is ${hidden}; call it by its own name`;
    return [{ code: 'GUARD_DEPENDENCY_NAME', path, line, reason }];
  }
  const known = was !== null || ecosystem === 'go' ? null : lookalikeOf(name, ecosystem);
  if (known === null) return [];
  const reason = `the new dependency ${name} is named like ${known} and is not it; name the right one, or do without`;
  return [{ code: 'GUARD_DEPENDENCY_NAME', path, line, reason }];
}

function aliasIn(spec: string): string | null {
  return /^npm:(@?[^@]+)/.exec(spec)?.[1] ?? null;
}

/** Names and licences of what is new, for whoever reads the pull request. */
export function describeNewDependencies({ manifests }: Inspected): Remark[] {
  return newDependencies(manifests)
    .filter(({ was }) => was === null)
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
