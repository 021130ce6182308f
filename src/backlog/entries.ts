/** A top-level key of a front matter and the lines it takes: from `first` up to, not including, `end`. */
export type Entry = { key: string; first: number; end: number };

/**
 * Finds the top-level keys by their look, without YAML, so that it works where YAML fails. Blank lines and comments
 * after a value belong to nobody.
 */
export function listEntries(lines: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  lines.forEach((line, number) => {
    const key = keyOf(line);
    const current = entries.at(-1);
    if (key !== null) entries.push({ key, first: number, end: number + 1 });
    else if (current !== undefined && !/^\s*(#|$)/.test(line)) current.end = number + 1;
  });
  return entries;
}

/** What follows the colon of a key's line, with its line break. */
export function valueOf(line: string): string {
  return line.slice(colonOf(line) + 1);
}

function keyOf(line: string): string | null {
  if (/^[\s#\-\]}]/.test(line)) return null;
  const colon = colonOf(line);
  return colon <= 0 ? null : unquote(line.slice(0, colon).trim());
}

function colonOf(line: string): number {
  return line.search(/:(?=[ \t\r\n]|$)/);
}

/** A scalar without the quotes around it. */
export function unquote(text: string): string {
  const quote = text[0];
  const isQuoted = text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}
