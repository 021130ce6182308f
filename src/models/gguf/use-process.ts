import type { Clock } from '../../ports.ts';
import { setDeadlines } from '../deadlines.ts';
import { watchTokens } from '../watch-tokens.ts';
import type { TokenLimits } from '../watch-tokens.ts';
import { classifyFault } from './gguf-errors.ts';
import type { AskedFile, Progress } from './gguf-errors.ts';
import type { KeptProcess } from './keep-process.ts';
import type { ModelProcess } from './model-process.ts';
import { ProcessFault } from './open-calls.ts';

export type UseOptions = {
  clock: Clock;
  limits: TokenLimits;
  /** Milliseconds without a use after which the memory is given back; null for never. */
  keepAlive: number | null;
};

/** Something that is done with a model in memory; it tells of every token and heeds the signal. */
type Act<T> = (process: ModelProcess, onToken: () => void, signal: AbortSignal) => Promise<T>;

/** Makes use of the process of a file, within the limits of a call. Throws failures of the catalogue. */
export type UseProcess = <T>(act: Act<T>, caller: AbortSignal) => Promise<T>;

export function usingProcess(kept: KeptProcess, asked: AskedFile, options: UseOptions): UseProcess {
  const { clock, limits, keepAlive } = options;
  let active = 0;
  let rest = new AbortController();

  function unloadLater(): void {
    if (keepAlive === null || active > 0) return;
    rest = new AbortController();
    clock.wait(keepAlive, rest.signal).then(
      () => (active === 0 ? kept.kill() : undefined),
      () => undefined,
    );
  }

  return async (act, caller) => {
    const deadlines = setDeadlines(clock, caller);
    const onToken = watchTokens(deadlines, `${asked.id} (${asked.file})`, limits);
    let progress: Progress = 'loading';
    const heard = (): void => {
      progress = 'answering';
      onToken();
    };
    rest.abort();
    active += 1;
    try {
      const process = await kept.start(() => active > 1);
      await unless(deadlines.signal, process.opened);
      progress = 'reading';
      return await act(process, heard, deadlines.signal);
    } catch (error) {
      const isOverdue = deadlines.signal.aborted && !caller.aborted;
      if (isOverdue && progress === 'loading') await kept.kill();
      deadlines.signal.throwIfAborted();
      throw error instanceof ProcessFault ? classifyFault(error, asked, progress) : error;
    } finally {
      deadlines.stop();
      active -= 1;
      unloadLater();
    }
  };
}

/** Settles with the promise, or with the signal's reason when that fires before. */
async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
