import type { LineOp } from './text-lines.ts';

/** Where and how a hunk changes a file. `lines` of an ambiguity are the 1-based numbers of the equal places. */
export type Located =
  | { kind: 'found'; ops: LineOp[]; note?: string }
  | { kind: 'already' }
  | { kind: 'ambiguous'; lines: number[] }
  | { kind: 'refused'; reason: string }
  | { kind: 'missing' };
