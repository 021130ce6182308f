import type { Readable } from 'node:stream';
import { Failure } from '../domain/failure.ts';
import type { Session } from './session.ts';

/** A conversation on the terminal. Each throws `Cancelled` when the person wants no more of it. */
export interface Questions {
  note(lines: readonly string[], title: string): void;
  confirm(question: string, proposed: boolean): Promise<boolean>;
  choose(question: string, choices: readonly Choice[], proposed: string): Promise<string>;
  /** `check` says what is wrong with an answer; an empty one is `proposed`. */
  text(question: string, options?: TextOptions): Promise<string>;
  /** An answer that is not shown; empty: none. */
  secret(question: string): Promise<string>;
}

export type Choice = { value: string; label: string; hint?: string };
export type TextOptions = { proposed?: string; check?: (answer: string) => string | undefined };

/** Ctrl-C, or Escape, in a question. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

/** Throws `BAD_USAGE` where nobody can answer; `instead` says what to do there. */
export async function openQuestions(
  { stdin, stderr, signal, isTerminal }: Session,
  { command, instead }: { command: string; instead: string },
): Promise<Questions> {
  if (!isTerminal.stdin)
    throw new Failure(
      'BAD_USAGE',
      `\`${command}\` asks questions, but standard input is no terminal; ${instead}.`,
    );
  // Loaded when somebody is asked: every other command does without.
  const prompts = await import('@clack/prompts');
  const ended = whenEnded(stdin, signal);
  const common = { input: stdin, output: stderr, signal: ended.signal };

  async function answer<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
    const given = await asked;
    if (typeof given !== 'symbol') return given as Exclude<T, symbol>;
    signal.throwIfAborted();
    if (ended.hasEnded())
      throw new Failure('BAD_USAGE', `The input of \`${command}\` ended before an answer; ${instead}.`);
    throw new Cancelled(`\`${command}\` was cancelled; nothing more is done.`);
  }

  return {
    note: (lines, title) => prompts.note(lines.join('\n'), title, { output: stderr }),
    confirm: (message, proposed) => answer(prompts.confirm({ ...common, message, initialValue: proposed })),
    choose: (message, choices, proposed) =>
      answer(prompts.select({ ...common, message, options: [...choices], initialValue: proposed })),
    text: async (message, { proposed = '', check } = {}) => {
      const validate = (given: string | undefined): string | undefined => check?.(given ?? proposed);
      const asked = { ...common, message, placeholder: proposed, defaultValue: proposed, validate };
      return (await answer(prompts.text(asked))).trim();
    },
    secret: async (message) => (await answer(prompts.password({ ...common, message }))).trim(),
  };
}

/** A library that waits for keys would wait for ever where there are no more. */
function whenEnded(stdin: Readable, signal: AbortSignal): { signal: AbortSignal; hasEnded: () => boolean } {
  const end = new AbortController();
  stdin.once('end', () => end.abort());
  return { signal: AbortSignal.any([signal, end.signal]), hasEnded: () => end.signal.aborted };
}
