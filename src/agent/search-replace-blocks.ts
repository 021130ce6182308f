import type { Edit, Malformed, Split } from './edit.ts';
import { nameInInfo, nameInLine, resolveExisting, resolveWritten } from './edit-path.ts';
import type { Piece, ReplyText } from './reply-text.ts';
import { blockText, lineAt, openingFence } from './reply-text.ts';

export function opensBlock(line: string): boolean {
  return headOf(line) !== undefined;
}

/**
 * Reads the block that opens at `at`: head, lines to find, divider, lines to put there, end. A line in the block that
 * could be its divider as well gives a further way to cut it; only the file can tell which was meant.
 */
export function readSearchReplace(reply: ReplyText, at: number): Piece {
  const name = nameOfBlock(reply, at);
  const body = readBody(reply, at);
  if (typeof body === 'string' || name === undefined) {
    const reason = typeof body === 'string' ? body : 'no file name stands on the line above the block';
    const { next } = scanBody(reply, at);
    return { next, found: [{ kind: 'malformed', path: name ?? '', at: at + 1, reason }] };
  }
  return { next: body.next, found: [toEdit({ name, at, splits: body.splits, reply })] };
}

/**
 * Whether something opens here that ends as a block does, only that its first line is none of ours (`<<< SEARCH`,
 * `<<<<<<< FIND`). It is neither an edit, nor talk, nor what a file is to hold.
 */
export function opensLostBlock(reply: ReplyText, at: number): boolean {
  return isOddHead(lineAt(reply, at)) && scanBody(reply, at).closed;
}

export function readLostBlock(reply: ReplyText, at: number): Piece {
  const reason = 'its first line is not <<<<<<< SEARCH';
  const path = nameOfBlock(reply, at) ?? '';
  return { next: scanBody(reply, at).next, found: [{ kind: 'malformed', path, at: at + 1, reason }] };
}

function isOddHead(line: string): boolean {
  return (
    line.length <= 400 &&
    /^\s{0,40}(?:<{3}|-{4})[<-]{0,40} {0,2}[A-Z]{3,20}:?\s*$/.test(line) &&
    !opensBlock(line)
  );
}

function toEdit(block: { name: string; at: number; splits: Split[]; reply: ReplyText }): Edit | Malformed {
  const [first, ...otherSplits] = block.splits;
  if (first === undefined)
    return { kind: 'malformed', path: block.name, at: block.at + 1, reason: 'it is empty' };
  const { known } = block.reply;
  const path =
    first.search.trim() === '' ? resolveWritten(block.name, known).path : resolveExisting(block.name, known);
  const edit: Edit = { kind: 'replace', path, at: block.at + 1, ...first };
  return otherSplits.length === 0 ? edit : { ...edit, otherSplits };
}

type Head = { word: string; name: string | undefined };

function headOf(line: string): Head | undefined {
  if (!/^\s{0,40}[<-]/.test(line) || line.length > 400) return undefined;
  const match = /^(?:<{5,9}|-{5,9}) {0,2}(SEARCH|ORIGINAL|HEAD)>?:?(?:\s+(\S+))?$/i.exec(line.trim());
  return match ? { word: (match[1] ?? '').toUpperCase(), name: match[2] } : undefined;
}

function isDivider(line: string): boolean {
  return /^={5,9}$/.test(line.trim());
}

