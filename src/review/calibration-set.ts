import { readdirSync, readFileSync } from 'node:fs';
import { difficulties, type Seeded } from '../domain/calibration.ts';
import { findingCategories, severities } from '../domain/review.ts';

/** A change of which it is known what is wrong with it; `seeded` is null when nothing is. */
export type CalibrationCase = {
  id: string;
  seeded: Seeded | null;
  title: string;
  brief: string;
  /** As git prints it. */
  diff: string;
  files: string[];
};

const folder = new URL('./calibration/', import.meta.url);

/** All cases that come with the program. */
export function loadCalibrationSet(): CalibrationCase[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return names.sort().flatMap((name) => readCases(readFileSync(new URL(name, folder), 'utf8')));
}

/**
 * Cases as they are written down:
 *
 *     === id | HIGH bugs easy         or: === id | harmless
 *     What the ticket asks for
 *
 *     In more words.
 *     @@ src/path.ts 41               or: new, or: gone, in place of the first line
 *      a hunk, whose counts are counted here
 */
export function readCases(text: string): CalibrationCase[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => readCase(block.split('\n')));
}

function readCase([header = '', ...lines]: string[]): CalibrationCase {
  const [id = '', label = ''] = header.split(' | ');
  const from = lines.findIndex((line) => line.startsWith('@@ '));
  const [title = '', ...brief] = lines.slice(0, from);
  const hunks = readHunks(lines.slice(from));
  const files = [...new Set(hunks.map(({ path }) => path))];
  return {
    id,
    seeded: readLabel(label),
    title,
    brief: brief.join('\n').trim(),
    diff: files.map((path) => writeFile(hunks.filter((hunk) => hunk.path === path))).join(''),
    files,
  };
}

function readLabel(label: string): Seeded | null {
  if (label === 'harmless') return null;
  const words = label.split(' ');
  const severity = severities.find((each) => each === words[0]);
  const category = findingCategories.find((each) => each === words[1]);
  const difficulty = difficulties.find((each) => each === words[2]);
  if (severity === undefined || category === undefined || difficulty === undefined)
    throw new Error(`The label of a calibration case is ${JSON.stringify(label)}.`);
  return { severity, category, difficulty };
}

/** `start` is the line of the old and the new file where the hunk begins, but for what earlier hunks added. */
type Hunk = { path: string; start: string; lines: string[] };

function readHunks(lines: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const line of lines) {
    const [, path, start] = /^@@ (\S+) (\d+|new|gone)$/.exec(line) ?? [];
    if (path !== undefined && start !== undefined) hunks.push({ path, start, lines: [] });
    // Editors take the blank off an empty line of context.
    else hunks.at(-1)?.lines.push(line === '' ? ' ' : line);
  }
  for (const { lines: own } of hunks) while (own.at(-1) === ' ') own.pop();
  return hunks;
}

function writeFile(hunks: readonly Hunk[]): string {
  const { path, start } = hunks[0] ?? { path: '', start: '' };
  const header = [
    `diff --git a/${path} b/${path}`,
    ...(start === 'new' ? ['new file mode 100644'] : []),
    ...(start === 'gone' ? ['deleted file mode 100644'] : []),
    start === 'new' ? '--- /dev/null' : `--- a/${path}`,
    start === 'gone' ? '+++ /dev/null' : `+++ b/${path}`,
  ];
  let grown = 0;
  const body = hunks.flatMap((hunk) => {
    const [old, now] = [count(hunk, '-'), count(hunk, '+')];
    const first = hunk.start === 'new' || hunk.start === 'gone' ? 1 : Number(hunk.start);
    const counts = `-${old === 0 ? first - 1 : first},${old} +${first + grown - (now === 0 ? 1 : 0)},${now}`;
    grown += now - old;
    return [`@@ ${counts} @@`, ...hunk.lines];
  });
  return `${[...header, ...body].join('\n')}\n`;
}

function count({ lines }: Hunk, sign: '+' | '-'): number {
  return lines.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
}
