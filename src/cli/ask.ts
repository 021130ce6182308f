import { createInterface } from 'node:readline/promises';
import type { ModelFacts } from '../domain/chat.ts';
import { Failure } from '../domain/failure.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Session } from './session.ts';

/** A conversation on the terminal. */
export type Questions = {
  /** Which model to use, by its number or its name; an empty answer takes the one proposed. */
  whichModel: (models: readonly ModelFacts[], proposed: string) => Promise<string>;
  confirm: (question: string) => Promise<boolean>;
  close: () => void;
};

/** Without line editing of its own, so that Ctrl-C reaches the process as a signal like everywhere else. */
export function openQuestions({ stdin, output, signal }: Session): Questions {
  const reader = createInterface({ input: stdin, terminal: false, signal });
  const lines = reader[Symbol.asyncIterator]();

  async function ask(question: string): Promise<string> {
    output.draw(question);
    const next = await lines.next();
    if (next.done !== true) return next.value.trim();
    signal.throwIfAborted();
    throw new Failure('BAD_USAGE', 'The input ended before an answer; use --yes to be asked nothing.');
  }

  return {
    async whichModel(models, proposed) {
      const list = models.map((model, index) => `  ${index + 1}  ${forLine(nameOf(model), 200)}\n`);
      output.draw(`Models that are there:\n${list.join('')}`);
      for (;;) {
        const answer = await ask(`Which model should work on tickets? [${forLine(proposed, 200)}] `);
        if (answer === '') return proposed;
        const byNumber = models[Number(answer) - 1];
        const chosen =
          byNumber ?? models.find(({ id }) => [id, id.replace(/^ollama\//, '')].includes(answer));
        if (chosen !== undefined) return chosen.id;
        output.draw(`${forLine(answer, 100)} is none of them; answer with a number or a name of the list.\n`);
      }
    },
    confirm: async (question) => !/^n/i.test(await ask(`${question} [Y/n] `)),
    close: () => reader.close(),
  };
}

function nameOf({ id, parameterSize }: ModelFacts): string {
  return parameterSize === undefined ? id : `${id} (${parameterSize})`;
}
