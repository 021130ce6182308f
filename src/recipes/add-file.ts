import { basename, extname } from 'node:path/posix';
import type { Recipe } from './recipe.ts';
import { declined } from './recipe.ts';
import { filesIn } from './scope.ts';

/** A new file from a template whose `{{name}}`, `{{title}}` and `{{date}}` are filled in. */
export const addFile: Recipe = async (site, { path = '', template = '' }) => {
  const target = path.replace(/^\.\//, '');
  if ((await site.paths()).includes(target)) return declined(`${target} is there already.`);
  const [source] = (await filesIn(site, template)) ?? [];
  if (source === undefined) return declined(`There is not exactly one template ${template}.`);
  const name = basename(target, extname(target));
  const known: Record<string, string> = {
    name,
    title: titleOf(name),
    date: site.now().toISOString().slice(0, 10),
  };
  const text = source.text.replace(
    /\{\{\s*(\w+)\s*\}\}/g,
    (whole, word: string) => known[word.toLowerCase()] ?? whole,
  );
  const open = /\{\{\s*\w+\s*\}\}/.exec(text)?.[0];
  if (open !== undefined) return declined(`${source.path} has ${open}, for which the ticket says nothing.`);
  return { writes: [{ path: target, text }], summary: `Added ${target} from ${source.path}.` };
};

/** `0007-use-toml` -> `Use toml` */
function titleOf(name: string): string {
  const words = name.replace(/^\d+[-_. ]+/, '').replace(/[-_]+/g, ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
