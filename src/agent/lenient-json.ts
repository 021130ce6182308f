/** A value and the index after it. */
export type JsonRead = { value: unknown; end: number };

type Cursor = { text: string; at: number; depth: number };

const deepest = 40;

/**
 * Reads one JSON value as models write it: raw line ends and bad escapes in strings, single quotes, trailing commas,
 * unquoted keys, `True` and `None`. What is cut off is no value: half a call must not be carried out. Takes time linear
 * in what it reads.
 */
export function readJson(text: string, from = 0): JsonRead | undefined {
  const cursor = { text, at: from, depth: 0 };
  try {
    const value = readValue(cursor);
    return { value, end: cursor.at };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A whole text as one value, a fence or blanks around it aside. */
export function parseLeniently(text: string): unknown {
  const bare = text.trim();
  const read = readJson(bare);
  return read !== undefined && bare.slice(read.end).trim() === '' ? read.value : undefined;
}

function readValue(cursor: Cursor): unknown {
  skipBlanks(cursor);
  const first = cursor.text.charAt(cursor.at);
  if (first === '{') return nested(cursor, readObject);
  if (first === '[') return nested(cursor, readArray);
  if (first === '"' || first === "'") return readString(cursor);
  return readWord(cursor);
}

function nested<T>(cursor: Cursor, read: (cursor: Cursor) => T): T {
  cursor.depth += 1;
  if (cursor.depth > deepest) throw new SyntaxError('nested too deeply');
  cursor.at += 1;
  const value = read(cursor);
  cursor.depth -= 1;
  return value;
}

function readObject(cursor: Cursor): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (;;) {
    if (closes(cursor, '}')) return Object.fromEntries(entries);
    const quoted = /["']/.test(cursor.text.charAt(cursor.at));
    const key = quoted ? readString(cursor) : take(cursor, /[\w$-]{1,200}/y);
    skipBlanks(cursor);
    if (cursor.text.charAt(cursor.at) !== ':') throw new SyntaxError('expected a colon');
    cursor.at += 1;
    entries.push([key, readValue(cursor)]);
    separate(cursor, '}');
  }
}

function readArray(cursor: Cursor): unknown[] {
  const values: unknown[] = [];
  for (;;) {
    if (closes(cursor, ']')) return values;
    values.push(readValue(cursor));
    separate(cursor, ']');
  }
}

function closes(cursor: Cursor, mark: string): boolean {
  skipBlanks(cursor);
  if (cursor.text.charAt(cursor.at) !== mark) return false;
  cursor.at += 1;
  return true;
}

function separate(cursor: Cursor, end: string): void {
  skipBlanks(cursor);
  const next = cursor.text.charAt(cursor.at);
  if (next === ',') cursor.at += 1;
  else if (next !== end) throw new SyntaxError('expected a comma');
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function readString(cursor: Cursor): string {
  const quote = cursor.text.charAt(cursor.at);
  let value = '';
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text.charAt(cursor.at);
    if (character === quote) {
      cursor.at += 1;
      return value;
    }
    value += character === '\\' ? readEscape(cursor) : character;
  }
  throw new SyntaxError('the string has no end');
}

/** An escape that JSON does not know is what the author meant literally: `\d` stays `\d`. */
function readEscape(cursor: Cursor): string {
  cursor.at += 1;
  const mark = cursor.text.charAt(cursor.at);
  const known = escapes[mark];
  if (known !== undefined) return known;
  if (/["'\\/\n]/.test(mark)) return mark;
  const code = /^u([0-9a-f]{4})/i.exec(cursor.text.slice(cursor.at, cursor.at + 5))?.[1];
  if (code === undefined) return `\\${mark}`;
  cursor.at += 4;
  return String.fromCharCode(Number.parseInt(code, 16));
}

const words = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
  ['none', null],
]);

function readWord(cursor: Cursor): unknown {
  const word = take(cursor, /[\w.+-]{1,200}/y);
  const known = words.get(word.toLowerCase());
  if (known !== undefined || words.has(word.toLowerCase())) return known;
  if (!/^-?\d/.test(word) || Number.isNaN(Number(word))) throw new SyntaxError(`unknown word ${word}`);
  return Number(word);
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found === undefined) throw new SyntaxError('expected a value');
  cursor.at += found.length;
  return found;
}

function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text.charAt(cursor.at))) cursor.at += 1;
}
