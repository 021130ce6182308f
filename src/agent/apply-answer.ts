import type { AppliedEdits } from './apply-edits.ts';
import { applyEdits } from './apply-edits.ts';
import type { Edit } from './edit.ts';
import { parseEdits } from './edit-blocks.ts';
import type { Hands } from './hands.ts';
import { countFailedEdit, countGoodEdit, filesOf } from './hands.ts';
import { checkSyntax } from './syntax-check.ts';
import { blockLines } from './text-lines.ts';
import { readInside } from '../files/inside.ts';

export type AppliedAnswer = AppliedEdits & {
  /** What a parser says of files that it cannot read any more. */
  broken: { path: string; problem: string }[];
};

export type AnswerOptions = {
  truncated: boolean;
  /** Only what is an edit beyond doubt: a model that has tools shows code to explain what it did. */
  strict?: boolean;
};

/** A file of more lines is not replaced by one that may be an excerpt, unless the model has seen all of it. */
const longestUnseen = 150;

/** Applies the edits of an answer and looks at their syntax; undefined when it holds none. */
export async function applyAnswer(
  hands: Hands,
  text: string,
  options: AnswerOptions,
  signal: AbortSignal,
): Promise<AppliedAnswer | undefined> {
  const { directory } = hands.workspace;
  const files = await filesOf(hands);
  const parsed = parseEdits(text, { files, truncated: options.truncated });
  const wanted = options.strict === true ? parsed.edits.filter(isPlain) : parsed.edits;
  if (wanted.length + parsed.malformed.length === 0) return undefined;
  const edits = await Promise.all(wanted.map((edit) => doubtUnseen(edit, hands)));
  const result = await applyEdits({ edits, malformed: parsed.malformed }, { directory, files });
  const advice = await countOutcomes(hands, result);
  const broken: AppliedAnswer['broken'] = [];
  for (const { path, note } of result.applied) {
    const problem = note === 'already there' ? undefined : await checkSyntax(hands.workspace, path, signal);
    if (problem !== undefined) broken.push({ path, problem });
  }
  return { ...result, report: [result.report, ...advice].join('\n'), broken };
}

function isPlain(edit: Edit): boolean {
  return edit.kind === 'replace' || (edit.kind === 'write' && edit.mayBeExcerpt !== true);
}

async function doubtUnseen(edit: Edit, hands: Hands): Promise<Edit> {
  if (edit.kind !== 'write' || hands.seen.has(edit.path)) return edit;
  const read = await readInside(hands.workspace.directory, edit.path).catch(() => undefined);
  const isLong = read?.kind === 'text' && blockLines(read.text).length > longestUnseen;
  return isLong ? { ...edit, mayBeExcerpt: true } : edit;
}

async function countOutcomes(hands: Hands, result: AppliedEdits): Promise<string[]> {
  for (const { path } of result.applied) countGoodEdit(hands, path);
  const advice: string[] = [];
  for (const path of new Set(result.failed.map((each) => each.path))) {
    if (path === '') continue;
    const read = await readInside(hands.workspace.directory, path).catch(() => undefined);
    if (read?.kind !== 'text') continue;
    if (countFailedEdit(hands, path, blockLines(read.text).length) === 'whole-file')
      advice.push(
        `Blocks for ${path} failed several times: give the whole file this time, its path on a line above its fence.`,
      );
  }
  return advice;
}
