import type { Recipe } from './recipe.ts';
import { declined } from './recipe.ts';
import { findHits, listHits, replaceHits } from './replace-words.ts';
import { filesIn } from './scope.ts';

/** More places than that are a matter for somebody who looks at each. */
const mostFiles = 50;

/** One text in place of another, everywhere or in one file. */
export const replaceText: Recipe = async (site, { from = '', to = '', in: named }) => {
  const files = await filesIn(site, named);
  if (files === null) return declined(`There is not exactly one file ${named ?? ''}.`);
  const hits = findHits(files, from, { whole: false });
  if (hits.length === 0) return declined(`"${from}" is nowhere.`);
  if (findHits(files, from, { whole: true }).length < hits.length)
    return declined(
      `"${from}" is part of longer words in some places, and it is not said whether they are meant.`,
    );
  const writes = replaceHits(files, { from, to, whole: false });
  if (writes.length > mostFiles) return declined(`"${from}" stands in ${writes.length} files.`);
  return { writes, summary: `Replaced "${from}" by "${to}". Lines: ${listHits(hits)}.` };
};
