import type { CircuitState } from '../domain/circuit.ts';
import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';
import { openBreaker } from './breaker.ts';
import type { Breaker, BreakerOptions } from './breaker.ts';
import { openCloudHost } from './cloud-host.ts';
import type { CloudAddress, CloudHost } from './cloud-host.ts';
import { openSlots } from './slots.ts';
import type { Slots } from './slots.ts';
import type { TokenLimits } from './watch-tokens.ts';
import { openWire } from './wire.ts';

export type CloudOptions = {
  providers: readonly CloudAddress[];
  limits: TokenLimits;
  /** When a provider is left alone, and when it is trusted again. */
  circuit: Pick<
    BreakerOptions,
    'failureThreshold' | 'successThreshold' | 'halfOpenRequests' | 'resetTimeout'
  >;
  /** Windows of single models in tokens, by id. */
  windows: Readonly<Record<string, number>>;
  connectTimeout?: number;
};

/** Models of other providers, by ids such as `openai/gpt-5`. */
export interface Cloud extends ChatModel {
  /** Whether a model of this provider could be asked now. */
  answers(provider: string): boolean;
  /** Whether calls go through, by address. */
  circuits(): Record<string, CircuitState>;
  close(): Promise<void>;
}

type Provider = { host: CloudHost; breaker: Breaker; slots: Slots };

/** Chats at the same time with one provider; whoever has less says so, and it is halved for a while. */
const parallel = 8;

/** Providers whose servers are not ours: the same policies around a call as for our own. */
export function createCloud(options: CloudOptions, clock: Clock, observe: Observe = () => undefined): Cloud {
  const wire = openWire(options.connectTimeout);
  const providers = new Map(
    options.providers.map((address) => [
      address.name,
      openProvider(openCloudHost(address, { wire, clock, limits: options.limits }), {
        options,
        clock,
        observe,
      }),
    ]),
  );

  function find(id: string): { provider: Provider; model: string } {
    const slash = id.indexOf('/');
    const provider = providers.get(id.slice(0, slash));
    if (slash > 0 && provider !== undefined) return { provider, model: id.slice(slash + 1) };
    throw new Failure('MODEL_OFF', `"${id}" is no model of a provider that is set up.`);
  }

  return {
    chat: async (request, signal) => {
      const { provider, model } = find(request.model);
      const { breaker, slots, host } = provider;
      try {
        return await breaker.run(() => slots.run(() => host.chat(model, request, signal), signal), signal);
      } catch (error) {
        const isTooMuch = error instanceof Failure && busy.includes(error.code);
        if (isTooMuch) slots.lower();
        throw error;
      }
    },
    // They do not say what their models can do; that one cannot call tools shows when it is asked to.
    facts: async (id) => {
      find(id);
      return Promise.resolve({
        id,
        capabilities: ['completion', 'tools'],
        contextLength: options.windows[id] ?? null,
      });
    },
    answers: (name) => providers.get(name)?.breaker.refuses() === false,
    circuits: () =>
      Object.fromEntries(
        [...providers.values()].map(({ host, breaker }) => [host.url, breaker.view().state]),
      ),
    close: () => wire.close(),
  };
}

const busy: readonly Failure['code'][] = ['MODEL_OVERLOADED', 'MODEL_RATE_LIMITED'];

function openProvider(
  host: CloudHost,
  { options, clock, observe }: { options: CloudOptions; clock: Clock; observe: Observe },
): Provider {
  const target = host.url;
  const breaker = openBreaker({
    ...options.circuit,
    target,
    clock,
    onChange: (change) => observe({ type: 'circuit:changed', target, ...change }),
  });
  return { host, breaker, slots: openSlots(parallel, clock) };
}
