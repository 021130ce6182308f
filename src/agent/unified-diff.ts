import type { Edit, Hunk, Malformed } from './edit.ts';
import { resolveExisting } from './edit-path.ts';
import type { Piece, ReplyText } from './reply-text.ts';
import { blockText, lineAt } from './reply-text.ts';

export function opensDiff(reply: ReplyText, at: number): boolean {
  const line = lineAt(reply, at);
  return (line.startsWith('--- ') && isHeaderPair(reply, at)) || /^diff --git \S/.test(line);
}

function isHeaderPair(reply: ReplyText, at: number): boolean {
  if (!lineAt(reply, at).startsWith('--- ') || !lineAt(reply, at + 1).startsWith('+++ ')) return false;
  const after = lineAt(reply, at + 2);
  return after === '' || /^(?:@@|[ +\\-])/.test(after) || isDevNull(lineAt(reply, at + 1));
}

/** A removed line `-- x` looks like a header, so inside a hunk a header needs its other half and a hunk as well. */
function endsHunk(reply: ReplyText, at: number): boolean {
  return (
    isHeaderPair(reply, at) && (lineAt(reply, at + 2).startsWith('@@') || isDevNull(lineAt(reply, at + 1)))
  );
}

/** Reads the part of a unified diff that is about one file. Line numbers only choose between equal places. */
export function readUnifiedDiff(reply: ReplyText, at: number): Piece {
  const head = readHeader(reply, at);
  const body = readHunks(reply, head.next);
  const place = { path: head.path, at: at + 1 };
  if (reply.truncated && body.next === reply.lines.length) {
    body.hunks.pop();
    const reason = 'the reply was cut off inside this hunk';
    return {
      next: body.next,
      found: [...toEdits(head, body.hunks), { kind: 'malformed', ...place, reason }],
    };
  }
  if (head.binary)
    return { next: body.next, found: [{ kind: 'malformed', ...place, reason: 'it is a binary patch' }] };
  if (head.deleted) return { next: body.next, found: [{ kind: 'delete', ...place }] };
  const edits = toEdits(head, body.hunks);
  if (head.created && edits.length === 0) edits.push({ kind: 'write', ...place, content: '' });
  if (head.to !== undefined) edits.push({ kind: 'move', ...place, to: head.to });
  const nothing: Malformed = { kind: 'malformed', ...place, reason: 'the diff changes nothing in this file' };
  return { next: body.next, found: edits.length > 0 ? edits : [nothing] };
}

/** Hunks without any header, in a fence whose file is named elsewhere. */
export function readBareHunks(reply: ReplyText, at: number, path: string): Piece {
  const body = readHunks(reply, at);
  const head = {
    next: at,
    path: resolveExisting(path, reply.known),
    at: at + 1,
    created: false,
    deleted: false,
    binary: false,
    to: undefined,
  };
  return { next: Math.max(body.next, at + 1), found: toEdits(head, body.hunks) };
}

type Header = {
  next: number;
  path: string;
  at: number;
  created: boolean;
  deleted: boolean;
  binary: boolean;
  to: string | undefined;
};

function toEdits(head: Header, hunks: (Hunk & { at: number })[]): Edit[] {
  return hunks.map((hunk) => ({ kind: 'replace', path: head.path, ...hunk }));
}

function readHeader(reply: ReplyText, at: number): Header {
  const header: Header = {
    next: at,
    path: '',
    at: at + 1,
    created: false,
    deleted: false,
    binary: false,
    to: undefined,
  };
  const names = { old: '', fresh: '' };
  if (lineAt(reply, at).startsWith('diff --git ')) {
    const named = /^diff --git "?a\/(.{1,500}?)"? "?b\/(.{1,500}?)"?$/.exec(lineAt(reply, at));
    [names.old, names.fresh] = [`a/${named?.[1] ?? ''}`, `b/${named?.[2] ?? ''}`];
    for (header.next = at + 1; isExtension(lineAt(reply, header.next)); header.next += 1) {
      readExtension(lineAt(reply, header.next), header);
    }
  }
  if (lineAt(reply, header.next).startsWith('--- ') && lineAt(reply, header.next + 1).startsWith('+++ ')) {
    names.old = headerName(lineAt(reply, header.next));
    names.fresh = headerName(lineAt(reply, header.next + 1));
    header.next += 2;
  }
  header.deleted ||= names.fresh === '/dev/null';
  const moved = header.to !== undefined;
  header.path = pathOf({ names, old: header.deleted || moved, reply });
  return header;
}

