import { chooseModel } from '../domain/choose-model.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import type { HostHealth } from './model-server.ts';
import type { OllamaProvider } from './ollama.ts';

/** How the model servers are, asked at most once in a while. */
export type WatchedServers = {
  health(signal: AbortSignal): Promise<HostHealth[]>;
  /** The configured model, else the one found on a server; null while none is known. */
  defaultModel(): string | null;
  /** Chats that the healthy servers take at the same time, as of the last answer; null while none is known. */
  slots(): number | null;
  /** Why no ticket can be worked on now; null when all is well. */
  outage(signal: AbortSignal): Promise<Failure | null>;
  /** Looks after the servers until the signal fires; resolves then. */
  watch(interval: number, signal: AbortSignal): Promise<void>;
};

export type Elsewhere = {
  /** Whether a configured model can be asked now without any of these servers. */
  answersElsewhere(): boolean;
};

/** Milliseconds for which an answer is good enough. */
const fresh = 2000;

export function watchServers(
  models: Pick<OllamaProvider, 'health' | 'list' | 'nextTrialMs'> & Partial<Elsewhere>,
  configured: string | null,
  clock: Clock,
): WatchedServers {
  let found = configured;
  let last: { at: number; hosts: HostHealth[] } | null = null;
  // Shared by those whom the same signal calls off: one who leaves takes the answer from nobody else.
  const looking = new WeakMap<AbortSignal, Promise<HostHealth[]>>();

  async function look(signal: AbortSignal): Promise<HostHealth[]> {
    const asked = models.health(signal);
    looking.set(signal, asked);
    try {
      const hosts = await asked;
      last = { at: clock.monotonic(), hosts };
      return hosts;
    } finally {
      looking.delete(signal);
    }
  }

  async function health(signal: AbortSignal): Promise<HostHealth[]> {
    if (last !== null && clock.monotonic() - last.at < fresh) return last.hosts;
    return looking.get(signal) ?? look(signal);
  }

  return {
    health,
    defaultModel: () => found,
    slots() {
      const healthy = last?.hosts.filter((host) => host.healthy) ?? [];
      return healthy.length === 0 ? null : healthy.reduce((sum, { parallel }) => sum + parallel, 0);
    },
    async outage(signal) {
      const hosts = await health(signal).catch(toFailure);
      if (hosts instanceof Failure) return hosts;
      if (!hosts.some((host) => host.healthy)) {
        if (models.answersElsewhere?.() === true) return null;
        const reasons = hosts.map(({ url, error }) => error ?? `${url} does not answer`);
        return new Failure('MODEL_UNREACHABLE', reasons.join(' '));
      }
      if (found !== null) return null;
      try {
        found = chooseModel(await models.list(signal));
      } catch (error) {
        return toFailure(error);
      }
      return found === null
        ? new Failure('NO_MODEL', 'The model server has no model that can write code.')
        : null;
    },
    async watch(interval, signal) {
      while (!signal.aborted) {
        // A circuit that may be tried sooner than the next look is tried then.
        const pause = Math.min(interval, models.nextTrialMs() ?? interval);
        await clock
          .wait(pause, signal)
          .then(() => look(signal))
          .catch(() => undefined);
      }
    },
  };
}
