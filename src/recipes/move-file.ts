import { basename, dirname, join, relative } from 'node:path/posix';
import type { Recipe, TextFile } from './recipe.ts';
import { declined } from './recipe.ts';
import { isScript, openScriptProject } from './typescript-project.ts';

/** A file under another name, and everything that names it by its path. */
export const moveFile: Recipe = async (site, args) => {
  const paths = await site.paths();
  const from = args['from']?.replace(/^\.\//, '') ?? '';
  const named = args['to']?.replace(/^\.\//, '') ?? '';
  const to = named.endsWith('/')
    ? named + basename(from)
    : named.includes('/')
      ? named
      : join(dirname(from), named);
  if (!paths.includes(from)) return declined(`There is no file ${from}.`);
  if (paths.includes(to) || paths.some((path) => path.startsWith(`${to}/`)))
    return declined(`${to} is there already.`);
  if (isScript(from) !== isScript(to)) return declined(`${from} and ${to} are files of different kinds.`);
  const files = await site.texts();
  const followed = isScript(from) ? followImports(files, { from, to }) : files;
  const written = followed.map((file) => rewritePaths(file, { from, to }));
  const left = written.find((file) => file.path !== from && mentionsName(file, { from, to }));
  if (left !== undefined)
    return declined(`${left.path} names ${basename(from)} in a way that can be read differently.`);
  const writes = written
    .filter((file, index) => file.text !== files[index]?.text)
    .map((file) => (file.path === from ? { ...file, path: to } : file));
  const others = writes.map(({ path }) => path).filter((path) => path !== to);
  const summary = `Moved ${from} to ${to}. ${others.length === 0 ? 'Nothing else named it.' : `Followed in: ${others.join(', ')}.`}`;
  return { moves: [{ from, to }], writes, summary };
};

type Move = { from: string; to: string };

/** Imports as TypeScript's language service would change them; the file's own ones too. */
function followImports(files: readonly TextFile[], { from, to }: Move): readonly TextFile[] {
  const project = openScriptProject(files);
  try {
    const edits = project.service.getEditsForFileRename(
      project.inside(from),
      project.inside(to),
      {},
      {
        importModuleSpecifierEnding: 'auto',
      },
    );
    const changes = new Map(
      edits.map(({ fileName, textChanges }) => [project.outside(fileName), textChanges]),
    );
    return files.map((file) => {
      const own = changes.get(file.path) ?? (file.path === from ? changes.get(to) : undefined) ?? [];
      const text = own
        .toSorted((a, b) => b.span.start - a.span.start)
        .reduce(
          (sum, { span, newText }) =>
            sum.slice(0, span.start) + newText + sum.slice(span.start + span.length),
          file.text,
        );
      return { ...file, text };
    });
  } finally {
    project.service.dispose();
  }
}

/** Paths from the root, and links relative to the file that holds them. */
function rewritePaths({ path, text }: TextFile, { from, to }: Move): TextFile {
  const here = path === from ? dirname(to) : dirname(path);
  const pairs: [string, string][] = [[from, to]];
  const linked = relative(dirname(path), from);
  if (path !== from && linked !== from) pairs.push([linked, relative(here, to)]);
  const changed = pairs.reduce((sum, [old, fresh]) => {
    const escaped = old.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return sum.replace(
      new RegExp(`(?<![\\w./-])(\\./)?${escaped}(?![\\w/-]|\\.\\w)`, 'g'),
      (_whole, dot: string | undefined) => (dot ?? '') + fresh,
    );
  }, text);
  return { path, text: changed };
}

/** The old name on its own, or without its ending as modules are named: somebody may still mean this file. */
function mentionsName({ path, text }: TextFile, { from, to }: Move): boolean {
  const name = basename(from);
  const rest = text.replaceAll(to, '');
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (basename(to) === name)
    return new RegExp(
      `(?<![\\w-])${dirname(from) === '.' ? '' : `${basename(dirname(from))}/`}${escaped}(?![\\w-])`,
    ).test(rest.replaceAll(relative(dirname(path), to), ''));
  return new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`).test(rest);
}
