import type { ChatMessage } from '../domain/chat.ts';
import type { Task } from '../domain/run.ts';
import { cut, fence, showHidden } from '../domain/untrusted.ts';
import { askForFiles } from './blocks-prompts.ts';
import { identifiersOf, type KnownFile } from './choose-files.ts';
import { drawMap } from './map/draw-map.ts';
import type { RepoMap } from './map/map-repository.ts';
import type { Instructions } from './project-instructions.ts';
import { describeInstructions } from './project-instructions.ts';
import { showFiles, type FileToShow } from './show-files.ts';
import { describeFeedback, describeTask } from './task-prompt.ts';

/** Everything a turn in text is made from; each turn is composed anew from the files as they are. */
export type BlocksTurn = {
  task: Task;
  repository: readonly KnownFile[];
  instructions: Instructions;
  /** Paths to show, the most important first. */
  chosen: readonly string[];
  /** Lines to show where not the whole file was asked for. */
  lines: ReadonlyMap<string, { from: number; to: number }>;
  feedback: string | null;
  /** Results of searches and commands. */
  notes: readonly string[];
  /** What became of the last answer, and what is wanted now. */
  request: string;
  /** What the model is told of its part. */
  instruction: string;
};

/** Characters of a map that a model still reads with profit. */
const mostMapped = 12_000;

export type Composed = { messages: ChatMessage[]; whole: string[] };

/** The first question where a repository is too large to be shown: which files? */
export function composeLocate(
  turn: Pick<BlocksTurn, 'task' | 'feedback' | 'instructions' | 'instruction'> & { map: RepoMap },
  room: number,
): Composed {
  const map = drawMap(turn.map, Math.min(mostMapped, Math.floor(room * 0.25)));
  return compose(turn.instruction, [
    describeTask(turn.task, Math.floor(room * 0.35)),
    describeInstructions(turn.instructions, Math.floor(room * 0.08)),
    turn.feedback !== null && describeFeedback(turn.feedback, Math.floor(room * 0.15)),
    `# Files of the repository, with what they define\n\n${fence(showHidden(map))}`,
    askForFiles,
  ]);
}

/** Task, files as they are now, and what is wanted, within `room` bytes. */
export function composeEdit(turn: BlocksTurn, room: number): Composed {
  const { instruction } = turn;
  const forUser = room - Buffer.byteLength(instruction);
  const before = [
    describeTask(turn.task, Math.floor(forUser * 0.3)),
    describeInstructions(turn.instructions, Math.floor(forUser * 0.08)),
    turn.feedback !== null && describeFeedback(turn.feedback, Math.floor(forUser * 0.15)),
    turn.notes.length > 0 &&
      cut(`# What you asked for\n\n${turn.notes.join('\n\n')}`, Math.floor(forUser * 0.2)),
  ];
  const request = cut(turn.request, Math.floor(forUser * 0.2));
  const taken = bytesOf([...before, request]);
  const files = turn.chosen.flatMap((path) => toShow(turn, path) ?? []);
  const names = identifiersOf([turn.task.title, turn.task.brief, turn.feedback ?? ''].join('\n'));
  const left = Math.max(0, forUser - taken - 300);
  const isAll = files.length === turn.repository.length;
  const shown = showFiles(files, Math.floor(isAll ? left : left * 0.9), names);
  const others = isAll ? '' : otherFiles(turn, files, left - Buffer.byteLength(shown.text));
  const { messages } = compose(instruction, [
    ...before,
    shown.text !== '' && `# Files as they are now\n\n${shown.text}`,
    shown.leftOut.length > 0 && `Not shown for lack of room: ${cut(shown.leftOut.join(', '), 500)}`,
    others !== '' && `# Other files\n\n${others}`,
    request,
  ]);
  return { messages, whole: shown.whole };
}

function toShow({ repository, lines }: BlocksTurn, path: string): FileToShow | undefined {
  const text = repository.find((file) => file.path === path)?.text;
  const range = lines.get(path);
  return text === undefined ? undefined : { path, text, ...(range && { lines: range }) };
}

function otherFiles({ repository }: BlocksTurn, files: readonly FileToShow[], room: number): string {
  if (room < 200) return '';
  const shown = new Set(files.map(({ path }) => path));
  const paths = repository.map(({ path }) => path).filter((path) => !shown.has(path));
  return drawMap({ paths, likely: [], definitions: [] }, Math.min(room, 4000));
}

function compose(instruction: string, parts: (string | false)[]): Composed {
  const content = parts.filter((part) => part !== false).join('\n\n');
  return {
    messages: [
      { role: 'system', content: instruction },
      { role: 'user', content },
    ],
    whole: [],
  };
}

function bytesOf(parts: (string | false)[]): number {
  return parts.reduce((sum, part) => sum + (part === false ? 0 : Buffer.byteLength(part) + 2), 0);
}
