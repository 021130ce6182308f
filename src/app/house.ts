import type { Writable } from 'node:stream';
import type { CommandName, Commands } from '../domain/command.ts';
import type { Observe } from '../domain/event.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { TicketState } from '../domain/ticket.ts';

/** All that the command line knows of the program behind it. */
export interface House {
  /** Takes the lock, recovers, and begins to work. Throws `ALREADY_RUNNING` when another daemon has the backlog. */
  start(options: DaemonOptions): Promise<Daemon>;
  /** Makes changes for a daemon on another machine. Throws `ALREADY_RUNNING` when the root has a process already. */
  work(options: WorkerOptions): Promise<Daemon>;
  /** Lets the running daemon do it; without one takes its lock for as long as it lasts and does it here. */
  act<Name extends CommandName>(
    command: Name,
    args: Commands[Name]['args'],
    signal: AbortSignal,
  ): Promise<Commands[Name]['result']>;
}

export type DaemonOptions = {
  /** Ends by itself when nothing more can be done. */
  once: boolean;
  /** Works on this file of the todo folder alone; null: on all. */
  only: string | null;
  /** Null: as configured. */
  concurrency: number | null;
  server: boolean;
  /** Log lines on this stream as well as in the files; null: in the files alone. */
  console: Writable | null;
  observe: Observe;
};

export type WorkerOptions = Pick<DaemonOptions, 'concurrency' | 'console' | 'observe'>;

export interface Daemon {
  /** Where its server listens; null without one. */
  readonly url: string | null;
  /** A link that may be opened once, by whoever may act from the page; null without a server. */
  readonly invitation: string | null;
  /** Resolves when it has ended, by itself or by `stop`, and everything is released. */
  readonly ended: Promise<Outcome>;
  /** Takes nothing more and lets what runs come to a safe point; a second call cuts it short. */
  stop(): void;
}

/** What became of the tickets while the daemon ran. */
export type Outcome = {
  settled: { id: string; file: string; state: TicketState; code: FailureCode | null }[];
  /** Those that stayed in todo; `outage`: only because something needed did not answer. */
  left: { id: string; file: string; reason: string; outage: boolean }[];
};
