import type { ChatReply } from '../../domain/chat.ts';
import type { FromProcess, Trouble } from './messages.ts';

/** How a process ended that was still needed. */
export type Death = { exitCode: number | null; signal: string | null; stderr: string };

/** What a call of a process ends with where it ends badly: an error of the library, or the end of the process. */
export class ProcessFault extends Error {
  readonly trouble: Trouble | null;
  readonly death: Death | null;

  constructor({ trouble, death }: { trouble?: Trouble; death?: Death }) {
    super(trouble?.message ?? 'the process ended');
    this.name = 'ProcessFault';
    this.trouble = trouble ?? null;
    this.death = death ?? null;
  }
}

/** `onToken` is told of every token, `onText` of those of the answer. */
export type Hearing = { onToken: () => void; onText: (text: string) => void };

/** The chats that a process is asked at the same time, by number. */
export type Calls = {
  add(hearing: Hearing): { call: number; reply: Promise<ChatReply> };
  hear(message: Exclude<FromProcess, { type: 'opened' | 'refused' }>): void;
  fail(reason: ProcessFault): void;
};

type Call = { hearing: Hearing; resolve: (reply: ChatReply) => void; reject: (error: unknown) => void };

export function openCalls(): Calls {
  const calls = new Map<number, Call>();
  let last = 0;
  return {
    add(hearing) {
      last += 1;
      const { promise, resolve, reject } = Promise.withResolvers<ChatReply>();
      calls.set(last, { hearing, resolve, reject });
      return { call: last, reply: promise };
    },
    hear(message) {
      const known = calls.get(message.call);
      if (known === undefined) return;
      if (message.type === 'heard') {
        known.hearing.onToken();
        if (message.text !== '') known.hearing.onText(message.text);
        return;
      }
      calls.delete(message.call);
      if (message.type === 'done') known.resolve(message.reply);
      else if (message.type === 'failed') known.reject(new ProcessFault({ trouble: message.trouble }));
      else known.reject(new Error('stopped'));
    },
    fail(reason) {
      for (const { reject } of calls.values()) reject(reason);
      calls.clear();
    },
  };
}
