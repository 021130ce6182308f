import { createHash } from 'node:crypto';
import type { ChatRequest } from '../domain/chat.ts';
import { toFailure } from '../domain/failure.ts';
import type { Recorded } from '../domain/recording.ts';
import type { ChatModel, Coder } from '../ports.ts';
import type { CoderOptions } from './coder.ts';

/** Writes one entry; resolves when it is saved. */
export type Write = (entry: Recorded) => Promise<void>;

/** A coder whose every step is written down before the next one begins. */
export function recordCoding(
  create: (options: CoderOptions) => Coder,
  options: CoderOptions,
  write: Write,
): Coder {
  const coder = create({ ...options, model: recordChats(options.model, write) });
  return {
    begin(job) {
      const { task, model, protocol, maxSteps, workspace, split = false } = job;
      const { contextLength, mode = 'code', planner = null } = options;
      const session = coder.begin(job);
      let hasBegun = false;
      return {
        async work(feedback, signal) {
          if (!hasBegun)
            await write({
              type: 'coding:begun',
              base: workspace.base,
              ...{ task, model, protocol, maxSteps, split, contextLength, mode, planner },
            });
          hasBegun = true;
          await write({ type: 'coding:asked', feedback });
          return session.work(feedback, signal);
        },
      };
    },
  };
}

function recordChats(model: ChatModel, write: Write): ChatModel {
  return {
    async chat(request, signal) {
      const prompt = hashPrompt(request);
      try {
        const reply = await model.chat(request, signal);
        await write({ type: 'coding:reply', prompt, reply });
        return reply;
      } catch (error) {
        const { code, message } = toFailure(error);
        if (!signal.aborted) await write({ type: 'coding:refused', prompt, code, message });
        throw error;
      }
    },
    async facts(name, signal) {
      const facts = await model.facts(name, signal);
      await write({ type: 'coding:facts', facts });
      return facts;
    },
  };
}

/** Sixteen hexadecimal digits over everything that a model is told. */
export function hashPrompt({ messages, tools }: ChatRequest): string {
  return createHash('sha256').update(JSON.stringify({ messages, tools })).digest('hex').slice(0, 16);
}
