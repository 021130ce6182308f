import { parse } from 'smol-toml';
import type { DataFormat } from './set-value.ts';

/** TOML, line by line: the value of a key on its own line, whose table and dots say where it belongs. */
export const tomlFormat: DataFormat = {
  read: (text) => parse(text),
  splice(text, key, value) {
    const lines = text.split('\n');
    const wanted = JSON.stringify(key);
    let table: string[] = [];
    const found: number[] = [];
    for (const [index, line] of lines.entries()) {
      const header = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line)?.[1];
      if (header !== undefined) table = keyParts(header);
      const own = keyLine.exec(line)?.[2];
      if (own !== undefined && JSON.stringify([...table, ...keyParts(own)]) === wanted) found.push(index);
    }
    const [at] = found;
    if (found.length !== 1 || at === undefined) return null;
    const line = lines[at] ?? '';
    return lines
      .with(
        at,
        line.replace(keyLine, (_whole, before: string) => `${before}${JSON.stringify(value)}`),
      )
      .join('\n');
  },
};

/** What stands before the value, the key in it, and a value that is no list, table or text of several lines. */
const keyLine =
  /^(\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*)(?:"(?!"")(?:[^"\\]|\\.)*"|'(?!'')[^']*'|[^\s#"'[{]+)/;

function keyParts(written: string): string[] {
  return (written.match(/[\w-]+|"[^"]*"|'[^']*'/g) ?? []).map((part) => part.replace(/^["']|["']$/g, ''));
}
