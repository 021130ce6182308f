import { applyEdits } from '../apply-edits.ts';
import { findWritable } from '../find-path.ts';
import { countFailedEdit, countGoodEdit } from '../hands.ts';
import { checkSyntax } from '../syntax-check.ts';
import { blockLines } from '../text-lines.ts';
import { readInside } from '../../files/inside.ts';
import type { Tool } from './tool.ts';
import { failed, offer, text } from './tool.ts';

const mostBytes = 200_000;
/** A longer file is not replaced unseen: what the model has not read it would leave out. */
const longestUnread = 300;

export const writeTool: Tool = {
  offer: offer(
    'write',
    'Create a file, or replace a whole one. content is the complete text of the file.',
    { path: { type: 'string' }, content: { type: 'string' } },
    ['path', 'content'],
  ),
  subject: (args) => text(args, 'path'),
  async use(args, hands, signal) {
    const { directory } = hands.workspace;
    const found = findWritable(text(args, 'path'), directory);
    if (!found.ok) return failed(found.problem);
    const { path } = found;
    const content = text(args, 'content');
    if (Buffer.byteLength(content) > mostBytes)
      return failed(
        `${path} was not written: more than ${mostBytes} bytes. Change it piece by piece with edit.`,
      );
    const before = await readInside(directory, path);
    const lines = before.kind === 'text' ? blockLines(before.text).length : 0;
    if (lines > longestUnread && !hands.seen.has(path))
      return failed(
        `${path} has ${lines} lines that you have not read. Read it first, or change it with edit.`,
      );
    const ended = content === '' || content.endsWith('\n') ? content : `${content}\n`;
    const edit = { kind: 'write', path, at: 1, content: ended } as const;
    const { applied, failed: refused } = await applyEdits({ edits: [edit], malformed: [] }, { directory });
    const [refusal] = refused;
    if (refusal !== undefined) {
      countFailedEdit(hands, path, lines);
      return failed(`${path} was not written: ${refusal.reason}.`);
    }
    countGoodEdit(hands, path);
    const broken = await checkSyntax(hands.workspace, path, signal);
    const what = before.kind === 'text' ? 'was replaced' : 'was created';
    const syntax = broken === undefined ? '' : `\nSyntax error now, mend it:\n${broken}`;
    const isSame = applied[0]?.note === 'already there';
    return {
      ok: true,
      text: isSame
        ? `${path} already reads like that.`
        : `${path} ${what}, ${blockLines(ended).length} lines.${syntax}`,
      ...(isSame ? {} : { changed: path }),
    };
  },
};
