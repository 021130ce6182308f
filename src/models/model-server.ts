import type { Observe } from '../domain/event.ts';
import { toFailure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { openBreaker } from './breaker.ts';
import type { Breaker, BreakerOptions } from './breaker.ts';
import { rememberFitness } from './fitness.ts';
import type { Fitness } from './fitness.ts';
import type { OllamaHost } from './ollama-host.ts';
import type { CircuitView } from '../domain/circuit.ts';
import { openShelf } from './shelf.ts';
import type { Shelf } from './shelf.ts';
import { openSlots } from './slots.ts';
import type { Slots } from './slots.ts';

/** One server, and all that is remembered of it. */
export type ModelServer = {
  readonly host: OllamaHost;
  readonly breaker: Breaker;
  readonly slots: Slots;
  readonly shelf: Shelf;
  readonly fitness: Fitness;
  /** Asks how it is and what it has, unless its circuit refuses; tells what is known then. */
  examine(signal: AbortSignal): Promise<HostHealth>;
};

export type HostHealth = {
  url: string;
  /** It answered when it was last asked, and calls are let through to it. */
  healthy: boolean;
  version: string | null;
  /** Of the last look, in milliseconds. */
  latencyMs: number;
  /** Chats that it gets at the same time now. */
  parallel: number;
  circuit: CircuitView;
  error?: string;
};

export type ServerOptions = Pick<
  BreakerOptions,
  'failureThreshold' | 'successThreshold' | 'halfOpenRequests' | 'resetTimeout'
> & {
  /** Chats at the same time. */
  parallel: number | 'auto';
  clock: Clock;
  observe: Observe;
};

type Seen = { version: string | null; latencyMs: number; error: string | null };

export function openServer(host: OllamaHost, options: ServerOptions): ModelServer {
  const { clock, observe } = options;
  const target = host.url;
  const shelf = openShelf(clock);
  const slots = openSlots(options.parallel, clock);
  let seen: Seen = { version: null, latencyMs: 0, error: `${target} was not asked yet.` };
  const breaker = openBreaker({
    ...options,
    target,
    onChange({ from, to, reason }) {
      if (to === 'OPEN') seen = { ...seen, error: reason };
      observe({ type: 'circuit:changed', target, from, to, reason });
    },
  });

  async function look(signal: AbortSignal): Promise<void> {
    const started = clock.monotonic();
    const latencyMs = (): number => Math.round(clock.monotonic() - started);
    try {
      const version = await host.version(signal);
      const change = shelf.replace(await host.tags('health', signal));
      if (change !== null) observe({ type: 'models:changed', host: target, ...change });
      seen = { version, latencyMs: latencyMs(), error: null };
    } catch (error) {
      signal.throwIfAborted();
      seen = { version: null, latencyMs: latencyMs(), error: toFailure(error).message };
      throw error;
    }
  }

  return {
    host,
    breaker,
    slots,
    shelf,
    fitness: rememberFitness(clock),
    async examine(signal) {
      signal.throwIfAborted();
      do {
        // That it is ill is an answer, which is remembered.
        if (!breaker.refuses()) await breaker.run(() => look(signal), signal).catch(() => undefined);
        signal.throwIfAborted();
      } while (breaker.view().state === 'HALF_OPEN' && !breaker.refuses());
      return { ...healthOf(target, seen, breaker), parallel: slots.count() };
    },
  };
}

function healthOf(
  url: string,
  { version, latencyMs, error }: Seen,
  breaker: Breaker,
): Omit<HostHealth, 'parallel'> {
  const refusal = breaker.refuses() ? `${url} is left alone while another call tries it.` : null;
  const problem = error ?? refusal;
  return {
    url,
    healthy: problem === null,
    version,
    latencyMs,
    circuit: breaker.view(),
    ...(problem === null ? {} : { error: problem }),
  };
}
