import { listEntries, unquote, valueOf } from './entries.ts';
import type { Entry } from './entries.ts';
import { backlogKeys } from './ticket-keys.ts';
import type { BacklogKey } from './ticket-keys.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** The lines of a front matter, each with its line break, and the break that new lines get. */
export type Block = { lines: readonly string[]; eol: string };

/** Gives a key another value; the spelling of the key and a comment behind the old value stay. */
export function setScalar(block: Block, key: BacklogKey, value: string): string[] {
  const entry = findEntry(block, key);
  if (entry === undefined) return insert(block, key, [`${key}: ${yamlScalar(value)}`]);
  const { head, comment } = readKeyLine(block, entry);
  return replace(block, entry, [`${head}${yamlScalar(value)}${comment}`]);
}

/** Turns a list from `before` into `after` by removing and adding single items where the way it is written allows. */
export function setList(
  block: Block,
  key: BacklogKey,
  before: readonly string[],
  after: readonly string[],
): string[] {
  const entry = findEntry(block, key);
  if (entry === undefined) return insert(block, key, [`${key}:`, ...blockItems('  ', after)]);
  const { head, value, comment } = readKeyLine(block, entry);
  const kept = before.filter((item) => after.includes(item));
  const added = after.slice(kept.length);
  const keepsOrder = kept.every((item, position) => after[position] === item);
  if (value.startsWith('[') && value !== '[]') {
    const items = after.map(yamlScalar).join(', ');
    const isAppend = keepsOrder && kept.length === before.length;
    const appended = isAppend ? appendToFlow(block, entry, added) : null;
    return appended ?? replace(block, entry, [`${head}[${items}]${comment}`]);
  }
  const edited = keepsOrder && after.length > 0 ? editItems(block, entry, { before, kept, added }) : null;
  if (edited !== null) return edited;
  if (after.length === 0) return replace(block, entry, [`${head}[]${comment}`]);
  const lost = before.length === 0 && !/^(\[\]|~|null)?$/.test(value) ? [unquote(value)] : [];
  return replace(block, entry, [head.trimEnd() + comment, ...blockItems('  ', [...lost, ...after])]);
}

/** Adds a key with its lines as they are to be written; as it is when it is there already. */
export function insertKey(block: Block, key: BacklogKey, line: string): string[] {
  return findEntry(block, key) === undefined ? insert(block, key, [line]) : [...block.lines];
}

export function removeKey(block: Block, key: BacklogKey): string[] {
  const entry = findEntry(block, key);
  return entry === undefined ? [...block.lines] : replace(block, entry, []);
}

function findEntry(block: Block, key: BacklogKey): Entry | undefined {
  return listEntries(block.lines).find((entry) => entry.key === key);
}

/** `head` ends with the blanks before the value; `comment` begins with those before its `#`. */
function readKeyLine(block: Block, entry: Entry): { head: string; value: string; comment: string } {
  const line = (block.lines[entry.first] ?? '').trimEnd();
  const text = valueOf(line);
  const quoted = /^\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(text)?.[0].length ?? 0;
  const hash = text.slice(quoted).search(/\s#/);
  const value = hash === -1 ? text : text.slice(0, quoted + hash).trimEnd();
  const key = line.slice(0, line.length - text.length);
  const blanks = value === '' ? ' ' : (/^\s*/.exec(value)?.[0] ?? '');
  const isOneLine = entry.end - entry.first === 1;
  const keepsComment = isOneLine || value === '';
  return { head: key + blanks, value: value.trim(), comment: keepsComment ? text.slice(value.length) : '' };
}

function blockItems(indent: string, items: readonly string[]): string[] {
  return items.map((item) => `${indent}- ${yamlScalar(item)}`);
}

function replace(block: Block, entry: Entry, lines: readonly string[]): string[] {
  return block.lines.toSpliced(
    entry.first,
    entry.end - entry.first,
    ...lines.map((line) => line + block.eol),
  );
}

/** A new key goes where Backlog.md would write it: after the nearest key that it writes before this one. */
function insert(block: Block, key: BacklogKey, lines: readonly string[]): string[] {
  const earlier: readonly string[] = backlogKeys.slice(0, backlogKeys.indexOf(key));
  const entries = listEntries(block.lines).filter((entry) => earlier.includes(entry.key));
  const nearest = entries.sort((left, right) => earlier.indexOf(right.key) - earlier.indexOf(left.key))[0];
  return block.lines.toSpliced(nearest?.end ?? 0, 0, ...lines.map((line) => line + block.eol));
}

/** Puts items before the closing bracket, wherever it stands. */
function appendToFlow(block: Block, entry: Entry, added: readonly string[]): string[] | null {
  const text = block.lines.slice(entry.first, entry.end).join('');
  const hash = text.search(/\s#/);
  const close = text.lastIndexOf(']', hash === -1 ? text.length : hash);
  if (close === -1) return null;
  const before = text.slice(0, close).trimEnd();
  const items = added.map(yamlScalar).join(', ');
  const comma = /[[,]$/.test(before) ? (before.endsWith(',') ? ' ' : '') : ', ';
  const edited = before + (items === '' ? '' : comma + items) + text.slice(before.length);
  return block.lines.toSpliced(entry.first, entry.end - entry.first, edited);
}

/** Edits a block list item by item; null when its lines do not match the items it was read as. */
function editItems(
  block: Block,
  entry: Entry,
  { before, kept, added }: { before: readonly string[]; kept: readonly string[]; added: readonly string[] },
): string[] | null {
  const own = block.lines.slice(entry.first, entry.end);
  const indent = /^(\s*)- /.exec(own[1] ?? '')?.[1];
  if (indent === undefined) return null;
  let item = -1;
  let removed = 0;
  const lines = own.filter((line) => {
    if (line.startsWith(`${indent}- `)) item += 1;
    const stays = item === -1 || kept.includes(before[item] ?? '');
    if (!stays) removed += 1;
    return stays;
  });
  if (item + 1 !== before.length) return null;
  const edited = [...lines, ...blockItems(indent, added).map((line) => line + block.eol)];
  return removed === 0 && added.length === 0
    ? null
    : block.lines.toSpliced(entry.first, own.length, ...edited);
}
