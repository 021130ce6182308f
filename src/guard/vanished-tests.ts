import { addedLines, type DiffLine, type FileDiff, type Hunk } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Weakened } from './deleted-tests.ts';
import { isComment, isDeclaration, isMark, opensOther, opensTest } from './test-lines.ts';

/** Tests whose lines are all there, and which no runner finds any more: renamed, wrapped up, or declared over. */
export function findVanished(file: FileDiff): Weakened[] {
  if (!isTestFile(file.path) || file.oldPath === null) return [];
  return [...file.hunks.flatMap((hunk) => inHunk(file, hunk)), ...declaredTwice(file)];
}

function inHunk(file: FileDiff, { lines }: Hunk): Weakened[] {
  return lines.flatMap((line, at) => {
    const reason =
      line.kind === 'removed' && losesItsOpening(lines, at) && !isShared(file, lines, at)
        ? 'this was a test, and no runner finds it now; declare it as before'
        : line.kind === 'added' && wrapsUp(lines, at)
          ? 'this wraps up tests so that no runner finds them; take it out'
          : null;
    return reason === null ? [] : [{ path: file.path, line: line.newLine || nextNew(lines, at), reason }];
  });
}

/** A declaration that is gone, while what stood below it stays where it was. */
function losesItsOpening(lines: readonly DiffLine[], at: number): boolean {
  const line = lines[at];
  if (line === undefined || !isDeclaration(line.text.trim())) return false;
  const { before, after } = blockAround(lines, at);
  const block = lines.slice(before, after);
  const count = (kind: DiffLine['kind']) =>
    lines.filter((each) => each.kind === kind && isDeclaration(each.text.trim())).length;
  const next = lines[after];
  if (count('added') >= count('removed') || next === undefined || next.text.trim() === '') return false;
  const isLast = !block
    .slice(at - before + 1)
    .some(({ kind, text }) => kind === 'removed' && text.trim() !== '');
  if (!isLast) return false;
  if (isMark(line.text.trim()))
    return depthOf(next) === depthOf(line) && /\b(?:fn|void|async|public)\b/.test(next.text);
  const opening = block.findLast(({ kind, text }) => kind === 'added' && /[{(:]\s*$/.test(text));
  return opening !== undefined && !isDeclaration(opening.text.trim()) && depthOf(next) > depthOf(line);
}

/** What it did is now a function that tests call which the change declares. */
function isShared(file: FileDiff, lines: readonly DiffLine[], at: number): boolean {
  const { before, after } = blockAround(lines, at);
  const opening = lines
    .slice(before, after)
    .find(({ kind, text }) => kind === 'added' && opensOther(text.trim()));
  const name = /(?:function|const|let|def|func)\s+(\w+)/.exec(opening?.text ?? '')?.[1];
  const others = addedLines(file).filter((line) => line !== opening && !isComment(line.text.trim()));
  const isCalled = others.some(({ text }) => name !== undefined && new RegExp(`\\b${name}\\(`).test(text));
  return isCalled && others.some(({ text }) => isDeclaration(text.trim()));
}

/** An opening that is no group of tests, right above a test that stands no deeper, or that was moved into it. */
function wrapsUp(lines: readonly DiffLine[], at: number): boolean {
  const line = lines[at];
  const text = line?.text.trim() ?? '';
  if (line === undefined || opensTest(text) || isMark(text) || isComment(text)) return false;
  const next = lines.slice(at + 1).find((each) => each.kind !== 'removed' && each.text.trim() !== '');
  if (next === undefined || !isDeclaration(next.text.trim()) || isMark(next.text.trim())) return false;
  if (next.kind === 'context') return /(?:[{(`]|"""|''')$/.test(text) && depthOf(next) <= depthOf(line);
  const wasThere = lines.some((each) => each.kind === 'removed' && each.text.trim() === next.text.trim());
  return opensOther(text) && wasThere && depthOf(next) > depthOf(line);
}

/** Of two functions of one name in Python only the later one is there. */
function declaredTwice(file: FileDiff): Weakened[] {
  if (!file.path.endsWith('.py')) return [];
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  const names = lines.filter(({ kind }) => kind === 'context').map(({ text }) => functionIn(text));
  return lines.flatMap(({ kind, text, newLine }) => {
    const name = functionIn(text);
    if (kind !== 'added' || name === null || !names.includes(name)) return [];
    return [
      {
        path: file.path,
        line: newLine,
        reason: 'this takes the place of a test of the same name; name it otherwise',
      },
    ];
  });
}

/** With its depth: methods of two classes may share a name. */
function functionIn(text: string): string | null {
  return /^(?:async )?def test\w*(?=\()/.exec(text)?.[0] ?? null;
}

function blockAround(lines: readonly DiffLine[], at: number): { before: number; after: number } {
  const start = lines.slice(0, at).findLastIndex(({ kind }) => kind === 'context') + 1;
  const end = lines.slice(at).findIndex(({ kind }) => kind === 'context');
  return { before: start, after: end === -1 ? lines.length : at + end };
}

function nextNew(lines: readonly DiffLine[], at: number): number {
  return lines.slice(at).find(({ newLine }) => newLine > 0)?.newLine ?? 0;
}

function depthOf({ text }: DiffLine): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}
