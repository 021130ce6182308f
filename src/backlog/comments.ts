import type { TicketComment } from '../domain/ticket.ts';
import { covers } from './ranges.ts';
import type { SectionIndex } from './sections.ts';

/** Where the comments stand: the text between their markers. `old`: each comment has markers of its own. */
export type CommentsBlock = { start: number; bodyStart: number; bodyEnd: number; end: number; old: boolean };

export function findComments(index: SectionIndex): CommentsBlock | undefined {
  const begin = /(?:\n|^)## Comments\s*\n<!-- COMMENTS:BEGIN -->\s*\n/gi;
  const end = /<!-- COMMENTS:END -->/gi;
  for (let match = begin.exec(index.source); match !== null; match = begin.exec(index.source)) {
    end.lastIndex = begin.lastIndex;
    const closing = end.exec(index.source);
    if (closing === null) return undefined;
    if (!covers(index.covered, match.index)) {
      const old = index.source.slice(begin.lastIndex, closing.index).includes('<!-- COMMENT:BEGIN -->');
      const bounds = { bodyStart: begin.lastIndex, bodyEnd: closing.index, end: end.lastIndex };
      return { start: match.index, ...bounds, old };
    }
    begin.lastIndex = end.lastIndex;
  }
  return undefined;
}

export function readComments(index: SectionIndex): TicketComment[] {
  const block = findComments(index);
  if (block === undefined) return [];
  const body = index.source.slice(block.bodyStart, block.bodyEnd);
  return block.old ? readOldComments(body) : readDelimitedComments(body);
}

/** `author:` and `created:` lines, `---`, the text, `---`, again and again. An unfinished last one does not count. */
function readDelimitedComments(text: string): TicketComment[] {
  const parts: string[][] = [[]];
  for (const line of text.split('\n')) {
    if (line.trim() === '---') parts.push([]);
    else parts.at(-1)?.push(line);
  }
  const comments: TicketComment[] = [];
  for (let part = 0; part + 2 < parts.length; part += 2) {
    const body = (parts[part + 1] ?? []).join('\n').trim();
    if (body === '') continue;
    const { author, createdDate } = readAttributes(parts[part] ?? []);
    comments.push({ index: comments.length + 1, ...author, createdDate, body });
  }
  return comments;
}

/** The older form: `<!-- COMMENT:BEGIN -->`, attributes, a blank line, the text, `<!-- COMMENT:END -->`. */
function readOldComments(text: string): TicketComment[] {
  const begin = /<!-- COMMENT:BEGIN -->\s*\n/gi;
  const end = /<!-- COMMENT:END -->/gi;
  const comments: TicketComment[] = [];
  while (begin.exec(text) !== null) {
    end.lastIndex = begin.lastIndex;
    const closing = end.exec(text);
    if (closing === null) break;
    const comment = text.slice(begin.lastIndex, closing.index).trim();
    begin.lastIndex = end.lastIndex;
    const blank = comment.search(/\n\s*\n/);
    const body = blank === -1 ? comment : comment.slice(blank).trim();
    if (body === '') continue;
    const { number, author, createdDate } = readAttributes(comment.slice(0, Math.max(0, blank)).split('\n'));
    comments.push({ index: number ?? comments.length + 1, ...author, createdDate, body });
  }
  return comments;
}

function readAttributes(lines: readonly string[]): {
  number?: number;
  author: { author?: string };
  createdDate: string;
} {
  const values = new Map<string, string>();
  for (const line of lines) {
    const name = /^([a-zA-Z_]+):/.exec(line)?.[1];
    const value = name === undefined ? '' : line.slice(name.length + 1).trimStart();
    if (name !== undefined && !/[\r\u2028\u2029]/.test(value)) values.set(name.toLowerCase(), value);
  }
  const author = (values.get('author') ?? '').replace(/\s+/g, ' ').trim();
  const number = Number.parseInt(values.get('index') ?? '', 10);
  return {
    ...(number > 0 && { number }),
    author: author === '' ? {} : { author },
    createdDate: (values.get('created') ?? '').trim(),
  };
}
