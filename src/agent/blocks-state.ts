import type { Bench } from './bench.ts';
import { askForEdits } from './blocks-prompts.ts';
import type { Ending } from './ending.ts';

/** What is known from turn to turn; the conversation itself is not kept, but composed anew. */
export type BlocksLoop = {
  bench: Bench;
  /** Null until the first turn has found out where to look. */
  chosen: string[] | null;
  lines: Map<string, { from: number; to: number }>;
};

/** One stretch: why it began, what the last answer led to, and how often each kind of fault happened. */
export type BlocksStretch = {
  feedback: string | null;
  notes: string[];
  request: string;
  /** Only these files are shown while their blocks are repaired. */
  repairing: string[];
  repairs: number;
  looked: number;
  cutOff: number;
  empty: number;
  idle: number;
  /** Complaints of parsers that the model has been told of. */
  told: Set<string>;
};

export type Next = Ending | 'go-on';

export function newBlocksStretch(feedback: string | null): BlocksStretch {
  const counts = { repairs: 0, looked: 0, cutOff: 0, empty: 0, idle: 0 };
  return { feedback, notes: [], request: askForEdits, repairing: [], ...counts, told: new Set() };
}
