import { opensPatch, readCodexPatch } from './codex-patch.ts';
import type { Edit, Malformed } from './edit.ts';
import { indexFiles } from './edit-path.ts';
import type { Fenced } from './fenced-files.ts';
import { findFenceEnd, readFencedFile } from './fenced-files.ts';
import type { Fence, Piece, ReplyText } from './reply-text.ts';
import { closesFence, lineAt, openingFence } from './reply-text.ts';
import { opensBlock, opensLostBlock, readLostBlock, readSearchReplace } from './search-replace-blocks.ts';
import { opensDiff, readUnifiedDiff } from './unified-diff.ts';

export type ParsedReply = { edits: Edit[]; malformed: Malformed[] };

export type ParseContext = {
  /** Paths that exist, relative to the root of the change, with forward slashes. */
  files?: Iterable<string>;
  /** The model stopped at its length limit: only complete blocks count. */
  truncated?: boolean;
};

export const replyLimits = { characters: 4_000_000, edits: 500 };

/**
 * Reads the edits out of a model's reply, whatever notation it used: SEARCH/REPLACE blocks, a codex patch, unified
 * diffs, whole files in fences. Thinking is not read. Never throws; takes time linear in the reply.
 */
export function parseEdits(reply: string, context: ParseContext = {}): ParsedReply {
  const tooLong = reply.length > replyLimits.characters;
  const lines = reply.slice(0, replyLimits.characters).split(/\r?\n/);
  const text: ReplyText = {
    lines: withoutEarlierThinking(lines),
    known: indexFiles(context.files ?? []),
    truncated: context.truncated === true || tooLong,
  };
  const found = readPieces(text);
  const edits = withoutExcerpts(found.filter((each) => each.kind !== 'malformed'));
  const malformed = found.filter((each) => each.kind === 'malformed');
  if (edits.length <= replyLimits.edits) return { edits, malformed };
  const reason = `the reply holds ${edits.length} edits; at most ${replyLimits.edits} are applied`;
  return {
    edits: edits.slice(0, replyLimits.edits),
    malformed: [...malformed, { kind: 'malformed', path: '', at: 1, reason }],
  };
}

/** Some models leave out the tag that opens their thinking; what stands before a lone closing tag is thinking too. */
function withoutEarlierThinking(lines: string[]): string[] {
  const close = lines.findIndex((line) =>
    /^\s{0,8}<\/think(?:ing)?>|^[^<]*<\/think(?:ing)?>\s*$/i.test(line),
  );
  if (close < 0 || lines.slice(0, close).some((line) => opensThinking(line))) return lines;
  return lines.map((line, index) => (index < close ? '' : index === close ? afterThinking(line) : line));
}

function opensThinking(line: string): boolean {
  return /^\s{0,8}<think(?:ing)?>/i.test(line);
}

function afterThinking(line: string): string {
  const tag = /<\/think(?:ing)?>/i.exec(line);
  return tag ? line.slice(tag.index + tag[0].length) : '';
}

/** Each line is looked at a bounded number of times: a reader always moves on, and a fence is searched for its end once. */
function readPieces(reply: ReplyText): (Edit | Malformed)[] {
  const found: (Edit | Malformed)[] = [];
  let open: Fence | undefined;
  for (let index = 0; index < reply.lines.length;) {
    const line = lineAt(reply, index);
    const fence: Fence | undefined = open ?? openingFence(line);
    const piece = readBlock(reply, index);
    if (piece) {
      index = Math.max(piece.next, index + 1);
      found.push(...piece.found);
      const path = piece.found.findLast((each) => each.path !== '')?.path;
      if (path !== undefined) reply.previousPath = path;
    } else if (open !== undefined || fence === undefined) {
      if (open !== undefined && closesFence(line, open)) open = undefined;
      index += 1;
    } else {
      const fenced = findFenceEnd(reply, index, fence);
      if (holdsBlock(reply, fenced)) [open, index] = [fence, index + 1];
      else {
        found.push(...readFencedFile(reply, fenced).found);
        index = fenced.end + 1;
      }
    }
  }
  return found;
}

function readBlock(reply: ReplyText, index: number): Piece | undefined {
  const line = lineAt(reply, index);
  if (opensBlock(line)) return readSearchReplace(reply, index);
  if (opensPatch(line)) return readCodexPatch(reply, index);
  if (opensDiff(reply, index)) return readUnifiedDiff(reply, index);
  if (opensLostBlock(reply, index)) return readLostBlock(reply, index);
  return opensThinking(line) ? skipThinking(reply, index) : undefined;
}

/** Unclosed thinking goes on to the end: there is no answer. */
function skipThinking(reply: ReplyText, at: number): Piece {
  for (let index = at; index < reply.lines.length; index += 1) {
    if (!/<\/think(?:ing)?>/i.test(lineAt(reply, index))) continue;
    reply.lines[index] = afterThinking(lineAt(reply, index));
    return { next: index === at ? at : index, found: [] };
  }
  return { next: reply.lines.length, found: [] };
}

function holdsBlock(reply: ReplyText, { at, end }: Fenced): boolean {
  for (let index = at + 1; index < end; index += 1) {
    const line = lineAt(reply, index);
    if (opensBlock(line) || opensPatch(line) || opensDiff(reply, index)) return true;
    if (opensLostBlock(reply, index)) return true;
  }
  return false;
}

/** A fence under a sentence is no file when another block already says what becomes of that file. */
function withoutExcerpts(edits: Edit[]): Edit[] {
  const said = new Set(edits.filter((edit) => !isLoose(edit)).map((edit) => edit.path));
  return edits.filter((edit) => {
    if (!isLoose(edit)) return true;
    const isFirst = !said.has(edit.path);
    said.add(edit.path);
    return isFirst;
  });
}

function isLoose(edit: Edit): boolean {
  return edit.kind === 'write' && edit.mayBeExcerpt === true;
}
