import type { Bench } from './bench.ts';
import { carryOutCommands } from './carry-out-commands.ts';
import { composeEdit } from './compose-blocks.ts';
import type { Ending } from './ending.ts';
import { gaveUp } from './ending.ts';
import { isEmpty, readCommands } from './read-commands.ts';
import { readRepository } from './read-repository.ts';
import type { Talk } from './talk.ts';

const mostLooks = 4;
const mostFiles = 12;
const lastLook = 'You have seen what you asked for. Do not ask for more.';

export type Question = {
  talk: Talk;
  /** What the model is told of its part. */
  instruction: string;
  request: string;
  feedback: string | null;
};

/** Asks for words about the repository; what is asked to be seen is shown, and nothing is changed. */
export async function think(
  bench: Bench,
  { talk, instruction, request, feedback }: Question,
  signal: AbortSignal,
): Promise<string | Ending> {
  const { map, instructions, files } = await bench.survey(signal);
  let chosen = [...map.likely];
  let notes: string[] = [];
  const lines = new Map<string, { from: number; to: number }>();
  for (let looks = 0; ; looks += 1) {
    bench.nextTurn();
    const repository = looks === 0 ? files : await readRepository(bench.hands.workspace.directory, signal);
    const wanted = looks < mostLooks ? request : `${lastLook} ${request}`;
    const turn = { task: bench.job.task, repository, instructions, chosen, lines, feedback, notes };
    const compose = () => ({
      messages: composeEdit({ ...turn, request: wanted, instruction }, talk.room()).messages,
    });
    const { text } = await talk.ask(compose, signal);
    bench.report('answer', text);
    const commands = { ...readCommands(text, { hasEdits: true }), runs: [] };
    if (isEmpty(commands) || looks >= mostLooks)
      return text.trim() === '' ? gaveUp('MODEL_EMPTY_ANSWER', 'The model answered nothing.') : text.trim();
    const looked = await carryOutCommands(bench, commands, signal);
    for (const each of looked.show) if (each.lines !== undefined) lines.set(each.path, each.lines);
    chosen = [...new Set([...looked.show.map(({ path }) => path), ...chosen])].slice(0, mostFiles);
    notes = looked.notes;
  }
}
