import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { asObject, isPackageManifest, lineOf, readObject, type Manifest } from './manifests.ts';

/** Scripts that package managers start by themselves, on every machine that installs. */
const lifecycle =
  /^(?:(?:pre|post)-?)?(?:install|uninstall|prepare|pack|publish|version|shrinkwrap|update|autoload-dump|root-package-install|create-project|status)(?:-cmd)?$|^prepublishOnly$|^dependencies$/;
/** Keys by which a tool, or a hook of git, starts commands of this file's choice. */
const starters = [
  'husky',
  'lint-staged',
  'simple-git-hooks',
  'gitHooks',
  'pre-commit',
  'ghooks',
  'packageManager',
  'trustedDependencies',
  'allowScripts',
  'dependenciesMeta',
  'gypfile',
];

/** Entries of a manifest that run on somebody's machine before anybody reads them. */
export function findRunsLater({ manifests }: Inspected): Refusal[] {
  return manifests
    .filter(({ path }) => isPackageManifest(path) || path.endsWith('composer.json'))
    .flatMap(findStarted);
}

function findStarted({ path, before, after }: Manifest): Refusal[] {
  const [was, is] = [readObject(before), readObject(after)];
  if (after !== null && is === null && before !== null && was !== null)
    return [refusal(path, 0, 'this is no JSON any more; mend it')];
  const started = changedKeys(scriptsOf(was), scriptsOf(is)).filter((name) => lifecycle.test(name));
  const configured = changedKeys(was, is).filter((name) => starters.includes(name));
  const allowed = changedKeys(permissionsOf(was), permissionsOf(is)).filter((name) => permits.test(name));
  const named = [...started, ...configured, ...allowed].map((name) =>
    refusal(
      path,
      lineOf(after, `"${name}"`),
      `"${name}" is started by itself on the machines of other people; leave it as it was`,
    ),
  );
  return [...named, ...statedTwice(path, after)];
}

/** What pnpm and composer may run for packages. */
const permits = /^(?:onlyBuilt|neverBuilt|dangerouslyAllow|allowBuilds|configDependencies|allow-plugins$)/;

function permissionsOf(manifest: Record<string, unknown> | null): Record<string, unknown> | null {
  return manifest === null ? null : { ...asObject(manifest['pnpm']), ...asObject(manifest['config']) };
}

/** Of two keys of one name a reader sees the first, and a program the last. */
function statedTwice(path: string, text: string | null): Refusal[] {
  const places = [...(text ?? '').matchAll(/"scripts"(?=\s*:\s*\{)/g)];
  if (places.length < 2) return [];
  const line = (text ?? '').slice(0, places[1]?.index).split('\n').length;
  return [refusal(path, line, '"scripts" stands here twice, and only the last one counts; keep one')];
}

function scriptsOf(manifest: Record<string, unknown> | null): Record<string, unknown> | null {
  return manifest === null ? null : asObject(manifest['scripts']);
}

/** Keys that are new, or have another value. */
function changedKeys(was: Record<string, unknown> | null, is: Record<string, unknown> | null): string[] {
  return Object.entries(is ?? {})
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was?.[name]))
    .map(([name]) => name);
}

function refusal(path: string, line: number, reason: string): Refusal {
  return { code: 'GUARD_RUNS_LATER', path, line, reason };
}
