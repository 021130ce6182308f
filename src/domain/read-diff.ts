import { Failure } from './failure.ts';

/** One line of a hunk, without its line break. A side that does not have the line counts 0. */
export type DiffLine = {
  kind: 'context' | 'added' | 'removed';
  text: string;
  oldLine: number;
  newLine: number;
};

export type Hunk = {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: DiffLine[];
};

/** One file of a diff; an added file has no `oldPath`, a deleted one keeps its path. */
export type FileDiff = {
  path: string;
  oldPath: string | null;
  /** Its content is not shown: git found bytes in it that are no text. */
  binary: boolean;
  hunks: Hunk[];
};

/**
 * Reads what `git diff` prints with the prefixes `a/` and `b/`. Hunks are read by the counts of their header, so a
 * line of content that looks like a header is content. Linear in the length of the text. Throws where the text is no
 * such diff: a guard that overlooks a part of a change is none.
 */
export function readDiff(diff: string): FileDiff[] {
  const lines = diff.split('\n');
  const files: FileDiff[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const file = files.at(-1);
    if (line.startsWith('diff --git ')) {
      files.push({ ...pathsOfHeader(line), binary: false, hunks: [] });
      at += 1;
    } else if (line.startsWith('@@ ') && file !== undefined) {
      const read = readHunk(lines, at);
      file.hunks.push(read.hunk);
      at = read.next;
    } else {
      if (/^(?:diff --cc|diff --combined|@@@|@@|[-+ ])/.test(line) && !/^(?:--- |\+\+\+ )/.test(line))
        unreadable(at, line);
      if (file !== undefined) readExtendedHeader(file, line);
      at += 1;
    }
  }
  return files;
}

export function addedLines(file: FileDiff): DiffLine[] {
  return linesOf(file, 'added');
}

export function removedLines(file: FileDiff): DiffLine[] {
  return linesOf(file, 'removed');
}

function linesOf(file: FileDiff, kind: DiffLine['kind']): DiffLine[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.kind === kind));
}

function readHunk(lines: readonly string[], start: number): { hunk: Hunk; next: number } {
  const header = lines[start] ?? '';
  const numbers = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header);
  if (numbers === null) return unreadable(start, header);
  const [oldStart, oldLines] = [Number(numbers[1]), Number(numbers[2] ?? 1)];
  const [newStart, newLines] = [Number(numbers[3]), Number(numbers[4] ?? 1)];
  const hunk: Hunk = { oldStart, oldLines, newStart, newLines, lines: [] };
  let [oldLine, newLine, at] = [oldStart, newStart, start + 1];
  while (oldLine < oldStart + oldLines || newLine < newStart + newLines) {
    const line = lines[at];
    const text = line?.slice(1) ?? '';
    if (line?.startsWith('+')) hunk.lines.push({ kind: 'added', text, oldLine: 0, newLine: newLine++ });
    else if (line?.startsWith('-'))
      hunk.lines.push({ kind: 'removed', text, oldLine: oldLine++, newLine: 0 });
    // `diff.suppressBlankEmpty` leaves out the space of an empty line.
    else if (line?.startsWith(' ') || (line === '' && at < lines.length - 1))
      hunk.lines.push({ kind: 'context', text, oldLine: oldLine++, newLine: newLine++ });
    else if (!line?.startsWith('\\')) return unreadable(at, line ?? 'the end');
    at += 1;
  }
  return { hunk, next: at };
}

function readExtendedHeader(file: FileDiff, line: string): void {
  const [, word, rest] =
    /^(---|\+\+\+|rename from|rename to|new file|deleted file|Binary files|GIT binary patch)(?: (.*))?$/.exec(
      line,
    ) ?? [];
  if (word === undefined) return;
  switch (word) {
    case '---':
      file.oldPath = pathOf(rest ?? '', 'a/');
      return;
    case '+++':
      file.path = pathOf(rest ?? '', 'b/') ?? file.path;
      return;
    case 'rename from':
      file.oldPath = unquote(rest ?? '');
      return;
    case 'rename to':
      file.path = unquote(rest ?? '');
      return;
    case 'new file':
      file.oldPath = null;
      return;
    case 'deleted file':
      return;
    default:
      file.binary = true;
  }
}

/** Null for `/dev/null`. Git ends an unquoted name that holds a space with a tab. */
function pathOf(text: string, prefix: string): string | null {
  const path = unquote(text.replace(/\t$/, ''));
  if (path === '/dev/null') return null;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** Both names of `diff --git a/x b/x`; where they differ, the lines that follow name them without doubt. */
function pathsOfHeader(line: string): { path: string; oldPath: string } {
  const names = line.slice('diff --git '.length).replace(/\r$/, '');
  if (names.startsWith('"')) {
    const end = /^"(?:[^"\\]|\\.)*"/.exec(names)?.[0].length ?? names.length;
    const path = pathOf(names.slice(0, end), 'a/') ?? '';
    return { path, oldPath: path };
  }
  const path = names.slice('a/'.length, (names.length - 1) / 2);
  return { path, oldPath: path };
}

const escapes: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** Git's C-style quoting, where bytes outside ASCII are octal. */
function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  const bytes: number[] = [];
  for (const [, octal, letter, plain] of text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (letter !== undefined)
      bytes.push(...(letter in escapes ? [escapes[letter] ?? 0] : encoder.encode(letter)));
    else for (const byte of encoder.encode(plain)) bytes.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

const encoder = new TextEncoder();

function unreadable(at: number, line: string): never {
  throw new Failure(
    'INTERNAL',
    `The diff cannot be read at its line ${at + 1}: expected a file or a hunk, found ${JSON.stringify(line.slice(0, 80))}.`,
  );
}
