import type { ChatReply } from '../domain/chat.ts';
import { cut } from '../domain/untrusted.ts';
import { applyAnswer } from './apply-answer.ts';
import { finished, statedEnding } from './ending.ts';
import { hasWorked } from './hands.ts';
import {
  faultsInARow,
  isUnfit,
  judgeFaults,
  tell,
  type Stretch,
  type ToolsLoop,
  type ToolsNext,
} from './stretch.ts';
import { summaryOf } from './summary.ts';
import { callToolNudge, cutOffNudge, failedEditRefusal } from './tools-prompts.ts';

/** Prose: edits in it are carried out; after work it is the end; before any, the model is told to call a tool. */
export async function answerInWords(
  loop: ToolsLoop,
  stretch: Stretch,
  reply: ChatReply,
  signal: AbortSignal,
): Promise<ToolsNext> {
  const { bench } = loop;
  const { text } = reply;
  stretch.empty = 0;
  loop.conversation.push({ role: 'assistant', content: cut(text, Math.floor(bench.talk.room() * 0.2)) });
  bench.report('answer', text);
  const truncated = reply.finish === 'length';
  const strict = bench.hands.touched.size > 0;
  const applied = await applyAnswer(bench.hands, text, { truncated, strict }, signal);
  if (applied !== undefined && applied.failed.length > 0) {
    tell(loop, applied.report);
    stretch.faults += 1;
    return judgeFaults(loop, stretch);
  }
  if (truncated) {
    tell(loop, cutOffNudge);
    stretch.faults += 1;
    return judgeFaults(loop, stretch);
  }
  const stated = statedEnding(text);
  if (stated !== undefined && stated.end !== 'finished') return stated;
  const isDone = await hasWorked(bench.hands, signal);
  if (isDone && (!stretch.editFailed || stretch.nudges > 0)) return finished(summaryOf(text));
  return nudge(loop, stretch, isDone ? failedEditRefusal : callToolNudge, text);
}

function nudge(loop: ToolsLoop, stretch: Stretch, words: string, text: string): ToolsNext {
  stretch.nudges += 1;
  if (!loop.hasChanged) loop.signs += 1;
  if (isUnfit(loop)) return 'switch';
  // The model insists that it is done; whether it is, the worktree tells.
  if (stretch.nudges >= faultsInARow) return finished(summaryOf(text));
  tell(loop, words);
  return 'go-on';
}
