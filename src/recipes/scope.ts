import type { Site, TextFile } from './recipe.ts';

/** The files that a ticket speaks of: the one that it names, else all; null when the named one is not there. */
export async function filesIn(site: Site, named: string | undefined): Promise<readonly TextFile[] | null> {
  const all = await site.texts();
  if (named === undefined) return all;
  const exact = all.filter(({ path }) => path === named.replace(/^\.\//, ''));
  const found = exact.length > 0 ? exact : all.filter(({ path }) => path.endsWith(`/${named}`));
  return found.length === 1 ? found : null;
}
