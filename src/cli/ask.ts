import { createInterface } from 'node:readline/promises';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Session } from './session.ts';

/** Asks which model to use, by its number or its name; an empty answer takes the one proposed. */
export async function askModel(
  session: Session,
  models: readonly ModelFacts[],
  proposed: string,
): Promise<string> {
  const list = models.map(({ id, parameterSize }, index) => {
    const size = parameterSize === undefined ? '' : ` (${parameterSize})`;
    return `  ${index + 1}  ${forLine(`${id}${size}`, 200)}\n`;
  });
  session.output.draw(`Models that are there:\n${list.join('')}`);
  for (;;) {
    const answer = await ask(session, `Which model should work on tickets? [${forLine(proposed, 200)}] `);
    if (answer === '') return proposed;
    const chosen =
      models[Number(answer) - 1] ?? models.find(({ id }) => id === answer || id === `ollama/${answer}`);
    if (chosen !== undefined) return chosen.id;
    session.output.draw(
      `${forLine(answer, 100)} is none of them; answer with a number of the list or a name.\n`,
    );
  }
}

export async function confirm(session: Session, question: string): Promise<boolean> {
  return !/^n/i.test(await ask(session, `${question} [Y/n] `));
}

/** Without line editing of its own, so that Ctrl-C reaches the process as a signal like everywhere else. */
async function ask({ stdin, stderr, signal }: Session, question: string): Promise<string> {
  const ended = new AbortController();
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  lines.once('close', () => ended.abort());
  try {
    return (await lines.question(question, { signal: AbortSignal.any([signal, ended.signal]) })).trim();
  } catch (error) {
    if (signal.aborted || !ended.signal.aborted) throw error;
    throw new Failure('BAD_USAGE', 'The input ended before an answer; use --yes to be asked nothing.');
  } finally {
    lines.close();
  }
}
