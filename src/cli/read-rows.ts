import type { TicketDraft } from '../app/tools.ts';
import { Failure } from '../domain/failure.ts';

const texts = ['description', 'priority', 'model'] as const;
const lists = ['acceptanceCriteria', 'labels', 'dependencies'] as const;
const known: readonly string[] = ['title', ...texts, ...lists];

/** One entry of a list of tickets, counted from 1: a ticket, or all that is wrong with it. */
export type Row = { row: number; draft: TicketDraft } | { row: number; faults: string[] };

/** Tickets from a JSON list, or from a JSON object a line. Throws `BAD_USAGE` when it is neither; `file` names it. */
export function readRows(text: string, file: string): Row[] {
  const whole = parse(text);
  if ('value' in whole && Array.isArray(whole.value))
    return whole.value.map((entry, index) => readRow(entry, index + 1));
  if ('value' in whole) return [readRow(whole.value, 1)];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const parsed = lines.map(parse);
  if (text.trimStart().startsWith('[') || !parsed.some((line) => 'value' in line))
    throw new Failure(
      'BAD_USAGE',
      `${file} is no JSON: ${whole.problem}; expected a list, or an object a line.`,
    );
  return parsed.map((line, index) =>
    'value' in line
      ? readRow(line.value, index + 1)
      : { row: index + 1, faults: [`it is no JSON: ${line.problem}`] },
  );
}

function parse(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function readRow(entry: unknown, row: number): Row {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return { row, faults: [`it is ${JSON.stringify(entry)}, expected an object with a title`] };
  const given = entry as Record<string, unknown>;
  const faults: string[] = [];
  const take = (key: string, isRight: (value: unknown) => boolean, expected: string): object => {
    const value = given[key];
    if (value == null) return {};
    if (isRight(value)) return { [key]: value };
    faults.push(`${key} is ${JSON.stringify(value)}, expected ${expected}`);
    return {};
  };
  const { title } = given;
  if (!isText(title)) faults.push(`title is ${JSON.stringify(title)}, expected a text that is not empty`);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) faults.push(`${key} is no known key, expected one of ${known.join(', ')}`);
  }
  const rest = [
    ...texts.map((key) => take(key, isText, 'a text that is not empty')),
    ...lists.map((key) => take(key, isListOfTexts, 'a list of texts')),
  ];
  if (!isText(title) || faults.length > 0) return { row, faults };
  return { row, draft: Object.assign({ title }, ...rest) as TicketDraft };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
