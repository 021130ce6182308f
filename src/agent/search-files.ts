import type { Workspace } from '../ports.ts';
import { listFiles } from '../files/list-files.ts';
import { readEachInside } from '../files/inside.ts';

export type Search = { pattern: string; path: string; regex: boolean };

const mostHits = 50;
const longestHit = 200;
const mostFiles = 10_000;

/** Lines that hold a text, as `file:line: text`. A regular expression of a model never runs in this process. */
export async function searchFiles(
  workspace: Workspace,
  search: Search,
  signal: AbortSignal,
): Promise<string> {
  const hits = search.regex
    ? await searchByGrep(workspace, search, signal)
    : await searchLiterally(workspace, search, signal);
  if (typeof hits === 'string') return hits;
  const where = search.path === '' ? '' : ` below ${search.path}`;
  if (hits.length === 0) return `Nothing${where} holds ${JSON.stringify(search.pattern)}.`;
  const shown = hits.slice(0, mostHits).join('\n');
  return hits.length > mostHits
    ? `${shown}\nThere are more: search for something rarer, or in a folder.`
    : shown;
}

async function searchLiterally(workspace: Workspace, search: Search, signal: AbortSignal): Promise<string[]> {
  const all = await listFiles(workspace.directory);
  const files = all.filter((file) => isBelow(file, search.path)).slice(0, mostFiles);
  const ignoreCase = search.pattern === search.pattern.toLowerCase();
  const wanted = ignoreCase ? search.pattern.toLowerCase() : search.pattern;
  const hits: string[] = [];
  for await (const { path: file, read } of readEachInside(workspace.directory, files, signal)) {
    if (read.kind !== 'text') continue;
    const text = ignoreCase ? read.text.toLowerCase() : read.text;
    if (!text.includes(wanted)) continue;
    for (const [index, line] of read.text.split(/\r?\n/).entries()) {
      if ((ignoreCase ? line.toLowerCase() : line).includes(wanted)) hits.push(hit(file, index + 1, line));
    }
    if (hits.length > mostHits) break;
  }
  return hits;
}

function isBelow(file: string, path: string): boolean {
  return path === '' || file === path || file.startsWith(`${path}/`);
}

function hit(file: string, line: number, text: string): string {
  return `${file}:${line}: ${text.trim().slice(0, longestHit)}`;
}

/** Perl's notation is the one that models write; where grep does not know it, the extended one comes near. */
async function searchByGrep(
  workspace: Workspace,
  { pattern, path }: Search,
  signal: AbortSignal,
): Promise<string[] | string> {
  const skip = ['.git', 'node_modules', '.ticketmill'].map((folder) => `--exclude-dir=${folder}`);
  for (const notation of ['-P', '-E']) {
    const argv = ['grep', '-rnI', notation, ...skip, '-e', pattern, '--', path === '' ? '.' : `./${path}`];
    const { exitCode, output, timedOut } = await workspace.run({ argv, timeoutMs: 20_000 }, signal);
    if (timedOut) return 'The search took too long. Search for a plain text instead, with regex false.';
    if (exitCode === 0) return output.split('\n').flatMap((line) => readHit(line) ?? []);
    if (exitCode === 1) return [];
  }
  return 'This regular expression cannot be used here. Search for a plain text instead, with regex false.';
}

function readHit(line: string): string | undefined {
  const match = /^\.\/([^:]+):(\d+):(.*)$/.exec(line);
  return match === null ? undefined : hit(match[1] ?? '', Number(match[2]), match[3] ?? '');
}
