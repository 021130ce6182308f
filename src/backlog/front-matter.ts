import { listEntries, unquote, valueOf } from './entries.ts';
import type { Entry } from './entries.ts';
import type { Layout } from './layout.ts';
import { readYaml } from './markdown.ts';
import type { YamlReading } from './markdown.ts';
import { knownKeys, listKeys } from './ticket-keys.ts';

export type FrontMatter =
  | { ok: true; data: Record<string, unknown>; recovered: boolean; warnings: string[] }
  | Extract<YamlReading, { ok: false }>;

/** Reads the front matter; where YAML fails on what a person would plainly write, line by line. */
export function readFrontMatter(layout: Extract<Layout, { kind: 'fenced' }>): FrontMatter {
  const hasPlainFence = /^---\r?\n$/.test(layout.opening);
  const block = hasPlainFence ? layout.block.split(/\r?\n/).map(quotePeople).join('\n') : layout.block;
  const reading = readYaml(block);
  if (reading.ok) return { ...reading, recovered: false, warnings: [] };
  return reading.recoverable ? recover(block, reading) : reading;
}

/**
 * Backlog.md's own kindness before YAML: `assignee: @bob`, `reporter: [@bob]` and `due_date: 2026-01-01` are quoted.
 * Patterns are split so that none is quadratic in blanks.
 */
function quotePeople(line: string): string {
  const due = /^\s*(?:due_date|"due_date"|'due_date')\s*:\s*/.exec(line)?.[0];
  if (due !== undefined && !hasLineBreak(line.slice(due.length))) {
    const { value, comment } = splitComment(line.slice(due.length));
    if (value !== '' && !/^(?:null$|~$|['"])/i.test(value)) return `${due}${doubleQuote(value)}${comment}`;
  }
  const person = /^\s*(?:assignee|reporter):\s*/.exec(line)?.[0];
  if (person === undefined || hasLineBreak(line.slice(person.length))) return line;
  const value = line.slice(person.length).trim();
  const flow = /^\[(.*)\]\s*(#.*)?$/.exec(value);
  if (flow !== null)
    return `${person}[${quoteItems(flow[1] ?? '')}]${flow[2] === undefined ? '' : ` ${flow[2]}`}`;
  return value === '' || /^[['"-]/.test(value) ? line : person + doubleQuote(value);
}

function quoteItems(items: string): string {
  const trimmed = items.split(',').map((item) => item.trim());
  return trimmed
    .filter((item) => item !== '')
    .map((item) => (item.startsWith('@') ? doubleQuote(item) : item))
    .join(', ');
}

function splitComment(text: string): { value: string; comment: string } {
  const hash = text.search(/\s#/);
  const value = hash === -1 ? text : text.slice(0, hash).trimEnd();
  return { value: value.trim(), comment: hash === -1 ? '' : text.slice(value.length) };
}

function doubleQuote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function hasLineBreak(text: string): boolean {
  return /[\r\u2028\u2029]/.test(text);
}

/** Takes each key that means something to us alone: as YAML where it is, else as the text that stands there. */
function recover(block: string, failure: Extract<YamlReading, { ok: false }>): FrontMatter {
  const lines = block.split(/\r?\n/);
  const data: Record<string, unknown> = {};
  for (const entry of listEntries(lines)) {
    if (!knownKeys.has(entry.key)) continue;
    if (Object.hasOwn(data, entry.key)) {
      return {
        ...failure,
        reason: `the front matter has the key "${entry.key}" twice; keep one`,
        recoverable: false,
      };
    }
    const own = lines.slice(entry.first, entry.end);
    const reading = readYaml(own.join('\n'));
    if (!reading.ok && !reading.recoverable) return reading;
    data[entry.key] = reading.ok ? reading.data[entry.key] : readRaw(entry, own);
  }
  if (Object.keys(data).length === 0) return failure;
  const warning = `${failure.reason}; read line by line instead: put quotes around values with ": ", "@" or "#"`;
  return { ok: true, data, recovered: true, warnings: [warning] };
}

function readRaw(entry: Entry, lines: readonly string[]): string | string[] {
  const inline = valueOf(lines[0] ?? '').trim();
  const further = lines.slice(1).map((line) => line.trim());
  if (!listKeys.has(entry.key)) {
    const marker = /^[|>][-+0-9]*$/.test(inline) ? '' : inline;
    return unquote([marker, ...further].join(' ').trim());
  }
  const flow = /^\[(.*)\]?$/.exec([inline, ...further].join(' '))?.[1];
  const items = flow === undefined ? readItems(inline, further) : flow.replace(/\]\s*$/, '').split(',');
  return items.map((item) => unquote(item.trim())).filter((item) => item !== '');
}

function readItems(inline: string, further: readonly string[]): string[] {
  const items = further.map((line) => line.replace(/^-(\s+|$)/, ''));
  return inline === '' ? items : [inline, ...items];
}
