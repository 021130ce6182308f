import type { ChatReply } from '../domain/chat.ts';
import { applyAnswer, type AppliedAnswer } from './apply-answer.ts';
import type { Bench, Method } from './bench.ts';
import * as say from './blocks-prompts.ts';
import { carryOutCommands } from './carry-out-commands.ts';
import { chooseFiles, mentions, type KnownFile } from './choose-files.ts';
import { composeEdit, composeLocate } from './compose-blocks.ts';
import type { Ending } from './ending.ts';
import { finished, gaveUp, statedEnding } from './ending.ts';
import { hasWorked } from './hands.ts';
import { isEmpty, readCommands, type Commands } from './read-commands.ts';
import { readRepository } from './read-repository.ts';
import { summaryOf } from './summary.ts';

const usualSteps = 12;
const mostRounds = { repair: 3, looking: 3, cutOff: 3 };
/** A repository that fills no more of the window than this is shown as a whole, and nobody is asked where to look. */
const shownAsWhole = 0.45;
const mostChosen = 16;

/** What is known from turn to turn; the conversation itself is not kept, but composed anew. */
type Loop = {
  bench: Bench;
  /** Null until the first turn has found out where to look. */
  chosen: string[] | null;
  lines: Map<string, { from: number; to: number }>;
};

/** One stretch: why it began, what the last answer led to, and how often each kind of fault happened. */
type Stretch = {
  feedback: string | null;
  notes: string[];
  request: string;
  /** Only these files are shown while their blocks are repaired. */
  repairing: string[];
  repairs: number;
  looked: number;
  cutOff: number;
  empty: number;
  idle: number;
  /** Complaints of parsers that the model has been told of. */
  told: Set<string>;
};

type Next = Ending | 'go-on';

/** Works by edits in text: locate, edit, repair. Edits are taken at any step, also in answer to another question. */
export function openBlocksLoop(bench: Bench): Method {
  const loop: Loop = { bench, chosen: null, lines: new Map() };
  return {
    async work(feedback, signal) {
      const stretch = newStretch(feedback);
      const limit = bench.job.maxSteps ?? usualSteps;
      for (let turn = 1; turn <= limit; turn += 1) {
        const next = await takeTurn(loop, stretch, signal);
        if (next !== 'go-on') return next;
      }
      return gaveUp('MODEL_LIMIT', `The model used up its ${limit} steps (\`agent.maxSteps\`).`);
    },
  };
}

function newStretch(feedback: string | null): Stretch {
  const counts = { repairs: 0, looked: 0, cutOff: 0, empty: 0, idle: 0 };
  return { feedback, notes: [], request: say.askForEdits, repairing: [], ...counts, told: new Set() };
}

