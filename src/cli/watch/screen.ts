import type { Readable, Writable } from 'node:stream';
import { write } from '../output.ts';
import type { Size } from './frame.ts';

/** A terminal that can be asked for its size and for single keys. */
export interface Terminal {
  size(): Size;
  /** Whether keys come as they are pressed, without an echo. */
  setRaw(on: boolean): void;
  /** Lets something be done when the process ends, whatever ends it; returns how to take that back. */
  atExit(act: () => void): () => void;
}

/** The whole terminal, for as long as it is open; what stood there before comes back when it is closed. */
export type Screen = {
  /** Draws what has changed since the last time, and nothing else: so nothing flickers. */
  draw(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

export type ScreenOptions = {
  stdin: Readable;
  stdout: Writable;
  terminal: Terminal;
  onKey: (key: string) => void;
  /** The terminal has gone away. */
  onGone: () => void;
};

/** Another page of the terminal, without a cursor, on which long lines are cut instead of wrapped. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Between these a terminal that knows them shows nothing half drawn; others ignore them. */
const [begin, end] = ['\u001b[?2026h', '\u001b[?2026l'];
const [clearLine, clearAll] = ['\u001b[K', '\u001b[H\u001b[2J'];

export function openScreen({ stdin, stdout, terminal, onKey, onGone }: ScreenOptions): Screen {
  let drawn: readonly string[] = [];
  let size = terminal.size();
  const onData = (chunk: Buffer | string): void => {
    for (const key of keysOf(chunk.toString())) onKey(key);
  };
  const restore = (): void => {
    terminal.setRaw(false);
    stdout.write(leave);
  };
  const forget = terminal.atExit(restore);
  terminal.setRaw(true);
  stdout.write(enter);
  stdin.on('data', onData);
  stdin.once('close', onGone);
  stdin.once('end', onGone);
  stdin.resume();
  return {
    async draw(lines) {
      const now = terminal.size();
      const isResized = now.rows !== size.rows || now.columns !== size.columns;
      size = now;
      if (isResized) drawn = [];
      const changes = lines.flatMap((line, i) =>
        line === drawn[i] ? [] : [`\u001b[${i + 1};1H${line}${clearLine}`],
      );
      drawn = lines;
      if (changes.length > 0 || isResized)
        await write(stdout, `${begin}${isResized ? clearAll : ''}${changes.join('')}${end}`);
    },
    async close() {
      stdin.off('data', onData);
      stdin.off('close', onGone);
      stdin.off('end', onGone);
      stdin.pause();
      forget();
      restore();
      await write(stdout, '');
    },
  };
}

/** Several keys may come at once; a sequence of a special key is one. */
export function keysOf(text: string): string[] {
  return text.match(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O[A-Z])|[\s\S]/gu) ?? [];
}
