import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { Path } from './tree.ts';

/** Deeper nesting is no config and would exhaust the stack of a recursive parser. */
const deepest = 50;

export type ReadJson =
  | { ok: true; value: unknown; position: (path: Path) => string }
  | { ok: false; position: string; problem: { found: string; expected: string } };

/** Parses JSON with comments and trailing commas. Positions are `line:column`, both from 1. */
export function readJsonc(text: string): ReadJson {
  if (nesting(text) > deepest) {
    return refuse('1:1', 'deeply nested values', `at most ${deepest} levels`);
  }
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) return syntaxFault(text, first);
  if (!root) return refuse('1:1', 'nothing', 'a value');
  return {
    ok: true,
    value: getNodeValue(root) as unknown,
    position: (path) => lineAndColumn(text, nodeAt(root, path).offset),
  };
}

/** The later errors are mostly echoes of the first, so only that one is told. */
function syntaxFault(text: string, { error, offset, length }: ParseError): ReadJson {
  const found = text.slice(offset, offset + Math.min(length, 30));
  return refuse(
    lineAndColumn(text, offset),
    found === '' ? 'the end of the file' : JSON.stringify(found),
    expectations[printParseErrorCode(error)] ?? 'valid JSON',
  );
}

function refuse(position: string, found: string, expected: string): ReadJson {
  return { ok: false, position, problem: { found, expected } };
}

const expectations: Record<string, string> = {
  InvalidSymbol: 'a name or text in double quotes, a number, true, false or null',
  InvalidNumberFormat: 'a number',
  PropertyNameExpected: 'a name in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a closing }',
  CloseBracketExpected: 'a closing ]',
  EndOfFileExpected: 'the end of the file',
  UnexpectedEndOfComment: 'the end of the comment, */',
  UnexpectedEndOfString: 'a text that ends, with a double quote, on its own line',
  InvalidEscapeCharacter: 'a valid escape such as \\n or \\\\',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidCharacter: 'no control characters in a text',
};

/** The node of a path, or the nearest above it that exists. */
function nodeAt(root: Node, path: Path): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, [...path.slice(0, length)]);
    if (node) return node;
  }
  return root;
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

function nesting(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [token] of text.matchAll(/"[^"\\\n]*(?:\\.[^"\\\n]*)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
    most = Math.max(most, depth);
  }
  return most;
}
