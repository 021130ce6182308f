import type { Git } from './git.ts';

/** One `.gitattributes` of a tree: its directory ('' for the top) and its text. */
export type AttributesFile = { directory: string; text: string };

/**
 * What a tree's attribute files say, as one `info/attributes`, which wins over every file in a worktree. All that changes
 * bytes on their way into a tree is reset first, so that attributes written by an agent count for nothing.
 */
export function baseAttributes(files: readonly AttributesFile[]): string {
  const outerFirst = [...files].sort((a, b) => a.directory.length - b.directory.length);
  const lines = outerFirst.flatMap((file) =>
    file.text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => (file.directory === '' ? line : nested(line, file.directory))),
  );
  return ['* !text !crlf !eol !filter !ident !working-tree-encoding', ...lines, ''].join('\n');
}

function nested(line: string, directory: string): string {
  const [, quote = '', pattern = '', rest = ''] = /^("?)((?:\\.|[^"\s\\])+)(.*)/s.exec(line) ?? [];
  // A pattern without a slash matches at every depth below its file; with one it starts at its file's directory.
  const slash = pattern.indexOf('/');
  const anchored = slash >= 0 ? pattern.replace(/^\//, '') : `**/${pattern}`;
  return `${quote}${directory}/${anchored}${rest}`;
}

/** Every `.gitattributes` of a commit. */
export async function attributesOf(git: Git, sha: string): Promise<AttributesFile[]> {
  const paths = (await git.run(['ls-tree', '-r', '-z', '--name-only', sha])).split('\0');
  const files = paths.filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  return Promise.all(
    files.map(async (path) => ({
      directory: path.slice(0, -'/.gitattributes'.length),
      text: await git.run(['cat-file', 'blob', `${sha}:${path}`]),
    })),
  );
}
