import type { Clock } from '../ports.ts';

export type Repeating = {
  clock: Pick<Clock, 'wait'>;
  /** A fault ends nothing; the next time comes. */
  onFault: (error: unknown) => void;
  signal: AbortSignal;
};

/** Does something again and again, `ms` milliseconds after it was done; resolves when the signal has fired. */
export async function repeatEvery(
  ms: number,
  act: () => Promise<unknown>,
  { clock, onFault, signal }: Repeating,
): Promise<void> {
  for (;;) {
    try {
      await clock.wait(ms, signal);
      await act();
    } catch (error) {
      if (signal.aborted) return;
      onFault(error);
    }
  }
}
