import type { Topic } from '../domain/notice.ts';
import type { Batch } from './word-notices.ts';

/** A way to people. */
export interface Channel {
  readonly name: string;
  /** What goes this way. */
  readonly on: readonly Topic[];
  /** Resolves when the other side has taken it; rejects with what a person can understand. */
  send(batch: Batch, signal: AbortSignal): Promise<void>;
}
