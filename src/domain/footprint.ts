import { trimEnd } from './trim-end.ts';
import { similarWork } from './similar-work.ts';
import type { PastWork } from './similar-work.ts';
import type { TicketSummary } from './ticket-summary.ts';
import type { Ticket } from './ticket.ts';

/** The files of a repository that a ticket is likely to change, in small letters: whole paths, or bare names. */
export type Footprint = { repo: string; files: readonly string[] };

/** A ticket that lists a whole repository is not about each of its files. */
const mostFiles = 200;
/** What comes after so much of a text is a log that somebody pasted. */
const mostCharacters = 20_000;

/**
 * What a ticket is likely to touch: the files it says it modifies, among them those of its own earlier runs, and those
 * that its text names. One that names none is judged by what became of its like.
 */
export function footprintOf(
  { title, repo, files }: Pick<TicketSummary, 'title' | 'repo' | 'files'>,
  past: readonly PastWork[],
): Footprint {
  return { repo, files: files.length > 0 ? files : plainly(similarWork(title, past)) };
}

/** Those that a ticket itself names. */
export function likelyFiles(ticket: Ticket): string[] {
  const { title, brief, acceptanceCriteriaItems, implementationPlan = '', modifiedFiles } = ticket;
  const criteria = acceptanceCriteriaItems.map(({ text }) => text);
  const text = [title, ...criteria, implementationPlan, brief].join('\n');
  const named = namedFiles(text.slice(0, mostCharacters));
  return plainly([...modifiedFiles, ...named]);
}

function plainly(paths: readonly string[]): string[] {
  return [...new Set(paths.map(plain))].filter((path) => path !== '').slice(0, mostFiles);
}

/** Whether two paths may be of one file: the same, or one is the end of the other. */
export function mayBeSame(one: string, other: string): boolean {
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`);
}

/** The last part of a path, by which those that may be of one file are found. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function plain(path: string): string {
  return path
    .trim()
    .toLowerCase()
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '');
}

/** Names of files in a text. A bare one counts by its extension, for `user.name` is none, nor is Node.js. */
export function namedFiles(text: string): string[] {
  // Most words of a long text can be told from a file's name at a glance.
  const parts = text.split(/\s+/).filter((part) => /\.[a-z]|file/i.test(part));
  const names = parts.flatMap((part) => withoutAddress(part).match(word) ?? []);
  // What ends a sentence or a link ends no name.
  return names.map((name) => trimEnd(name, '.-]')).filter(isFile);
}

/** Without what `https://example.org/a.ts` or `git@example.org:a.git` names. */
function withoutAddress(part: string): string {
  const at = part.indexOf('@');
  if (at > 0 && part.indexOf(':', at + 2) > 0) return '';
  const slashes = part.indexOf('://');
  return slashes === -1 ? part : part.slice(0, slashes);
}

const word = /(?<![\w@/.-])[\w@.-]+(?:\/[\w@.[\]-]+)*/g;

/** No file system holds a longer name. */
const longestName = 255;

function isFile(path: string): boolean {
  const name = baseName(path);
  if (name.length > longestName || product.test(path)) return false;
  return path.includes('/') ? /[^.].*\.[a-z]\w{0,9}$/i.test(name) : known.test(path);
}

const known =
  /^[\w@.-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|swift|rb|php|cs|c|h|cc|cpp|hpp|scala|ex|exs|lua|sh|sql|vue|svelte|json|jsonc|ya?ml|toml|ini|xml|md|mdx|txt|csv|css|scss|html?|tf|proto|gradle|lock)$|^(?:Dockerfile|Makefile)$/i;
const product = /^(?:node|next|nuxt|vue|react|express|three|d3|ember|alpine|chart|nest|discord)\.js$/i;
