import { asObject, readObject, type Manifest } from './manifests.ts';
import { newDependencies } from './new-dependencies.ts';

/** Names of all packages that a change brings, or brings in another version, those of its dependencies included. */
export function changedPackages(manifests: readonly Manifest[]): ReadonlySet<string> {
  const named = newDependencies(manifests).map(({ name }) => name);
  return new Set([...named, ...manifests.flatMap(changedInLock)]);
}

function changedInLock({ path, before, after }: Manifest): string[] {
  const was = lockedIn(path, before);
  return [...lockedIn(path, after)].flatMap((entry) => (was.has(entry) ? [] : [entry.split(' ')[0] ?? '']));
}

/** Name and version of every package of a lock file, with a blank between. */
function lockedIn(path: string, text: string | null): ReadonlySet<string> {
  if (/(?:Cargo|poetry|uv)\.lock$/.test(path))
    return pairsIn(text, /^name = "([^"]+)"\r?\nversion = "([^"]+)"/gm);
  if (path.endsWith('Gemfile.lock')) return pairsIn(text, /^ {4}([\w.-]+) \(([^()\n]+)\)/gm);
  if (!/(?:package-lock|npm-shrinkwrap)\.json$/.test(path)) return new Set();
  const packages = asObject(readObject(text)?.['packages']) ?? {};
  return new Set(
    Object.entries(packages).map(
      ([place, entry]) => `${nameOf(place)} ${String(asObject(entry)?.['version'])}`,
    ),
  );
}

function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function pairsIn(text: string | null, shape: RegExp): ReadonlySet<string> {
  return new Set(
    [...(text ?? '').matchAll(shape)].map(([, name = '', version = '']) => `${name} ${version}`),
  );
}
