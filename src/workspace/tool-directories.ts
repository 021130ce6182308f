import { basename, dirname, join } from 'node:path';

/** Directories below the home that hold tools and nothing private. */
const toolHomes = [
  '.nvm/versions',
  '.volta',
  '.pyenv',
  '.rbenv',
  '.rustup',
  '.cargo/bin',
  '.asdf',
  '.fnm',
  '.bun/bin',
  '.deno/bin',
  '.sdkman/candidates',
  '.local/bin',
  '.local/share/fnm',
  '.local/share/mise',
  '.local/share/pnpm',
  '.local/share/uv',
  'go/bin',
];

const systemDirectories = ['/usr', '/bin', '/sbin', '/lib'];

/**
 * What a sandbox must show for the programs on `path` to be found: of the home only known tool directories that the path
 * names, never the home itself. `realNode` is where node's executable really lies.
 */
export function toolDirectories(path: string, home: string, realNode: string | null): string[] {
  const entries = path.split(':').filter((entry) => entry.startsWith('/'));
  const node = realNode === null ? [] : [prefixOf(realNode)];
  const shown = [
    ...entries.flatMap((entry) => directoryFor(entry, home)),
    ...node,
    ...companions(entries, home),
  ];
  return [...new Set(shown)].filter(
    (directory) =>
      !isWithin(home, directory) &&
      directory !== '/' &&
      !systemDirectories.some((root) => isWithin(directory, root)),
  );
}

function directoryFor(entry: string, home: string): string[] {
  // The programs in `.bin` are links into their packages.
  if (basename(entry) === '.bin') return [dirname(entry)];
  if (!isWithin(entry, home)) return [entry];
  return toolHomes.map((name) => join(home, name)).filter((directory) => isWithin(entry, directory));
}

/** Cargo's programs in `.cargo/bin` are rustup's, which finds the real ones in `.rustup`. */
function companions(entries: string[], home: string): string[] {
  return entries.includes(join(home, '.cargo/bin')) ? [join(home, '.rustup')] : [];
}

/** npm lies beside node: `PREFIX/bin/node`, `PREFIX/lib/node_modules/npm`. */
function prefixOf(executable: string): string {
  const directory = dirname(executable);
  return basename(directory) === 'bin' ? dirname(directory) : directory;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}
