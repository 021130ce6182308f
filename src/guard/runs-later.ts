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
];
const verifying = /^(?:test|tests|unit|check|ci|lint|types?|typecheck|type-check|coverage|verify|e2e)(?::|$)/;

/** Entries of a manifest that run on somebody's machine before anybody reads them, and checks that became empty. */
export function findRunsLater({ manifests }: Inspected): Refusal[] {
  return manifests
    .filter(({ path }) => isPackageManifest(path) || path.endsWith('composer.json'))
    .flatMap((manifest) => [...findStarted(manifest), ...findEmptied(manifest)]);
}

function findStarted({ path, before, after }: Manifest): Refusal[] {
  const [was, is] = [readObject(before), readObject(after)];
  if (after !== null && is === null && before !== null && was !== null)
    return [refusal(path, 0, 'this is no JSON any more; mend it')];
  const started = changedKeys(scriptsOf(was), scriptsOf(is)).filter((name) => lifecycle.test(name));
  const configured = changedKeys(was, is).filter((name) => starters.includes(name));
  return [...started, ...configured].map((name) =>
    refusal(
      path,
      lineOf(after, `"${name}"`),
      `"${name}" is started by itself on the machines of other people; leave it as it was`,
    ),
  );
}

function findEmptied({ path, before, after }: Manifest): Refusal[] {
  const [was, is] = [scriptsOf(readObject(before)), scriptsOf(readObject(after))];
  if (is === null) return [];
  return Object.entries(was ?? {})
    .filter(([name, script]) => verifying.test(name) && !isEmpty(script))
    .filter(([name]) => !Object.hasOwn(is, name) || isEmpty(is[name]))
    .map(([name]) => ({
      code: 'GUARD_WEAKENED_TEST' as const,
      path,
      line: lineOf(after, `"${name}"`),
      reason: `the script "${name}" checks nothing any more; put it back`,
    }));
}

/** A script that ends well whatever it found. */
function isEmpty(script: unknown): boolean {
  return (
    typeof script !== 'string' ||
    /^\s*(?:true|:|exit(?: 0)?|echo\b[^&|;]*|node -e ["']{0,2}|)\s*$/.test(script) ||
    /(?:\|\||;|&)\s*(?:true|:|exit 0|echo\b.*)\s*$/.test(script) ||
    /--passWithNoTests|--exit-zero/.test(script)
  );
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
