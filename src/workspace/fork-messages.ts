import type { CommandRequest, Ran } from './command.ts';

/** What the process that starts programs is told. */
export type ToForks =
  { id: number; request: Omit<CommandRequest, 'onAborted'> } | { id: number; abort: true };

/** What it answers; `aborted`: the standard output of a program that it was told to end. */
export type FromForks =
  | { ready: true }
  | { id: number; ran: Ran }
  | { id: number; aborted: string }
  | { id: number; error: { message: string; code?: string } };
