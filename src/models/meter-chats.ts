import { createHash } from 'node:crypto';
import type { ChatRequest, TokenUsage } from '../domain/chat.ts';
import type { Observe } from '../domain/event.ts';
import { toFailure } from '../domain/failure.ts';
import type { ChatModel, Clock } from '../ports.ts';

export type MeterOptions = {
  /** Whose calls these are. */
  ticket: { taskId: string; runId: string; key: string };
  clock: Pick<Clock, 'monotonic'>;
  observe: Observe;
  /** US dollars that a call costs; nothing when absent. */
  costOf?: (model: string, usage: TokenUsage) => number;
};

const noUsage: TokenUsage = { input: 0, output: 0 };

/** Tells of every call how it ended, how long it took and what it used. */
export function meterChats(model: ChatModel, options: MeterOptions): ChatModel {
  const { ticket, clock, observe, costOf = () => 0 } = options;
  return {
    facts: (name, signal) => model.facts(name, signal),
    async chat(request, signal) {
      const started = clock.monotonic();
      const tell = (outcome: string, usage: TokenUsage): void => {
        const elapsedMs = clock.monotonic() - started;
        const usd = costOf(request.model, usage);
        const told = { model: request.model, outcome, elapsedMs, usage, usd };
        observe({ type: 'model:called', ...ticket, ...told, prompt: hashOf(request) });
      };
      try {
        const reply = await model.chat(request, signal);
        tell('ok', reply.usage);
        return reply;
      } catch (error) {
        tell(signal.aborted ? 'aborted' : toFailure(error).code, noUsage);
        throw error;
      }
    },
  };
}

function hashOf({ messages, tools, format }: ChatRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([messages, tools, format]))
    .digest('hex');
}