async function takeTurn(loop: Loop, stretch: Stretch, signal: AbortSignal): Promise<Next> {
  const { bench } = loop;
  bench.nextTurn();
  const repository = await readRepository(bench.hands.workspace.directory, signal);
  const likely = chooseFiles(bench.job.task, repository);
  loop.chosen ??= isSmall(repository, bench.talk.room()) ? inOrder(likely, repository) : null;
  const isLocating = loop.chosen === null;
  const reply = await ask(loop, stretch, { repository, likely }, signal);
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

type Known = { repository: readonly KnownFile[]; likely: readonly string[] };

async function ask(loop: Loop, stretch: Stretch, known: Known, signal: AbortSignal): Promise<ChatReply> {
  const { talk, hands, job } = loop.bench;
  const compose = () => {
    const { task } = job;
    const { feedback, notes, request } = stretch;
    const { repository } = known;
    const chosen = stretch.repairing.length > 0 ? stretch.repairing : loop.chosen;
    const composed =
      chosen === null
        ? composeLocate({ task, repository, chosen: known.likely, feedback }, talk.room())
        : composeEdit({ task, repository, chosen, lines: loop.lines, feedback, notes, request }, talk.room());
    for (const path of composed.whole) hands.seen.add(path);
    return { messages: composed.messages, ...(stretch.empty > 0 && { think: false }) };
  };
  return talk.ask(compose, signal);
}

function emptyAnswer(bench: Bench, stretch: Stretch): Next {
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

type Answer = { text: string; truncated: boolean; commands: Commands };

async function afterEdits(
  loop: Loop,
  stretch: Stretch,
  { text, truncated, commands, applied }: Answer & { applied: AppliedAnswer },
  signal: AbortSignal,
): Promise<Next> {
  loop.chosen = [...new Set([...applied.applied.map(({ path }) => path), ...(loop.chosen ?? [])])];
  stretch.repairing = [];
  stretch.notes = [];
  if (truncated) return goOnAfterCut(stretch, applied.report);
  if (applied.failed.length > 0) return repair(loop, stretch, applied);
  const broken = applied.broken.filter(({ problem }) => !stretch.told.has(problem));
  if (broken.length > 0 && stretch.repairs < mostRounds.repair) {
    for (const { problem } of broken) stretch.told.add(problem);
    stretch.repairs += 1;
    stretch.request = say.askForSyntax(broken);
    return 'go-on';
  }
  if (!isEmpty(commands) && stretch.looked < mostRounds.looking)
    return look(loop, stretch, { commands, request: say.appliedSoFar }, signal);
  return finished(summaryOf(text) || changedFiles(loop.bench));
}

function changedFiles({ hands }: Bench): string {
  return `Changed ${[...hands.touched].join(', ')}.`;
}

function goOnAfterCut(stretch: Stretch, report: string): Next {
  stretch.cutOff += 1;
  if (stretch.cutOff > mostRounds.cutOff)
    return gaveUp('MODEL_BAD_EDITS', 'The answers of the model were cut off again and again.');
  stretch.request = `${report}\n\n${say.askToGoOn}`;
  return 'go-on';
}

/** Only what failed is asked for again, with the files it concerns; the third failure of a file asks for it as a whole. */
function repair(loop: Loop, stretch: Stretch, applied: AppliedAnswer): Next {
  stretch.repairs += 1;
  for (const { path, reason } of applied.failed) loop.bench.report('failed edit', `${path}: ${reason}`);
  if (stretch.repairs > mostRounds.repair) {
    const [first] = applied.failed;
    const reason = `${first?.path ?? ''}: ${first?.reason ?? ''}`;
    return gaveUp(
      'MODEL_BAD_EDITS',
      `Edits could not be applied after ${mostRounds.repair} repairs; ${reason}`,
    );
  }
  const shown = new Set(loop.chosen);
  stretch.repairing = [...new Set(applied.failed.map(({ path }) => path))].filter((path) => shown.has(path));
  stretch.request = `${applied.report}\n\n${say.askForRepair}`;
  return 'go-on';
}

async function look(
  loop: Loop,
  stretch: Stretch,
  { commands, request }: { commands: Commands; request: string },
  signal: AbortSignal,
): Promise<Next> {
  stretch.looked += 1;
  const { show, notes } = await carryOutCommands(loop.bench, commands, signal);
  for (const { path, lines } of show) {
    if (lines === undefined) loop.lines.delete(path);
    else loop.lines.set(path, lines);
  }
  loop.chosen = [...new Set([...show.map(({ path }) => path), ...(loop.chosen ?? [])])].slice(0, mostChosen);
  stretch.notes = notes;
  stretch.request = stretch.looked < mostRounds.looking ? request : say.noMoreLooking;
  return 'go-on';
}

async function withoutEdits(
  loop: Loop,
  stretch: Stretch,
  { text, truncated, commands, isLocating }: Answer & { isLocating: boolean },
  signal: AbortSignal,
): Promise<Next> {
  const stated = statedEnding(text);
  if (stated !== undefined && stated.end !== 'finished') return stated;
  const { files, ...lookups } = commands;
  const wanted = isLocating ? { ...lookups, files: [] } : { ...lookups, files };
  if (!isEmpty(wanted) && stretch.looked < mostRounds.looking)
    return look(loop, stretch, { commands: wanted, request: say.askForEdits }, signal);
  if (isLocating && stated === undefined) return 'go-on';
  if (truncated) return goOnAfterCut(stretch, 'Your last answer held no complete edit.');
  if (await hasWorked(loop.bench.hands, signal)) return finished(summaryOf(text));
  stretch.idle += 1;
  // The model insists that it is done; whether it is, the worktree tells.
  if (stretch.idle > 1) return finished(summaryOf(text));
  stretch.request = say.askAgain;
  return 'go-on';
}
