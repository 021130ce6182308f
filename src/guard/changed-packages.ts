import { asObject, readObject, type Manifest } from './manifests.ts';
import { newDependencies } from './new-dependencies.ts';

/** Names of all packages that a change brings, or brings in another version, those of its dependencies included. */
export function changedPackages(manifests: readonly Manifest[]): ReadonlySet<string> {
  const named = newDependencies(manifests).map(({ name }) => name);
  return new Set([...named, ...manifests.flatMap(changedInLock)]);
}

function changedInLock({ path, before, after }: Manifest): string[] {
  if (!/(?:package-lock|npm-shrinkwrap)\.json$/.test(path)) return [];
  const [was, is] = [asObject(readObject(before)?.['packages']), asObject(readObject(after)?.['packages'])];
  return Object.entries(is ?? {})
    .filter(([place, entry]) => versionOf(entry) !== versionOf(was?.[place]))
    .map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
}

function versionOf(entry: unknown): unknown {
  return asObject(entry)?.['version'];
}
