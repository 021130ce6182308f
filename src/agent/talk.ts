import type { ChatMessage, ChatReply, ToolOffer, TokenUsage } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import type { ChatModel, CodingJob } from '../ports.ts';

/** What a turn is made of; composed anew when the window turns out to be fuller than estimated. */
export type Turn = {
  messages: ChatMessage[];
  tools?: ToolOffer[];
  think?: boolean;
  format?: Record<string, unknown>;
};

/** A conversation with one model within its window. */
export type Talk = {
  /**
   * Asks anew with a shorter prompt when the server refuses one as too long, or answers one that it read only in part:
   * what is missing then may be the task itself.
   */
  ask(compose: () => Turn, signal: AbortSignal): Promise<ChatReply>;
  /** Bytes that a prompt may have, as far as known by now. */
  room(): number;
  /** What was asked and used since the last call. */
  takeCosts(): { usage: TokenUsage; requests: number };
};

const reserve = 512;
/** What tokenisers make of source code, until the server has counted for itself. */
const usualBytesPerToken = 3.2;
const likely = { least: 1.5, most: 4 };
/** More bytes than this no tokeniser puts into a token of text or code. */
const impossibleBytesPerToken = 8;

/** `window` is the context window in tokens that the model is loaded with. */
export function openTalk(options: { model: ChatModel; job: CodingJob; window: number }): Talk {
  const { model, job, window } = options;
  const maxOutputTokens = outputOf(window);
  let bytesPerToken = usualBytesPerToken;
  let isFirst = true;
  let costs = { usage: { input: 0, output: 0 }, requests: 0 };

  async function askOnce(turn: Turn, signal: AbortSignal): Promise<ChatReply> {
    costs.requests += 1;
    const request = { model: job.model, ...turn, maxOutputTokens, onText: job.onText };
    const reply = await model.chat(request, signal);
    const { input, output } = reply.usage;
    costs.usage = { input: costs.usage.input + input, output: costs.usage.output + output };
    // A few messages say little, and a server may count only what it had not read before.
    if (input > 500) {
      if (isFirst) refuseIfCut(turn, input);
      bytesPerToken = clamp(promptBytes(turn) / input);
    }
    isFirst = false;
    return reply;
  }

  function refuseIfCut(turn: Turn, input: number): void {
    const bytes = promptBytes(turn);
    if (bytes / input < impossibleBytesPerToken) return;
    const estimate = Math.round(bytes / usualBytesPerToken);
    const problem = `The server of ${job.model} read ${input} tokens of a prompt of about ${estimate}: it cut the rest off.`;
    throw new Failure('MODEL_CONTEXT_OVERFLOW', problem);
  }

  return {
    room: () => Math.floor(Math.max(512, window - maxOutputTokens - reserve) * bytesPerToken),
    async ask(compose, signal) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await askOnce(compose(), signal);
        } catch (error) {
          const isOverflow = error instanceof Failure && error.code === 'MODEL_CONTEXT_OVERFLOW';
          if (!isOverflow || attempt === 3) throw error;
          bytesPerToken *= 0.7;
        }
      }
    },
    takeCosts() {
      const taken = costs;
      costs = { usage: { input: 0, output: 0 }, requests: 0 };
      return taken;
    },
  };
}

/** Bytes of everything a request says to the model. */
export function promptBytes({ messages, tools }: Turn): number {
  const text = messages.map((message) => messageText(message)).join('');
  return Buffer.byteLength(text) + (tools === undefined ? 0 : Buffer.byteLength(JSON.stringify(tools)));
}

export function messageText(message: ChatMessage): string {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  return message.content + (calls.length === 0 ? '' : JSON.stringify(calls));
}

/** Half-sized windows cannot give half of themselves to the answer. */
function outputOf(window: number): number {
  return window >= 8192 ? 4096 : Math.floor(window / 4);
}

function clamp(value: number): number {
  return Math.min(likely.most, Math.max(likely.least, value));
}