/** The end of a block; a block that opened as a conflict (`HEAD`) may close with any label. */
function closesBlock(line: string, head: Head): boolean {
  if (!/^\s{0,40}[>+]/.test(line) || line.length > 400) return false;
  const match =
    /^(?:>{5,9}|\+{5,9}(?= ?[A-Z])) {0,2}(?:(REPLACED?|UPDATED?|NEW|END|MODIFIED)|(\S.*))?[`\s]*$/i.exec(
      line.trim(),
    );
  if (!match) return false;
  return match[2] === undefined || head.word === 'HEAD';
}

type Scan = { next: number; end: number; dividers: number[]; closed: boolean };

function scanBody(reply: ReplyText, at: number): Scan {
  const opening = headOf(lineAt(reply, at));
  const head = opening ?? { word: 'SEARCH', name: undefined };
  const dividers: number[] = [];
  let index = at + 1;
  for (; index < reply.lines.length; index += 1) {
    const line = lineAt(reply, index);
    if (isDivider(line)) dividers.push(index);
    else if (dividers.length > 0 && closesBlock(line, head)) {
      return { next: index + 1, end: index, dividers, closed: true };
    } else if (headOf(line)?.word === head.word || (opening === undefined && isOddHead(line))) break;
  }
  return { next: index, end: index, dividers, closed: false };
}

function readBody(reply: ReplyText, at: number): { next: number; splits: Split[] } | string {
  const scan = scanBody(reply, at);
  const cut = scan.closed ? scan : closedByDivider(reply, scan);
  if (cut === undefined) return unclosed(reply, scan);
  return { next: cut.next, splits: splitsOf(reply, at + 1, cut) };
}

/** Some models end a block with a second divider and no end mark. */
function closedByDivider(reply: ReplyText, scan: Scan): Scan | undefined {
  const last = scan.dividers.at(-1);
  if (last === undefined || scan.dividers.length < 2 || reply.truncated) return undefined;
  for (let index = last + 1; index < scan.next; index += 1) {
    const line = lineAt(reply, index);
    if (openingFence(line) !== undefined)
      return { ...scan, end: last, next: index, dividers: scan.dividers.slice(0, -1) };
    const isName = scan.next < reply.lines.length && nameInLine(line, reply.known)?.from === 'line';
    if (line.trim() !== '' && !isName) return undefined;
  }
  return { ...scan, end: last, dividers: scan.dividers.slice(0, -1) };
}

function unclosed(reply: ReplyText, scan: Scan): string {
  if (reply.truncated && scan.next === reply.lines.length) return 'the reply was cut off inside this block';
  if (scan.dividers.length === 0) return 'it has no ======= line between what to find and what to put there';
  return 'it has no >>>>>>> REPLACE line at its end';
}

const maxSplits = 16;

/** The first divider first, since it is nearly always the one. */
function splitsOf(reply: ReplyText, start: number, scan: Scan): Split[] {
  const half = maxSplits / 2;
  const { dividers } = scan;
  const tried =
    dividers.length <= maxSplits ? dividers : [...dividers.slice(0, half), ...dividers.slice(-half)];
  // Two dividers in a row before the end are one that was written twice, with nothing to put there.
  const isDoubled = dividers.at(-1) === scan.end - 1 && dividers.at(-2) === scan.end - 2;
  return tried.map((divider) => ({
    search: blockText(reply.lines.slice(start, divider)),
    replace: isDoubled && divider === scan.end - 2 ? '' : blockText(reply.lines.slice(divider + 1, scan.end)),
  }));
}

/** From the head itself, else from the lines right above it, fences and blank lines skipped, else the block before. */
function nameOfBlock(reply: ReplyText, at: number): string | undefined {
  const inHead = headOf(lineAt(reply, at))?.name;
  if (inHead !== undefined && nameInLine(inHead, reply.known)) return inHead;
  const candidates = namesAbove(reply, at);
  const exact = candidates.find((each) => reply.known.paths.has(each.name));
  const line = candidates.find((each) => each.from === 'line');
  return exact?.name ?? line?.name ?? reply.previousPath ?? candidates[0]?.name ?? onlyFile(reply);
}

function namesAbove(reply: ReplyText, at: number): { name: string; from: 'line' | 'sentence' }[] {
  const names: { name: string; from: 'line' | 'sentence' }[] = [];
  for (let index = at - 1; index >= Math.max(0, at - 6); index -= 1) {
    const line = lineAt(reply, index);
    if (line.trim() === '') continue;
    if (closesBlock(line, { word: 'SEARCH', name: undefined })) return names;
    const fence = openingFence(line);
    if (fence) {
      const name = nameInInfo(fence.info, reply.known);
      if (name !== undefined) names.push({ name, from: 'line' });
      continue;
    }
    const found = nameInLine(line, reply.known);
    return found === undefined ? names : [...names, found];
  }
  return names;
}

function onlyFile(reply: ReplyText): string | undefined {
  const [first, second] = reply.known.paths;
  return second === undefined ? first : undefined;
}
