import type { ChatReply, ChatRequest } from '../../domain/chat.ts';

/** What a process is to hold in memory. `contextLength`: tokens of every chat; `parallel`: chats at the same time. */
export type Opening = { library: string; file: string; contextLength: number; parallel: number };

export type Question = Pick<ChatRequest, 'messages' | 'tools' | 'format' | 'temperature' | 'maxOutputTokens'>;

/** Sent to the process: `open` once and first, then chats, each under a number of its own. */
export type ToProcess =
  | ({ type: 'open' } & Opening)
  | { type: 'chat'; call: number; question: Question }
  | { type: 'stop'; call: number };

/** What a model takes, as it was loaded. Sizes in bytes. */
export type Loaded = { contextLength: number; sizeBytes: number; vramBytes: number };

/** An error of the library, and what it wrote to its log before it. */
export type Trouble = {
  at: 'library' | 'model' | 'context' | 'chat';
  name: string;
  message: string;
  log: string;
};

/** Heard from the process. `heard` comes for every token; its text is empty for those that are none of the answer. */
export type FromProcess =
  | { type: 'opened'; loaded: Loaded }
  | { type: 'refused'; trouble: Trouble }
  | { type: 'heard'; call: number; text: string }
  | { type: 'done'; call: number; reply: ChatReply }
  | { type: 'failed'; call: number; trouble: Trouble }
  | { type: 'stopped'; call: number };
