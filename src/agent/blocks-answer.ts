import type { AppliedAnswer } from './apply-answer.ts';
import type { Bench } from './bench.ts';
import * as say from './blocks-prompts.ts';
import type { BlocksLoop, BlocksStretch, Next } from './blocks-state.ts';
import { carryOutCommands } from './carry-out-commands.ts';
import { finished, gaveUp, statedEnding } from './ending.ts';
import { hasWorked } from './hands.ts';
import { isEmpty, type Commands } from './read-commands.ts';
import { summaryOf } from './summary.ts';

const mostRounds = { repair: 3, looking: 3, cutOff: 3 };
export const mostChosen = 16;

/** One answer with text in it, and what it asks for besides edits. */
export type BlocksAnswer = { text: string; truncated: boolean; commands: Commands };

/** Ends the stretch when every edit was applied and nothing else was asked; else says what is wanted next. */
export async function afterEdits(
  loop: BlocksLoop,
  stretch: BlocksStretch,
  { text, truncated, commands, applied }: BlocksAnswer & { applied: AppliedAnswer },
  signal: AbortSignal,
): Promise<Next> {
  loop.chosen = [...new Set([...applied.applied.map(({ path }) => path), ...(loop.chosen ?? [])])];
  stretch.repairing = [];
  stretch.notes = [];
  if (truncated) return goOnAfterCut(stretch, applied.report);
  if (applied.failed.length > 0) return repair(loop, stretch, applied);
  const broken = applied.broken.filter(({ problem }) => !stretch.told.has(problem));
  if (broken.length > 0 && stretch.repairs < mostRounds.repair) {
    for (const { problem } of broken) stretch.told.add(problem);
    stretch.repairs += 1;
    stretch.request = say.askForSyntax(broken);
    return 'go-on';
  }
  if (!isEmpty(commands) && stretch.looked < mostRounds.looking)
    return look(loop, stretch, { commands, request: say.appliedSoFar }, signal);
  return finished(summaryOf(text) || changedFiles(loop.bench));
}

function changedFiles({ hands }: Bench): string {
  return `Changed ${[...hands.touched].join(', ')}.`;
}

function goOnAfterCut(stretch: BlocksStretch, report: string): Next {
  stretch.cutOff += 1;
  if (stretch.cutOff > mostRounds.cutOff)
    return gaveUp('MODEL_BAD_EDITS', 'The answers of the model were cut off again and again.');
  stretch.request = `${report}\n\n${say.askToGoOn}`;
  return 'go-on';
}

/** Only what failed is asked for again, with the files it concerns; the third failure of a file asks for it as a whole. */
function repair(loop: BlocksLoop, stretch: BlocksStretch, applied: AppliedAnswer): Next {
  stretch.repairs += 1;
  for (const { path, reason } of applied.failed) loop.bench.report('failed edit', `${path}: ${reason}`);
  if (stretch.repairs > mostRounds.repair) {
    const [first] = applied.failed;
    const reason = `${first?.path ?? ''}: ${first?.reason ?? ''}`;
    return gaveUp(
      'MODEL_BAD_EDITS',
      `Edits could not be applied after ${mostRounds.repair} repairs; ${reason}`,
    );
  }
  const shown = new Set(loop.chosen);
  stretch.repairing = [...new Set(applied.failed.map(({ path }) => path))].filter((path) => shown.has(path));
  stretch.request = `${applied.report}\n\n${say.askForRepair}`;
  return 'go-on';
}

async function look(
  loop: BlocksLoop,
  stretch: BlocksStretch,
  { commands, request }: { commands: Commands; request: string },
  signal: AbortSignal,
): Promise<Next> {
  stretch.looked += 1;
  const { show, notes } = await carryOutCommands(loop.bench, commands, signal);
  for (const { path, lines } of show) {
    if (lines === undefined) loop.lines.delete(path);
    else loop.lines.set(path, lines);
  }
  const before = loop.chosen ?? [];
  const chosen = [...new Set([...show.map(({ path }) => path), ...before])];
  loop.chosen = chosen.slice(0, Math.max(mostChosen, before.length));
  stretch.notes = notes;
  stretch.request = stretch.looked < mostRounds.looking ? request : say.noMoreLooking;
  return 'go-on';
}

/** An answer without an edit: a statement, a question, or mere words. */
export async function withoutEdits(
  loop: BlocksLoop,
  stretch: BlocksStretch,
  { text, truncated, commands, isLocating }: BlocksAnswer & { isLocating: boolean },
  signal: AbortSignal,
): Promise<Next> {
  const stated = statedEnding(text);
  if (stated !== undefined && stated.end !== 'finished') return stated;
  const { files, ...lookups } = commands;
  const wanted = isLocating ? { ...lookups, files: [] } : { ...lookups, files };
  if (!isEmpty(wanted) && stretch.looked < mostRounds.looking)
    return look(loop, stretch, { commands: wanted, request: say.askForEdits }, signal);
  if (isLocating && stated === undefined) return 'go-on';
  if (truncated) return goOnAfterCut(stretch, 'Your last answer held no complete edit.');
  if (await hasWorked(loop.bench.hands, signal)) return finished(summaryOf(text));
  stretch.idle += 1;
  // The model insists that it is done; whether it is, the worktree tells.
  if (stretch.idle > 1) return finished(summaryOf(text));
  stretch.request = say.askAgain;
  return 'go-on';
}
