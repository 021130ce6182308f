import { applyEdits, modify, parse } from 'jsonc-parser';

const sections = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

/** Where a package.json asks for a package, and what it wants of it. */
export function findNeeds(manifest: string, name: string): { section: string; wanted: string }[] {
  const data = parse(manifest) as Record<string, unknown> | undefined;
  return sections.flatMap((section) => {
    const all = data?.[section];
    if (typeof all !== 'object' || all === null || !Object.hasOwn(all, name)) return [];
    const wanted = (all as Record<string, unknown>)[name];
    return typeof wanted === 'string' ? [{ section, wanted }] : [];
  });
}

/** Without one entry, and otherwise as it was. */
export function removeEntry(manifest: string, path: readonly string[]): string {
  return applyEdits(manifest, modify(manifest, [...path], undefined, {}));
}
