import type { RunRecord } from '../domain/run.ts';

/** Whether the journal says that a ticket is in our hands: being worked on, or on its way from or to there. */
export function isAtWork(record: RunRecord | undefined): boolean {
  return record !== undefined && (record.move !== null || hasRun(record));
}

/** Whether a run has begun and not come to its end. */
export function hasRun({ step }: RunRecord): boolean {
  return step !== 'settled' && step !== 'waiting';
}
