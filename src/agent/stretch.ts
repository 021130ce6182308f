import { watchRepeats, type Repeats } from './watch-repeats.ts';

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
