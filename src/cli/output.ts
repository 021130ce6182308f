import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import type { GlobalOptions } from './global-options.ts';
import type { Shell } from './shell.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'dim' | 'strong';
export type Paint = (tone: Tone, text: string) => string;

/** Where a command speaks. Nothing that is written here ever fails: a reader that went away is no fault of the work. */
export type Output = {
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  /** Whether `say` reaches a terminal that can be drawn on. */
  live: boolean;
  /** A result, to standard output; resolves when it was taken, so that a slow reader slows the writer. */
  print: (text: string) => Promise<void>;
  /** The machine's form of a result: one object on one line. */
  printJson: (value: unknown) => Promise<void>;
  /** What a person may want to know meanwhile, to standard error; nothing with --quiet or --json. */
  say: (line: string) => void;
  /** A warning, to standard error whatever the mode. */
  warn: (line: string) => void;
  /** Raw text for the terminal behind `say`. */
  draw: (text: string) => void;
  /** Colours of `print`. */
  paint: Paint;
  /** Colours of `say`. */
  paintNote: Paint;
};

export function openOutput(shell: Shell, options: GlobalOptions): Output {
  const { json = false, quiet = false, verbose = false } = options;
  const { stdout, stderr, isTerminal, env } = shell;
  const mayPaint = options.color !== false && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const paintNote = painter(mayPaint && isTerminal.stderr);
  return {
    json,
    quiet,
    verbose,
    live: isTerminal.stderr && env['TERM'] !== 'dumb' && !json && !quiet,
    print: (text) => write(stdout, `${text}\n`),
    printJson: (value) => write(stdout, `${JSON.stringify(value)}\n`),
    say: (line) => {
      if (!quiet && !json) void write(stderr, `${line}\n`);
    },
    warn: (line) => void write(stderr, `${paintNote('warn', 'warning:')} ${line}\n`),
    draw: (text) => void write(stderr, text),
    paint: painter(mayPaint && isTerminal.stdout),
    paintNote,
  };
}

/** Resolves when the text was taken, or when nobody is there to take it any more. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

const styles = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'dim',
  strong: 'bold',
} as const satisfies Record<Exclude<Tone, 'plain'>, string>;

function painter(colour: boolean): Paint {
  return (tone, text) =>
    colour && tone !== 'plain' ? styleText(styles[tone], text, { validateStream: false }) : text;
}
