import type { Hands } from '../hands.ts';
import { countFailedEdit, countGoodEdit, filesOf } from '../hands.ts';
import { findExisting, findWritable } from '../find-path.ts';
import { replaceInText } from '../match-edit.ts';
import { numberedLines } from '../numbered-lines.ts';
import { checkSyntax } from '../syntax-check.ts';
import { blockLines } from '../text-lines.ts';
import { readInside, writeInside } from '../../files/inside.ts';
import type { Arguments, Tool, ToolResult } from './tool.ts';
import { failed, offer, text } from './tool.ts';
import { writeTool } from './write.ts';

const around = 3;
const mostShown = 60;

export const editTool: Tool = {
  offer: offer(
    'edit',
    'Replace the text old by new in a file. old must be copied exactly from the file (without line numbers) and stand there once.',
    {
      path: { type: 'string' },
      old: { type: 'string' },
      new: { type: 'string' },
      all: { type: 'boolean', description: 'replace every occurrence' },
    },
    ['path', 'old', 'new'],
  ),
  subject: (args) => text(args, 'path'),
  async use(args, hands, signal) {
    const { directory } = hands.workspace;
    const files = await filesOf(hands);
    const found = findExisting(text(args, 'path'), files, directory);
    if (!found.ok) return mayCreate(args, directory) ? create(args, hands, signal) : failed(found.problem);
    return replace(found.path, args, hands, signal);
  },
};

function mayCreate(args: Arguments, directory: string): boolean {
  return text(args, 'old').trim() === '' && findWritable(text(args, 'path'), directory).ok;
}

function create(args: Arguments, hands: Hands, signal: AbortSignal): Promise<ToolResult> {
  return writeTool.use({ path: args['path'], content: args['new'] }, hands, signal);
}

async function replace(
  path: string,
  args: Arguments,
  hands: Hands,
  signal: AbortSignal,
): Promise<ToolResult> {
  const { directory } = hands.workspace;
  const read = await readInside(directory, path);
  if (read.kind !== 'text')
    return failed(`${path} cannot be edited: ${read.kind === 'refused' ? read.reason : 'it is gone'}.`);
  const all = args['all'] === true;
  const made = replaceOnce(read.text, { search: text(args, 'old'), replace: text(args, 'new'), all });
  if (!made.ok) return explainFailure(path, made.reason, blockLines(read.text).length, hands);
  if (made.text === read.text) {
    countGoodEdit(hands, path);
    return { ok: true, text: `${path} already reads like that; nothing was changed. Go on, or call done.` };
  }
  const refusal = await writeInside(directory, path, { text: made.text, mode: read.mode });
  if (refusal !== undefined) return failed(`${path} cannot be written: ${refusal}.`);
  countGoodEdit(hands, path);
  const broken = await checkSyntax(hands.workspace, path, signal);
  return { ok: true, text: describe(path, made, broken), changed: path };
}

/** Models copy the numbers of `read` along; they are taken off only when the text is not there with them. */
function replaceOnce(original: string, order: { search: string; replace: string; all: boolean }) {
  const made = replaceInText(original, order);
  const search = withoutNumbers(order.search);
  if (made.ok || search === undefined) return made;
  const again = replaceInText(original, {
    ...order,
    search,
    replace: withoutNumbers(order.replace) ?? order.replace,
  });
  return again.ok ? again : made;
}

function withoutNumbers(lines: string): string | undefined {
  const each = lines.split('\n');
  const isNumbered = /^\s{0,6}\d{1,6}\| ?/;
  if (!each.every((line, index) => isNumbered.test(line) || (line === '' && index === each.length - 1)))
    return undefined;
  return each.map((line) => line.replace(isNumbered, '')).join('\n');
}

function explainFailure(path: string, reason: string, lines: number, hands: Hands): ToolResult {
  const advice =
    countFailedEdit(hands, path, lines) === 'whole-file'
      ? `This failed several times now: give the whole new content of ${path} with write instead.`
      : 'Read those lines again and copy old exactly from them.';
  return failed(`${path} was not changed: ${reason}\n${advice}`);
}

function describe(
  path: string,
  made: { text: string; startLine: number; endLine: number; note?: string },
  broken: string | undefined,
): string {
  const lines = blockLines(made.text);
  const from = Math.max(1, made.startLine - around);
  const to = Math.min(lines.length, made.endLine + around, from + mostShown);
  const note = made.note === undefined ? '' : ` (${made.note})`;
  const syntax = broken === undefined ? '' : `\nSyntax error now, mend it:\n${broken}`;
  return `${path} was changed${note}. It now reads:\n${numberedLines(lines, from, to)}${syntax}`;
}
