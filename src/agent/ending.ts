import type { FailureCode } from '../domain/failure.ts';
import type { CodingOutcome } from '../ports.ts';

type WithoutCosts<T> = T extends unknown ? Omit<T, 'usage' | 'requests'> : never;

/** How one stretch of coding ended, before what it cost is added. */
export type Ended = WithoutCosts<CodingOutcome>;

/** The same as a method tells it; a task that is too large is not split yet. */
export type Ending = Ended | { end: 'too-large'; summary: string; reason: string };

export function finished(summary: string): Ended {
  return { end: 'finished', summary };
}

export function noChangeNeeded(reason: string): Ended {
  return { end: 'no-change-needed', summary: '', reason };
}

export function asksQuestion(question: string): Ended {
  return { end: 'question', summary: '', question };
}

/** For where nobody may split it. */
export function asksToSplit(reason: string): Ended {
  return asksQuestion(`This is too large for one change, says the model: ${reason}`);
}

export function gaveUp(code: FailureCode, reason: string, summary = ''): Ended {
  return { end: 'gave-up', summary, code, reason };
}

const noReason = 'The model gave no reason.';

/** What a model says in lines of its own text, whatever protocol it was given. A `DONE:` line counts last. */
export function statedEnding(text: string): Ending | undefined {
  const reason = statement(text, /NO[ _-]CHANGES?[ _-](?:IS |ARE )?NEEDED/);
  if (reason !== undefined) return noChangeNeeded(reason || noReason);
  const question = statement(text, /QUESTION/);
  if (question) return asksQuestion(question);
  const tooLarge = statement(text, /TOO[ _-]LARGE/);
  if (tooLarge !== undefined) return { end: 'too-large', summary: '', reason: tooLarge || noReason };
  const summary = statement(text, /DONE/);
  return summary === undefined ? undefined : finished(summary);
}

/** What follows `WORD:` at the start of a line, with the lines up to the next blank one; marks around it are forgiven. */
function statement(text: string, word: RegExp): string | undefined {
  const head = new RegExp(`^[\\s>*#\`-]{0,8}(?:${word.source})[*\`]{0,3}(?::|$)[*\`]{0,3}(.*)$`);
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.length < 4000 && head.test(line));
  if (at < 0) return undefined;
  const first = head.exec(lines[at] ?? '')?.[1] ?? '';
  const rest = lines.slice(at + 1, at + 20);
  const end = rest.findIndex((line) => line.trim() === '' || /^[A-Z]{3,}:/.test(line));
  return [first, ...(end < 0 ? rest : rest.slice(0, end))].join('\n').trim().slice(0, 4000);
}
