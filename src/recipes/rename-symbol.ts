import type { Recipe, TextFile } from './recipe.ts';
import { declined } from './recipe.ts';
import { renameInScripts } from './rename-in-scripts.ts';
import { findHits, listHits, replaceHits } from './replace-words.ts';
import { isScript } from './typescript-project.ts';

/** A name that is one thing in the whole repository: by the language service in scripts, elsewhere as a whole word. */
export const renameSymbol: Recipe = async (site, args) => {
  const [from, to] = [args['from'], args['to']].map((name = '') => name.replace(/\(\)$/, ''));
  if (from === undefined || to === undefined || from === to) return declined('Both names are the same.');
  const files = await site.texts();
  const hits = findHits(files, from, { whole: true });
  if (hits.length === 0) return declined(`${from} is nowhere.`);
  const [taken] = findHits(files, to, { whole: true });
  if (taken !== undefined) return declined(`${to} is there already, in ${taken.path}:${taken.line}.`);
  const touched = files.filter(({ path }) => hits.some((hit) => hit.path === path));
  const prose = touched.filter(({ path }) => isProse(path));
  const code = touched.filter(({ path }) => !isProse(path));
  if (code.length === 0) return declined(`${from} stands in texts alone, and in no code.`);
  const isInScripts = code.every(({ path }) => isScript(path));
  const renamed = isInScripts
    ? renameInScripts(files, { from, to, isDistinct: isDistinct(from) })
    : renameWords(code, { from, to });
  if ('declined' in renamed) return renamed;
  const writes = [...renamed, ...(isDistinct(from) ? replaceHits(prose, { from, to, whole: true }) : [])];
  return { writes, summary: `Renamed ${from} to ${to}. Lines: ${listHits(hits)}.` };
};

function isProse(path: string): boolean {
  return /\.(?:md|mdx|rst|adoc|txt)$/i.test(path);
}

/** No word of any language: what is so called in a text is this very thing. */
function isDistinct(name: string): boolean {
  return name.length >= 5 && /[a-z0-9][A-Z]|[A-Za-z]_[A-Za-z]/.test(name);
}

/** Without a service for the language: only a distinct name, in one language, and nowhere in quotes. */
function renameWords(
  code: readonly TextFile[],
  { from, to }: { from: string; to: string },
): TextFile[] | { declined: string } {
  if (!isDistinct(from)) return declined(`${from} may be more than one thing.`);
  const languages = new Set(code.map(({ path }) => /\.(\w+)$/.exec(path)?.[1] ?? ''));
  if (languages.size > 1 || ['json', 'yml', 'yaml', 'toml', 'html', ''].some((each) => languages.has(each)))
    return declined(`${from} stands in files of several kinds: ${code.map(({ path }) => path).join(', ')}.`);
  const quoted = new RegExp(`["'\`]${from}["'\`]`);
  const place = code.find(({ text }) => quoted.test(text));
  if (place !== undefined)
    return declined(`${from} stands in quotes in ${place.path}, where it may be data.`);
  return replaceHits(code, { from, to, whole: true });
}
