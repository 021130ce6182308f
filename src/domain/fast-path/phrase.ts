import type { Token } from './read-title.ts';

/**
 * A phrase in its short form: `rename {from} to|into {to} [in {in}]`. Words with alternatives, parts that may be absent,
 * and slots: `{name}` takes what can only be a name, `{name:word}` any single word besides, `{name:text}` only what
 * stands in double quotes.
 */
export type Phrase = { written: string; ways: Part[][] };

type Part = { words: readonly string[] } | { slot: string; takes: 'name' | 'word' | 'text' };

/** How well a phrase fits, from 0 to 1, and what its slots hold. */
export type Fit = { args: Record<string, string>; confidence: number };

export function readPhrase(written: string): Phrase {
  return { written, ways: expand(written).map((way) => way.split(/\s+/).filter(Boolean).map(readPart)) };
}

/** Every way to read a phrase with or without its optional parts. */
function expand(written: string): string[] {
  const optional = /\[([^\][]*)\]/.exec(written);
  if (optional === null) return [written];
  const before = written.slice(0, optional.index);
  const after = written.slice(optional.index + optional[0].length);
  return [`${before} ${after}`, `${before} ${optional[1] ?? ''} ${after}`].flatMap(expand);
}

function readPart(part: string): Part {
  const [, slot, takes = 'name'] = /^\{(\w+)(?::(word|text))?\}$/.exec(part) ?? [];
  if (slot === undefined) return { words: part.toLowerCase().split('|') };
  return { slot, takes: takes === 'word' || takes === 'text' ? takes : 'name' };
}

/** A sentence that is this phrase from its first word to its last, slips of the pen aside; null when it is not. */
export function fitPhrase({ ways }: Phrase, tokens: readonly Token[]): Fit | null {
  for (const way of ways) {
    const fit = way.length === tokens.length ? fitWay(way, tokens) : null;
    if (fit !== null) return fit;
  }
  return null;
}

/** What each departure from the plainest way of saying it costs. */
const doubt = 0.05;

function fitWay(way: readonly Part[], tokens: readonly Token[]): Fit | null {
  const args: Record<string, string> = {};
  let doubts = 0;
  for (const [index, part] of way.entries()) {
    const token = tokens[index];
    if (token === undefined) return null;
    if ('words' in part) {
      if (token.kind === 'text' || token.kind === 'code') return null;
      const word = token.text.toLowerCase();
      if (part.words.includes(word)) continue;
      if (!part.words.some((wanted) => isSlip(word, wanted))) return null;
      doubts += 1;
    } else {
      if (!takes(part.takes, token)) return null;
      if (token.kind === 'name' || token.kind === 'word') doubts += 1;
      args[part.slot] = token.text;
    }
  }
  return { args, confidence: Math.max(0, Math.round(100 - doubts * doubt * 100) / 100) };
}

function takes(kind: 'name' | 'word' | 'text', token: Token): boolean {
  if (kind === 'text') return token.kind === 'text';
  return kind === 'word' || token.kind !== 'word';
}

/**
 * Two letters in the wrong order, or one left out or doubled inside a word. Never another letter in place of one, nor
 * another ending: "charge" is no "change", and "renamed" tells of the past.
 */
function isSlip(written: string, wanted: string): boolean {
  if (wanted.length < 5 || written[0] !== wanted[0] || written.at(-1) !== wanted.at(-1)) return false;
  if (written.length === wanted.length - 1) return lacksOne(written, wanted);
  if (written.length === wanted.length + 1) return lacksOne(wanted, written) && /(.)\1/.test(written);
  if (written.length !== wanted.length) return false;
  const at = Array.from(wanted).findIndex((letter, index) => letter !== written[index]);
  return (
    at >= 0 &&
    written === wanted.slice(0, at) + (wanted[at + 1] ?? '') + (wanted[at] ?? '') + wanted.slice(at + 2)
  );
}

function lacksOne(shorter: string, longer: string): boolean {
  const at = Array.from(longer).findIndex((letter, index) => letter !== shorter[index]);
  return longer.slice(0, at) + longer.slice(at + 1) === shorter;
}