const extension =
  /^(?:index |new file mode|deleted file mode|old mode|new mode|similarity |dissimilarity |rename |copy |GIT binary|Binary files)/;

function isExtension(line: string): boolean {
  return extension.test(line);
}

function readExtension(line: string, header: Header): void {
  if (line.startsWith('rename to ')) header.to = line.slice('rename to '.length).trim();
  if (line.startsWith('new file')) header.created = true;
  if (line.startsWith('deleted file')) header.deleted = true;
  if (/^(?:GIT binary|Binary files)/.test(line)) header.binary = true;
}

/** Without the time stamp that diff writes after a tab, and without quotes. */
function headerName(line: string): string {
  return (line.slice(4).split('\t')[0] ?? '').trim().replace(/^"(.*)"$/, '$1');
}

function isDevNull(line: string): boolean {
  return headerName(line) === '/dev/null';
}

/** `a/` and `b/` are git's prefixes unless the folders really exist. */
function pathOf(choice: { names: { old: string; fresh: string }; old: boolean; reply: ReplyText }): string {
  const { names, old, reply } = choice;
  const name = old || names.fresh === '/dev/null' ? names.old : names.fresh;
  if (reply.known.paths.has(name)) return name;
  const prefixed =
    (names.old === '/dev/null' || /^[aico]\//.test(names.old)) &&
    (names.fresh === '/dev/null' || /^[biwo]\//.test(names.fresh));
  const path = prefixed ? name.slice(2) : name;
  return names.old === '/dev/null' ? path : resolveExisting(path, reply.known);
}

function readHunks(reply: ReplyText, start: number): { next: number; hunks: (Hunk & { at: number })[] } {
  const hunks: (Hunk & { at: number })[] = [];
  let index = start;
  while (index < reply.lines.length) {
    const line = lineAt(reply, index);
    if (line === '' && lineAt(reply, index + 1).startsWith('@@')) index += 1;
    else if (line.startsWith('@@') || (index === start && isBody(reply, index))) {
      const { next, hunk } = readHunk(reply, index);
      if (hunk) hunks.push(hunk);
      index = next;
    } else break;
  }
  return { next: index, hunks };
}

function isBody(reply: ReplyText, index: number): boolean {
  const line = lineAt(reply, index);
  if (index >= reply.lines.length || endsHunk(reply, index)) return false;
  return line === '' || /^[ +\\-]/.test(line);
}

type Body = { old: string[]; fresh: string[]; oldEnd: boolean; freshEnd: boolean; last: string };

function readHunk(reply: ReplyText, at: number): { next: number; hunk: (Hunk & { at: number }) | undefined } {
  const header = lineAt(reply, at);
  const body: Body = { old: [], fresh: [], oldEnd: true, freshEnd: true, last: '' };
  let index = header.startsWith('@@') ? at + 1 : at;
  for (; isBody(reply, index); index += 1) addLine(body, lineAt(reply, index));
  dropBlankEnd(body, reply, index);
  if (body.old.join('\n') === body.fresh.join('\n') && body.oldEnd === body.freshEnd)
    return { next: index, hunk: undefined };
  return { next: index, hunk: toHunk(body, header, at) };
}

function addLine(body: Body, line: string): void {
  const [mark, text] = [line.charAt(0), line.slice(1)];
  if (mark === '\\') {
    if (body.last !== '+') body.oldEnd = false;
    if (body.last !== '-') body.freshEnd = false;
    return;
  }
  if (mark !== '+') body.old.push(text);
  if (mark !== '-') body.fresh.push(text);
  body.last = mark;
}

/** Blank lines between a hunk and what follows are layout of the reply, as long as they carry no mark. */
function dropBlankEnd(body: Body, reply: ReplyText, end: number): void {
  for (
    let index = end - 1;
    lineAt(reply, index) === '' && body.old.at(-1) === '' && body.fresh.at(-1) === '';
    index -= 1
  ) {
    body.old.pop();
    body.fresh.pop();
  }
}

function toHunk(body: Body, header: string, at: number): Hunk & { at: number } {
  const line = Number(/^@@ -(\d{1,9})/.exec(header)?.[1] ?? 0);
  const unended = !body.freshEnd && body.old.length === 0;
  const replace = blockText(body.fresh);
  return {
    at: at + 1,
    search: blockText(body.old),
    replace: unended ? replace.slice(0, -1) : replace,
    ordered: true,
    ...(line > 0 && { nearLine: line }),
    ...((!body.oldEnd || !body.freshEnd) && { atEnd: true, finalNewline: body.freshEnd }),
  };
}
