import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Language, Parser, Query } from 'web-tree-sitter';
import { definitionsByShape } from './definitions-by-shape.ts';
import { grammarOf, type Grammar } from './grammars.ts';

/** A name that a file defines, and the line that does it as it stands there. */
export type Definition = { name: string; row: number; line: string };

/** Hostile text can make any parser slow; honest code of the longest file takes a tenth of this. */
const longestMs = 2000;
const longestText = 128 * 1024;
const mostDefinitions = 400;
const longestLine = 100;

const require = createRequire(import.meta.url);
const readers = new Map<string, Promise<Reader>>();
type Reader = { parser: Parser; query: Query };

/** What a source file defines, in the order of its lines; nothing where it is too long to be parsed. */
export async function readDefinitions(path: string, text: string): Promise<Definition[]> {
  if (text.length > longestText) return [];
  const grammar = grammarOf(path);
  const found = grammar === undefined ? byShape(path, text) : definitionsIn(text, await readerOf(grammar));
  return found.slice(0, mostDefinitions).map((each) => ({ ...each, line: shorten(each.line) }));
}

function byShape(path: string, text: string): Definition[] {
  return isProse(path) ? [] : definitionsByShape(text.split('\n'));
}

function isProse(path: string): boolean {
  return /(?:^|\/)[^.]+$|\.(?:md|txt|rst|adoc|json|ya?ml|toml|html?|css|svg|xml|csv|lock)$/i.test(path);
}

function readerOf(grammar: Grammar): Promise<Reader> {
  const reader = readers.get(grammar.wasm) ?? openReader(grammar);
  readers.set(grammar.wasm, reader);
  return reader;
}

async function openReader({ wasm, query }: Grammar): Promise<Reader> {
  await Parser.init();
  const folder = dirname(require.resolve('@repomix/tree-sitter-wasms/package.json'));
  const language = await Language.load(join(folder, 'out', `tree-sitter-${wasm}.wasm`));
  const parser = new Parser().setLanguage(language);
  return { parser, query: new Query(language, query) };
}

function definitionsIn(text: string, { parser, query }: Reader): Definition[] {
  const started = performance.now();
  const progressCallback = (): boolean => performance.now() - started > longestMs;
  const tree = parser.parse(text, null, { progressCallback });
  if (tree === null) {
    // The next file must not go on where this one was given up.
    parser.reset();
    return [];
  }
  try {
    const lines = text.split('\n');
    return query
      .captures(tree.rootNode, { progressCallback })
      .map(({ node }) => ({ name: node.text, row: node.startPosition.row }))
      .map(({ name, row }) => ({ name, row, line: lines[row] ?? '' }))
      .sort((a, b) => a.row - b.row);
  } finally {
    tree.delete();
  }
}

/** Without what only opens a body. */
function shorten(line: string): string {
  const plain = line.trimEnd().replace(/[{:]$/, '').trimEnd().replaceAll('\t', '  ');
  return plain.length > longestLine ? `${plain.slice(0, longestLine - 1)}…` : plain;
}
