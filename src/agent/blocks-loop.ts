import type { ChatReply } from '../domain/chat.ts';
import { applyAnswer, type AppliedAnswer } from './apply-answer.ts';
import type { Bench, Method } from './bench.ts';
import { blocksInstruction, splitRule } from './blocks-prompts.ts';
import { afterEdits, mostChosen, withoutEdits } from './blocks-answer.ts';
import { newBlocksStretch, type BlocksLoop, type BlocksStretch, type Next } from './blocks-state.ts';
import { chooseFiles, mentions, type KnownFile } from './choose-files.ts';
import { composeEdit, composeLocate } from './compose-blocks.ts';
import { gaveUp } from './ending.ts';
import { readCommands, type Commands } from './read-commands.ts';
import { readRepository } from './read-repository.ts';
import type { Survey } from './survey.ts';

const usualSteps = 12;
/** A repository that fills no more of the window than this is shown as a whole, and nobody is asked where to look. */
const shownAsWhole = 0.45;

/** Works by edits in text: locate, edit, repair. Edits are taken at any step, also in answer to another question. */
export function openBlocksLoop(bench: Bench): Method {
  const loop: BlocksLoop = { bench, chosen: null, lines: new Map() };
  return {
    async work(feedback, signal) {
      const stretch = newBlocksStretch(feedback);
      const limit = bench.job.maxSteps ?? usualSteps;
      for (let turn = 1; turn <= limit; turn += 1) {
        const next = await takeTurn(loop, stretch, signal);
        if (next !== 'go-on') return next;
      }
      return gaveUp('MODEL_LIMIT', `The model used up its ${limit} steps (\`agent.maxSteps\`).`);
    },
  };
}

async function takeTurn(loop: BlocksLoop, stretch: BlocksStretch, signal: AbortSignal): Promise<Next> {
  const { bench } = loop;
  const isFirst = bench.nextTurn() === 1;
  const { map, instructions, files } = await bench.survey(signal);
  const repository = isFirst ? files : await readRepository(bench.hands.workspace.directory, signal);
  const likely = chooseFiles(bench.job.task, repository);
  loop.chosen ??= isSmall(repository, bench.talk.room()) ? inOrder(likely, repository) : null;
  const isLocating = loop.chosen === null;
  const reply = await ask(loop, stretch, { repository, map, instructions }, signal);
  if (reply.text.trim() === '') return emptyAnswer(bench, stretch);
  stretch.empty = 0;
  const truncated = reply.finish === 'length';
  const applied = await applyAnswer(bench.hands, reply.text, { truncated }, signal);
  if (applied === undefined) bench.report(isLocating ? 'locate' : 'answer', reply.text);
  for (const { path } of applied?.applied ?? []) bench.report('edit', path);
  const commands = readCommands(reply.text, { hasEdits: applied !== undefined });
  if (isLocating) loop.chosen = choose(likely, commands, { text: reply.text, repository, applied });
  const answer = { text: reply.text, truncated, commands };
  if (applied !== undefined) return afterEdits(loop, stretch, { ...answer, applied }, signal);
  return withoutEdits(loop, stretch, { ...answer, isLocating }, signal);
}

function isSmall(repository: readonly KnownFile[], room: number): boolean {
  const bytes = repository.reduce(
    (sum, { path, text }) => sum + path.length + 12 + Buffer.byteLength(text ?? ''),
    0,
  );
  return bytes <= room * shownAsWhole;
}

function inOrder(likely: readonly string[], repository: readonly KnownFile[]): string[] {
  return [...new Set([...likely, ...repository.map(({ path }) => path)])];
}

type Known = { repository: readonly KnownFile[] } & Pick<Survey, 'map' | 'instructions'>;

async function ask(
  loop: BlocksLoop,
  stretch: BlocksStretch,
  known: Known,
  signal: AbortSignal,
): Promise<ChatReply> {
  const { talk, hands, job } = loop.bench;
  const compose = () => {
    const { feedback, notes, request } = stretch;
    const { repository, map, instructions } = known;
    const instruction = blocksInstruction + (job.split === true ? splitRule : '');
    const shared = { task: job.task, instructions, feedback, instruction };
    const chosen = stretch.repairing.length > 0 ? stretch.repairing : loop.chosen;
    const composed =
      chosen === null
        ? composeLocate({ ...shared, map }, talk.room())
        : composeEdit({ ...shared, repository, chosen, lines: loop.lines, notes, request }, talk.room());
    for (const path of composed.whole) hands.seen.add(path);
    return { messages: composed.messages, ...(stretch.empty > 0 && { think: false }) };
  };
  return talk.ask(compose, signal);
}

function emptyAnswer(bench: Bench, stretch: BlocksStretch): Next {
  bench.report('empty answer', '');
  stretch.empty += 1;
  return stretch.empty < 2
    ? 'go-on'
    : gaveUp('MODEL_EMPTY_ANSWER', 'The model answered nothing, twice in a row.');
}

type Located = { text: string; repository: readonly KnownFile[]; applied: AppliedAnswer | undefined };

/** What the model asked for first; a model that did not answer the question may still have named files. */
function choose(
  likely: readonly string[],
  commands: Commands,
  { text, repository, applied }: Located,
): string[] {
  const paths = repository.map(({ path }) => path);
  const asked = commands.files.filter((path) => paths.includes(path));
  const named = asked.length > 0 ? asked : paths.filter((path) => mentions(text, path)).slice(0, 8);
  const edited = (applied?.applied ?? []).map(({ path }) => path);
  return [...new Set([...edited, ...named, ...likely])].slice(0, mostChosen);
}
