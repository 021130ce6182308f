import * as z from 'zod';

/*
 * The kinds of value that config keys have. Each carries the words that a fault shows after "expected", for the
 * type and for every limit alike, so that a reader sees the whole rule whichever half of it was broken.
 */

/** A group of keys. Unknown keys are issues here; the loader turns them into warnings. */
export function group<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'an object' });
}

/** Named entries of one shape. */
export function entries<Value extends z.ZodType>(name: z.ZodType<string, string>, value: Value) {
  return z.record(name, value, { error: 'an object' });
}

export function flag() {
  return z.boolean({ error: 'true or false' });
}

export function text(expected = 'a text that is not empty') {
  return z.string({ error: expected }).min(1, { error: expected });
}

/** A text of a given form; `expected` describes the form to a person. */
export function form(pattern: RegExp, expected: string) {
  return z.string({ error: expected }).regex(pattern, { error: expected });
}

export function choice<const Options extends readonly string[]>(
  options: Options,
  expected = `one of ${options.join(', ')}`,
) {
  return z.enum(options, { error: expected });
}

export function list<Item extends z.ZodType>(
  item: Item,
  atLeast = 0,
  expected = atLeast > 0 ? 'a list with at least one entry' : 'a list',
) {
  return z.array(item, { error: expected }).min(atLeast, { error: expected });
}

export function whole(from: number, to: number, unit = '') {
  const error = `a whole number${unit && ` of ${unit}`} from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
}

export function decimal(from: number, to: number, unit = '') {
  const error = `a number${unit && ` of ${unit}`} from ${from} to ${to}`;
  return z.number({ error }).min(from, { error }).max(to, { error });
}

/** A duration in milliseconds, at most seven days: longer timers are mistakes of unit. */
export function milliseconds(from = 0) {
  return whole(from, 604_800_000, 'milliseconds');
}
