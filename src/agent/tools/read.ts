import { cut } from '../../domain/untrusted.ts';
import { filesOf } from '../hands.ts';
import { findExisting } from '../find-path.ts';
import { numberedLines } from '../numbered-lines.ts';
import { blockLines } from '../text-lines.ts';
import { readInside } from '../../files/inside.ts';
import type { Tool } from './tool.ts';
import { failed, number, offer, text } from './tool.ts';

const mostLines = 400;

export const readTool: Tool = {
  offer: offer(
    'read',
    'Read a file, with line numbers. At most 400 lines at once.',
    {
      path: { type: 'string' },
      start: { type: 'integer', description: 'first line' },
      lines: { type: 'integer' },
    },
    ['path'],
  ),
  subject: (args) => text(args, 'path'),
  async use(args, hands) {
    const { directory } = hands.workspace;
    const found = findExisting(text(args, 'path'), await filesOf(hands), directory);
    if (!found.ok) return failed(found.problem);
    const read = await readInside(directory, found.path);
    if (read.kind !== 'text')
      return failed(`${found.path} cannot be read: ${read.kind === 'refused' ? read.reason : 'it is gone'}.`);
    hands.seen.add(found.path);
    const lines = blockLines(read.text);
    if (lines.length === 0) return { ok: true, text: `${found.path} is empty.` };
    const start = Math.max(1, number(args, 'start') ?? 1);
    if (start > lines.length) return failed(`${found.path} has only ${lines.length} lines.`);
    const count = Math.min(mostLines, Math.max(1, number(args, 'lines') ?? mostLines));
    return { ok: true, text: excerpt(found.path, lines, { start, count, most: hands.longestOutput() }) };
  },
};

type Stretch = { start: number; count: number; most: number };

function excerpt(path: string, lines: string[], { start, count, most }: Stretch): string {
  let end = Math.min(lines.length, start - 1 + count);
  let shown = numberedLines(lines, start, end);
  while (end > start && Buffer.byteLength(shown) > most) {
    end = start + Math.floor((end - start) / 2);
    shown = numberedLines(lines, start, end);
  }
  const head = `${path}, lines ${start} to ${end} of ${lines.length}:`;
  const next = end < lines.length ? `\nGo on with start ${end + 1}.` : '';
  return `${head}\n${cut(shown, most)}${next}`;
}
