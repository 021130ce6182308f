import type { TicketDraft } from '../app/tools.ts';
import { Failure } from '../domain/failure.ts';

const texts = ['description', 'priority', 'model'] as const;
const lists = ['acceptanceCriteria', 'labels', 'dependencies'] as const;
const known: readonly string[] = ['title', ...texts, ...lists];

/** Tickets from a JSON list. Throws `BAD_USAGE` with every fault at once; `file` names it. */
export function readDrafts(json: string, file: string): TicketDraft[] {
  const list = parse(json, file);
  const read = list.map((entry, index) => readDraft(entry, `${file}[${index}]`));
  const faults = read.flatMap((draft) => draft.faults);
  if (faults.length > 0) throw new Failure('BAD_USAGE', `No ticket was written.\n  ${faults.join('\n  ')}`);
  return read.map(({ draft }) => draft);
}

function parse(json: string, file: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Failure('BAD_USAGE', `${file} is no JSON: ${(cause as Error).message}.`, { cause });
  }
  if (Array.isArray(value)) return value;
  throw new Failure('BAD_USAGE', `${file} holds no list; expected [{"title": "…"}, …].`);
}

function readDraft(entry: unknown, place: string): { draft: TicketDraft; faults: string[] } {
  const given = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
  const faults: string[] = [];
  const take = (key: string, isRight: (value: unknown) => boolean, expected: string): object => {
    const value = given[key];
    if (value == null) return {};
    if (isRight(value)) return { [key]: value };
    faults.push(`${place}.${key} is ${JSON.stringify(value)}, expected ${expected}`);
    return {};
  };
  const title = given['title'];
  if (!isText(title))
    faults.push(`${place}.title is ${JSON.stringify(title)}, expected a text that is not empty`);
  for (const key of Object.keys(given)) {
    if (!known.includes(key))
      faults.push(`${place}.${key} is no known key, expected one of ${known.join(', ')}`);
  }
  const rest = [
    ...texts.map((key) => take(key, isText, 'a text that is not empty')),
    ...lists.map((key) => take(key, isListOfTexts, 'a list of texts')),
  ];
  return { draft: Object.assign({ title: isText(title) ? title : '' }, ...rest) as TicketDraft, faults };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}
