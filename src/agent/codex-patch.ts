import type { Edit, Hunk, Malformed } from './edit.ts';
import type { Piece, ReplyText } from './reply-text.ts';
import { blockText, lineAt } from './reply-text.ts';

export function opensPatch(line: string): boolean {
  return line.includes('***') && (/^\s*\*\*\* Begin Patch\s*$/i.test(line) || fileHeader(line) !== undefined);
}

/** Reads a `*** Begin Patch` envelope: files added, deleted, updated and moved. A missing end mark is forgiven. */
export function readCodexPatch(reply: ReplyText, at: number): Piece {
  const found: (Edit | Malformed)[] = [];
  let index = fileHeader(lineAt(reply, at)) === undefined ? at + 1 : at;
  while (index < reply.lines.length) {
    const line = lineAt(reply, index);
    if (isEnd(line)) return { next: index + 1, found: found.length > 0 ? found : [emptyPatch(at)] };
    const header = fileHeader(line);
    const section = header && readSection(reply, header, index);
    if (section) {
      index = section.next;
      found.push(...section.found);
    } else {
      if (line.startsWith('*** '))
        found.push(malformed('', index, `\`${line.slice(0, 80)}\` is no header of a patch`));
      else if (endsWithoutMark(line)) break;
      index += 1;
    }
  }
  return { next: index, found: found.length > 0 ? found : [emptyPatch(at)] };
}

type Header = { action: string; path: string };

function fileHeader(line: string): Header | undefined {
  const match = /^\s{0,20}\*\*\* (Add|Delete|Update) File: {0,4}(\S.{0,1000})$/i.exec(line.trimEnd());
  return match ? { action: (match[1] ?? '').toLowerCase(), path: match[2] ?? '' } : undefined;
}

function isEnd(line: string): boolean {
  return /^\s{0,20}\*\*\* End Patch\s*$/i.test(line);
}

/** A fence or the end of a here-document after a patch whose author forgot the end mark. */
function endsWithoutMark(line: string): boolean {
  return /^(?:`{3,}|~{3,}|[A-Z_]*EOF|PATCH)\s*$/.test(line);
}

type Section = { header: Header; start: number; end: number };

function readSection(reply: ReplyText, header: Header, at: number): Piece {
  let end = at + 1;
  while (end < reply.lines.length && !endsSection(lineAt(reply, end))) end += 1;
  const section = { header, start: at + 1, end };
  if (reply.truncated && end === reply.lines.length) {
    return { next: end, found: [malformed(header.path, at, 'the reply was cut off inside this file')] };
  }
  if (header.action === 'delete') {
    return { next: at + 1, found: [{ kind: 'delete', path: header.path, at: at + 1 }] };
  }
  return {
    next: end,
    found: header.action === 'add' ? [readAdded(reply, section)] : readUpdated(reply, section),
  };
}

function endsSection(line: string): boolean {
  return (
    (line.startsWith('*** ') && !isMove(line) && !isEndOfFile(line)) || isEnd(line) || endsWithoutMark(line)
  );
}

function isMove(line: string): boolean {
  return line.startsWith('*** Move to: ');
}

function isEndOfFile(line: string): boolean {
  return line.trimEnd() === '*** End of File';
}

function readAdded(reply: ReplyText, { header, start, end }: Section): Edit | Malformed {
  const lines = withoutBlankEnd(reply.lines.slice(start, end));
  const odd = lines.findIndex((line) => !line.startsWith('+') && line.trim() !== '');
  if (odd >= 0)
    return malformed(
      header.path,
      start + odd,
      `every line of an added file starts with +, not \`${(lines[odd] ?? '').slice(0, 80)}\``,
    );
  const content = blockText(lines.map((line) => line.slice(1)));
  return { kind: 'write', path: header.path, at: start, content };
}

function readUpdated(reply: ReplyText, { header, start: at, end: last }: Section): (Edit | Malformed)[] {
  let end = last;
  // A context line that is blank begins with a blank; these only part the section from what follows.
  while (end > at && lineAt(reply, end - 1) === '') end -= 1;
  const first = lineAt(reply, at);
  const to = at < end && isMove(first) ? first.slice('*** Move to: '.length).trim() : undefined;
  const hunks = readChunks(reply, to === undefined ? at : at + 1, end);
  if (typeof hunks === 'string') return [malformed(header.path, at - 1, hunks)];
  if (hunks.length === 0 && to === undefined)
    return [malformed(header.path, at - 1, 'it changes nothing in this file')];
  const edits: Edit[] = hunks.map((hunk) => ({ kind: 'replace', path: header.path, ...hunk }));
  return to === undefined ? edits : [...edits, { kind: 'move', path: header.path, at, to }];
}

type Chunk = { at: number; anchors: string[]; old: string[]; fresh: string[]; atEnd: boolean };

function readChunks(reply: ReplyText, start: number, end: number): (Hunk & { at: number })[] | string {
  const chunks: Chunk[] = [];
  let chunk = newChunk(start);
  for (let index = start; index < end; index += 1) {
    const line = lineAt(reply, index);
    if (/^@@(?:\s|$)/.test(line)) {
      if (hasLines(chunk)) chunks.push(chunk);
      chunk = newChunk(index, hasLines(chunk) ? [] : chunk.anchors);
      const anchor = anchorOf(line);
      if (anchor !== '') chunk.anchors.push(anchor);
    } else if (isEndOfFile(line)) {
      chunk.atEnd = true;
      if (hasLines(chunk)) chunks.push(chunk);
      chunk = newChunk(index + 1);
    } else if (!addLine(chunk, line)) return `\`${line.slice(0, 80)}\` starts with none of space, + and -`;
  }
  if (hasLines(chunk)) chunks.push(chunk);
  return chunks.filter((each) => each.old.join('\n') !== each.fresh.join('\n')).map(toHunk);
}

function newChunk(index: number, anchors: string[] = []): Chunk {
  return { at: index + 1, anchors, old: [], fresh: [], atEnd: false };
}

function hasLines(chunk: Chunk): boolean {
  return chunk.old.length + chunk.fresh.length > 0;
}

/** `@@ def f():` names a line above the place; a unified diff's line numbers in that position say nothing. */
function anchorOf(line: string): string {
  return line
    .slice(2)
    .replace(/^ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/, '')
    .trim();
}

function addLine(chunk: Chunk, line: string): boolean {
  const [mark, text] = [line.charAt(0), line.slice(1)];
  if (mark === '-' || mark === ' ' || mark === '') chunk.old.push(text);
  if (mark === '+' || mark === ' ' || mark === '') chunk.fresh.push(text);
  return mark === '' || '+- '.includes(mark);
}

function toHunk(chunk: Chunk): Hunk & { at: number } {
  return {
    at: chunk.at,
    search: blockText(chunk.old),
    replace: blockText(chunk.fresh),
    ordered: true,
    ...(chunk.anchors.length > 0 && { anchors: chunk.anchors }),
    ...(chunk.atEnd && { atEnd: true }),
    ...(chunk.old.every((line) => line.trim() === '') && { insertOnly: true }),
  };
}

function withoutBlankEnd(lines: string[]): string[] {
  let end = lines.length;
  while (end > 0 && (lines[end - 1] ?? '').trim() === '') end -= 1;
  return lines.slice(0, end);
}

function malformed(path: string, index: number, reason: string): Malformed {
  return { kind: 'malformed', path, at: index + 1, reason };
}

function emptyPatch(at: number): Malformed {
  return malformed('', at, 'the patch holds no change');
}
