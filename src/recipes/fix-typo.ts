import type { Recipe } from './recipe.ts';
import { declined } from './recipe.ts';
import { findHits, listHits, replaceHits } from './replace-words.ts';
import { filesIn } from './scope.ts';

/** A misspelt word in its three ways of writing, wherever it stands alone. */
export const fixTypo: Recipe = async (site, { from = '', to = '', in: named }) => {
  if (!isTypo(from, to)) return declined(`"${from}" and "${to}" are different words, and not one misspelt.`);
  const misspelt = from.toLowerCase();
  const inName =
    named === undefined
      ? (await site.paths()).find((path) => path.toLowerCase().includes(misspelt))
      : undefined;
  if (inName !== undefined)
    return declined(`${inName} is misspelt as well, and whoever names it would have to follow.`);
  const files = await filesIn(site, named);
  if (files === null) return declined(`There is not exactly one file ${named ?? ''}.`);
  const forms = new Map([
    [from, to],
    [misspelt, to.toLowerCase()],
    [capitalised(misspelt), capitalised(to.toLowerCase())],
    [from.toUpperCase(), to.toUpperCase()],
  ]);
  const hits = [...forms.keys()].flatMap((form) => findHits(files, form, { whole: true }));
  if (hits.length === 0) return declined(`The word "${from}" is nowhere.`);
  let mended = files;
  for (const [wrong, right] of forms) {
    const changed = new Map(
      replaceHits(mended, { from: wrong, to: right, whole: true }).map((file) => [file.path, file]),
    );
    mended = mended.map((file) => changed.get(file.path) ?? file);
  }
  const writes = mended.filter((file, index) => file !== files[index]);
  return { writes, summary: `Corrected "${from}" to "${to}". Lines: ${listHits(hits)}.` };
};

/** Single words of which each letter of the one is nearly in its place in the other. */
function isTypo(from: string, to: string): boolean {
  const isWord = (text: string): boolean => /^[\p{L}][\p{L}'-]*$/u.test(text);
  if (!isWord(from) || !isWord(to) || from.length < 3 || Math.abs(from.length - to.length) > 2) return false;
  const letters = Array.from(to.toLowerCase());
  const strange = Array.from(from.toLowerCase()).filter((letter) => {
    const at = letters.indexOf(letter);
    if (at !== -1) letters.splice(at, 1);
    return at === -1;
  });
  return strange.length + letters.length <= Math.max(2, Math.floor(to.length / 4));
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
