import { trimEnd } from '../trim-end.ts';

/**
 * A word, or something that is named: text in double quotes, code in backticks or single quotes, a word that can only
 * be a name (`getUser`, `src/a.ts`, `4.17.21`), or any other word, which a pattern may take for a name.
 */
export type Token = { text: string; kind: 'text' | 'code' | 'name' | 'word' };

/** The words of a sentence, without those that say nothing. */
export function readTitle(sentence: string): Token[] {
  const tokens = [...sentence.trim().replace(prefix, '').matchAll(pieces)].flatMap(tokenOf);
  return tokens.filter(({ text, kind }) => kind !== 'word' || !fillers.has(text.toLowerCase()));
}

/** As in `chore(deps): …`. */
const prefix = /^(?:chore|refactor|fix|docs|style|build|feat|deps|test)(?:\([^)\n]{0,40}\))?!?:\s{0,3}/i;

const pieces = /`([^`\n]+)`|"([^"\n]+)"|“([^“”\n]+)”|(?<![\w])'([^'\n]+)'(?![\w])|(→|=>|->)|(\S+)/g;

const fillers = new Set(['the', 'a', 'an', 'please', 'our']);

function tokenOf([, code, straight, curly, single, arrow, other]: RegExpMatchArray): Token[] {
  const text = straight ?? curly;
  if (text !== undefined) return [{ text, kind: 'text' }];
  const named = code ?? single;
  if (named !== undefined) return [{ text: named, kind: 'code' }];
  if (arrow !== undefined) return [{ text: '->', kind: 'word' }];
  const bare = trimEnd((other ?? '').replace(/^[([]+/, ''), '],.;:!?');
  const word = bare.endsWith('()') ? bare : trimEnd(bare, '),.;:!?');
  if (word === '') return [];
  return [{ text: word, kind: isName(word) ? 'name' : 'word' }];
}

function isName(word: string): boolean {
  return /^[@$\w][\w@$./-]*(?:\(\))?$/.test(word) && /[_/@$\d]|\.\w|[a-z][A-Z]|\(\)$/.test(word);
}
