import type { Clock } from '../ports.ts';
import type { Channel } from './channel.ts';
import type { Batch } from './word-notices.ts';

export type DeliveryOptions = {
  clock: Clock;
  /** Told once when a channel does not get through, until it does again. */
  warn: (message: string) => void;
};

/** `ended`: no pause and no further try; `cut`: not even the try that is going on. */
type Signals = { ended: AbortSignal; cut: AbortSignal };

/** Milliseconds that one try may take. */
const tryMs = 20_000;
/** Milliseconds between two tries; after the last one the message is given up. */
const pauses = [5000, 30_000, 120_000];

/** Sends one message, again while it fails; resolves with whether it arrived, and never rejects. */
export function openDelivery(
  channel: Channel,
  { clock, warn }: DeliveryOptions,
): (batch: Batch, signals: Signals) => Promise<boolean> {
  let isBroken = false;

  async function attempt(batch: Batch, cut: AbortSignal): Promise<string | null> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, cut]);
    const late = clock.wait(tryMs, signal).then(() => {
      throw new Error(`it took longer than ${tryMs / 1000} s`);
    });
    try {
      await Promise.race([channel.send(batch, signal), late]);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      over.abort();
      await late.catch(() => undefined);
    }
  }

  return async (batch, { ended, cut }) => {
    for (const pause of [...pauses, null]) {
      const problem = await attempt(batch, cut);
      if (problem !== null && !isBroken) warn(complaint(channel.name, problem));
      isBroken = problem !== null;
      if (problem === null) return true;
      if (pause === null || ended.aborted) return false;
      await clock.wait(pause, ended).catch(() => undefined);
    }
    return false;
  };
}

function complaint(name: string, problem: string): string {
  return `Notifications by ${name} do not get through: ${problem}. Look at \`notifications.${name}\`.`;
}
