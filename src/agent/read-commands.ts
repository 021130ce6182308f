import { proseLines } from './summary.ts';

/** What an answer asks for besides edits. `lines` are 1-based and include both ends. */
export type Commands = {
  files: string[];
  reads: { path: string; lines?: { from: number; to: number } }[];
  searches: string[];
  runs: string[];
};

const most = { files: 8, reads: 8, searches: 5, runs: 3 };

/** Reads `FILES:`, `READ:`, `SEARCH:` and `RUN:` lines. An answer without edits may have put them into a fence. */
export function readCommands(text: string, { hasEdits }: { hasEdits: boolean }): Commands {
  const outside = readLines(proseLines(text));
  return isEmpty(outside) && !hasEdits ? readLines(text.split(/\r?\n/)) : outside;
}

export function isEmpty({ files, reads, searches, runs }: Commands): boolean {
  return files.length + reads.length + searches.length + runs.length === 0;
}

function readLines(lines: readonly string[]): Commands {
  const found: Commands = { files: [], reads: [], searches: [], runs: [] };
  let inFiles = false;
  for (const line of lines) {
    const command = /^[\s>*`-]{0,8}(FILES?|READ|SEARCH|RUN)[*`]{0,3}:[*`]{0,3}(.*)$/.exec(
      line.slice(0, 2000),
    );
    if (command !== null) {
      const [, word = '', rest = ''] = command;
      inFiles = word.startsWith('FILE');
      add(found, word, rest.trim());
    } else if (inFiles) {
      inFiles = line.trim() !== '' || found.files.length === 0;
      found.files.push(...pathsIn(line));
    }
  }
  return {
    files: [...new Set(found.files)].slice(0, most.files),
    reads: found.reads.slice(0, most.reads),
    searches: [...new Set(found.searches)].slice(0, most.searches),
    runs: [...new Set(found.runs)].slice(0, most.runs),
  };
}

function add(found: Commands, word: string, rest: string): void {
  if (word === 'READ') found.reads.push(...pathsIn(rest).flatMap((each) => readOf(each) ?? []));
  else if (word === 'SEARCH') found.searches.push(...plain(rest));
  else if (word === 'RUN') found.runs.push(...plain(rest));
  else found.files.push(...pathsIn(rest));
}

function plain(text: string): string[] {
  const bare = text.replace(/^`(.*)`$/, '$1').trim();
  return bare === '' ? [] : [bare.slice(0, 1000)];
}

/** Paths in a list of whatever form: bullets, commas, backticks, a word or two about each. */
function pathsIn(text: string): string[] {
  return text
    .split(/,\s|,$|\s[-–—:]\s/)
    .map((part) => part.replace(/^(?:[\s>*`"'[-]|\d{1,2}[.)]\s){1,8}|[\s*`"'\],;]{1,8}$/g, ''))
    .map((part) => (part.startsWith('./') ? part.slice(2) : part))
    .filter((part) => /^[^\s`"'<>|*]{1,300}$/.test(part) && /[./\w]/.test(part));
}

function readOf(text: string): Commands['reads'][number] | undefined {
  const match = /^(.+?)(?::L?(\d{1,7})(?:-L?(\d{1,7}))?)?$/.exec(text);
  const [, path = '', from, to] = match ?? [];
  if (path === '') return undefined;
  if (from === undefined) return { path };
  const first = Math.max(1, Number(from));
  return { path, lines: { from: first, to: Math.max(first, Number(to ?? first + 199)) } };
}
