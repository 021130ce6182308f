import type { Edit, WriteHints } from './edit.ts';
import { nameInComment, nameInInfo, nameInLine, resolveWritten } from './edit-path.ts';
import type { Fence, Piece, ReplyText } from './reply-text.ts';
import { blockText, closesFence, lineAt, openingFence } from './reply-text.ts';
import { readBareHunks } from './unified-diff.ts';

/** A fence and the index of its closing line; `closed` is false when the reply ends before it does. */
export type Fenced = { fence: Fence; at: number; end: number; closed: boolean };

/**
 * A fence that holds a whole file, if anything says which: the info string, the line above, or a comment in its first
 * line. Everything else in a fence is talk.
 */
export function readFencedFile(reply: ReplyText, fenced: Fenced): Piece {
  const next = fenced.end + 1;
  const language = languageOf(fenced.fence);
  const name = nameOfFence(reply, fenced);
  if (name === undefined) return { next, found: [] };
  if (language === 'diff' || language === 'patch') {
    return { next, found: readBareHunks(reply, fenced.at + 1, name.name).found };
  }
  if (shells.has(language) && !/\.(?:sh|bash|zsh|fish|ps1|bat|cmd)$/i.test(name.name))
    return { next, found: [] };
  if (!fenced.closed && reply.truncated) {
    const reason = 'the reply was cut off inside this file';
    return { next, found: [{ kind: 'malformed', path: name.name, at: fenced.at + 1, reason }] };
  }
  return { next, found: [toWrite(reply, fenced, name)] };
}

/** The index of the line that closes a fence; in Markdown files fences may lie within fences. */
export function findFenceEnd(reply: ReplyText, at: number, fence: Fence): Fenced {
  const nests = isMarkdown(reply, { fence, at, end: at, closed: false });
  let depth = 0;
  for (let index = at + 1; index < reply.lines.length; index += 1) {
    const line = lineAt(reply, index);
    if (closesFence(line, fence)) {
      if (depth === 0) return { fence, at, end: index, closed: true };
      depth -= 1;
    } else if (nests && opensInner(line, fence)) depth += 1;
  }
  return { fence, at, end: reply.lines.length, closed: false };
}

/** A fence shorter than the outer one cannot close it, so it needs no counting. */
function opensInner(line: string, outer: Fence): boolean {
  const inner = openingFence(line);
  return inner !== undefined && inner.info !== '' && inner.mark.startsWith(outer.mark);
}

const shells = new Set(
  'bash sh shell zsh fish console terminal shell-session shellscript powershell ps1 pwsh cmd bat batch'.split(
    ' ',
  ),
);

function languageOf(fence: Fence): string {
  return (/^[\w+#.-]{1,40}/.exec(fence.info)?.[0] ?? '').toLowerCase();
}

function isMarkdown(reply: ReplyText, fenced: Fenced): boolean {
  if (/^(?:md|mdx|markdown)\b/i.test(fenced.fence.info)) return true;
  return /\.(?:md|mdx|markdown)$/i.test(nameOfFence(reply, fenced)?.name ?? '');
}

type Name = { name: string } & Pick<WriteHints, 'nameLine' | 'mayBeExcerpt'>;

function nameOfFence(reply: ReplyText, { fence, at, end }: Fenced): Name | undefined {
  const inInfo = nameInInfo(fence.info, reply.known);
  if (inInfo !== undefined) return { name: inInfo };
  const [above = '', before = ''] = linesAbove(reply, at);
  const found = nameInLine(above, reply.known);
  if (found?.from === 'line') return { name: found.name };
  const first = at + 1 < end ? lineAt(reply, at + 1) : '';
  const comment = isHeading(first, fence) ? undefined : nameInComment(first);
  if (comment !== undefined) return { name: comment, nameLine: first, mayBeExcerpt: true };
  return nameInSentence(reply, above, before);
}

/** In Markdown, `# README.md` is a title and not a comment. */
function isHeading(line: string, fence: Fence): boolean {
  return line.startsWith('#') && /^(?:md|mdx|markdown)\b/i.test(fence.info);
}

/** A sentence names many files that are not meant to be written: it must know the file or say that it is new. */
function nameInSentence(reply: ReplyText, above: string, before: string): Name | undefined {
  const found = nameInLine(above, reply.known);
  const introduces = /:\s*$/.test(above);
  if (found && reply.known.paths.has(found.name)) return { name: found.name, mayBeExcerpt: true };
  if (found && introduces && /\b(?:create|new|save)\b/i.test(above)) {
    return { name: found.name, mayBeExcerpt: true };
  }
  const title = introduces && found === undefined ? nameInLine(before, reply.known) : undefined;
  return title?.from === 'line' ? { name: title.name, mayBeExcerpt: true } : undefined;
}

/** The nearest two lines with text above a fence; nothing beyond another fence. */
function linesAbove(reply: ReplyText, at: number): string[] {
  const lines: string[] = [];
  for (let index = at - 1; index >= Math.max(0, at - 5) && lines.length < 2; index -= 1) {
    const line = lineAt(reply, index);
    if (line.trim() === '') continue;
    if (openingFence(line) !== undefined) return lines.length > 0 ? lines : [carriedName(reply, index) ?? ''];
    lines.push(line);
  }
  return lines;
}

/** Some models put the name into a fence of its own before the fence with the file. */
function carriedName(reply: ReplyText, closing: number): string | undefined {
  const fence = openingFence(lineAt(reply, closing - 2));
  return fence && closesFence(lineAt(reply, closing), fence) ? lineAt(reply, closing - 1) : undefined;
}

function toWrite(reply: ReplyText, { fence, at, end }: Fenced, name: Name): Edit {
  const lines = reply.lines.slice(at + 1, end).map((line) => unindent(line, fence.indent));
  const { path, perhaps } = resolveWritten(name.name, reply.known);
  return {
    kind: 'write',
    path,
    at: at + 1,
    content: blockText(name.nameLine === undefined ? lines : lines.slice(1)),
    ...(name.nameLine !== undefined && { nameLine: name.nameLine }),
    ...(name.mayBeExcerpt && { mayBeExcerpt: true }),
    ...(perhaps !== undefined && { perhaps }),
  };
}

function unindent(line: string, indent: number): string {
  let start = 0;
  while (start < indent && line.charAt(start) === ' ') start += 1;
  return line.slice(start);
}
