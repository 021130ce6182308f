import { isScalar, parse, parseDocument } from 'yaml';
import type { DataFormat } from './set-value.ts';

/** YAML of one document; a value keeps its quotes, and its anchor and comment stay beside it. */
export const yamlFormat: DataFormat = {
  read: (text) => parse(text, { maxAliasCount: 100 }) as unknown,
  splice(text, key, value) {
    const document = parseDocument(text);
    const node = document.errors.length > 0 ? undefined : document.getIn(key, true);
    const [start, end] = isScalar(node) ? (node.range ?? []) : [];
    if (start === undefined || end === undefined) return null;
    const quote = /^["']/.exec(text.slice(start, end))?.[0] ?? '';
    return text.slice(0, start) + written(value, quote) + text.slice(end);
  },
};

function written(value: string | number | boolean, quote: string): string {
  if (typeof value !== 'string') return String(value);
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  // A plain text that would be read as a number, a date or an object needs quotes.
  return quote === '' && parse(value) === value ? value : JSON.stringify(value);
}
