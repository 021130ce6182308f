import type { Readable, Writable } from 'node:stream';
import type { House } from '../app/house.ts';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Clock } from '../ports.ts';
import type { Terminal } from './watch/screen.ts';

/** The process as the command line sees it, and all that it may use of the world. */
export type Shell = {
  /** Without node and the script. */
  argv: readonly string[];
  /** What starts this program again: Node with its flags, and the script. */
  program: readonly string[];
  env: Environment;
  cwd: string;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** Which of the three streams are terminals. */
  isTerminal: { stdin: boolean; stdout: boolean; stderr: boolean };
  /** Width of the terminal, asked anew for each drawing. */
  columns: () => number;
  /** What standard input and output are together; null where one of them is none. */
  terminal: Terminal | null;
  clock: Clock;
  /** Fires when the person wants it to end. */
  signal: AbortSignal;
  /** Fires when the person wants it to end at once. */
  hurry: AbortSignal;
  openHouse: (loaded: LoadedConfig, env: Environment) => House | Promise<House>;
};
