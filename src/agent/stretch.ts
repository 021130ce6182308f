import type { ChatMessage } from '../domain/chat.ts';
import type { Bench } from './bench.ts';
import { gaveUp, type Ending } from './ending.ts';
import { watchRepeats, type Repeats } from './watch-repeats.ts';

/** So many answers in a row that could not be carried out, or so many nudges, end a stretch. */
export const faultsInARow = 3;
const signsBeforeSwitch = 2;

/** A conversation in which the model calls tools, carried on from stretch to stretch. */
export type ToolsLoop = {
  bench: Bench;
  conversation: ChatMessage[];
  /** Signs that this model cannot call tools, over the whole session. */
  signs: number;
  /** It has changed a file by a call: from then on words alone are no such sign. */
  hasChanged: boolean;
};

/** What is counted within one stretch of work with tools. */
export type Stretch = {
  repeats: Repeats;
  /** Answers in a row that could not be read or carried out. */
  faults: number;
  empty: number;
  nudges: number;
  doneRefused: boolean;
  /** The last edit that was tried failed. */
  editFailed: boolean;
  /** Failed edits in a row. */
  failedEdits: number;
};

export function newStretch(): Stretch {
  return {
    repeats: watchRepeats(),
    faults: 0,
    empty: 0,
    nudges: 0,
    doneRefused: false,
    editFailed: false,
    failedEdits: 0,
  };
}

export type ToolsNext = Ending | 'switch' | 'go-on';

export function tell(loop: ToolsLoop, content: string): void {
  loop.conversation.push({ role: 'user', content });
}

/** Whether the model showed that it cannot call tools and may be asked in another way. */
export function isUnfit({ bench, signs }: ToolsLoop): boolean {
  return bench.job.protocol === 'auto' && signs >= signsBeforeSwitch;
}

/** What the faults so far lead to. */
export function judgeFaults(loop: ToolsLoop, stretch: Stretch): ToolsNext {
  if (isUnfit(loop)) return 'switch';
  if (stretch.faults < faultsInARow) return 'go-on';
  if (loop.bench.job.protocol === 'auto') return 'switch';
  return gaveUp(
    'MODEL_BAD_EDITS',
    `${faultsInARow} answers in a row held no tool call that could be carried out.`,
  );
}
