import type { Git } from './git.ts';

/** What nobody runs and no model can read: pictures, fonts, sounds. */
const media =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|woff2?|ttf|otf|eot|mp3|mp4|m4a|webm|ogg|wav|mov)$/i;

const safe = ['--no-ext-diff', '--no-textconv', '--full-index'];

/**
 * The diff of two trees as a reviewer needs it: all bytes as text, so that nothing can pass for binary, but for media
 * files that are binary indeed, which are named alone. `git` must have no attributes.
 */
export async function diffTrees(git: Git, from: string, to: string, signal: AbortSignal): Promise<string> {
  const counts = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', ...safe, from, to];
  const listed = (await git.run(counts, {}, signal)).split('\0');
  const binaries = listed.flatMap((entry) => /^-\t-\t(.+)$/s.exec(entry)?.[1] ?? []);
  const named = binaries.filter((path) => media.test(path));
  const patch = ['diff-tree', '-r', '-p', '--text', '--find-renames=100%', ...safe, from, to, '--', '.'];
  const shown = await git.run(
    [...patch, ...named.map((path) => `:(exclude,literal,top)${path}`)],
    {},
    signal,
  );
  return shown + named.map((path) => describe(path)).join('');
}

/** As git says it; a name that git would quote is quoted. */
function describe(path: string): string {
  const [a, b] = [quote(`a/${path}`), quote(`b/${path}`)];
  return `diff --git ${a} ${b}\nBinary files ${a} and ${b} differ\n`;
}

function quote(name: string): string {
  const isPlain = !/["\\\p{Cc}]/u.test(name);
  return isPlain ? name : `"${name.replace(/["\\\p{Cc}]/gu, octal)}"`;
}

function octal(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
