import type { RunRecord } from '../domain/run.ts';

/** Whether the journal says that a ticket is in our hands: being worked on, or on its way from or to there. */
export function isAtWork(record: RunRecord | undefined): boolean {
  if (record === undefined) return false;
  return record.move !== null || (record.step !== 'settled' && record.step !== 'waiting');
}
