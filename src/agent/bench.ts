import type { CodingJob, OutsideTool } from '../ports.ts';
import type { Ending } from './ending.ts';
import type { Hands } from './hands.ts';
import type { Survey } from './survey.ts';
import type { Talk } from './talk.ts';

/** What both protocols work with. */
export type Bench = {
  job: CodingJob;
  talk: Talk;
  hands: Hands;
  /** Tools of others that are offered besides ours. */
  outside: readonly OutsideTool[];
  /** The repository as it was before the first edit; looked at once. */
  survey: (signal: AbortSignal) => Promise<Survey>;
  /** Begins a turn of the model; what happens in it is reported under its number. */
  nextTurn: () => number;
  report: (action: string, detail: string) => void;
};

/** One protocol at work. `switch`: this model cannot use it, another one may do. */
export interface Method {
  work(feedback: string | null, signal: AbortSignal): Promise<Ending | 'switch'>;
}
