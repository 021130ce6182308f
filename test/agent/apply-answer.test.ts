import { describe, expect, it } from '@jest/globals';
import { applyAnswer } from '../../src/agent/apply-answer.ts';
import { handsAt } from '../../src/agent/hands.ts';
import { plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;

async function apply(files: Record<string, string>, answer: string, options: { strict?: boolean } = {}) {
  const workspace = await plainWorkspace(directory(), files);
  const hands = handsAt(workspace, { network: false, longestOutput: () => 9000 });
  const again = (text: string) => applyAnswer(hands, text, { truncated: false, ...options }, signal);
  return { result: await again(answer), hands, again };
}

describe('applyAnswer', () => {
  it('says that an answer holds no edit', async () => {
    expect((await apply({ a: 'x\n' }, 'Only words.')).result).toBeUndefined();
  });

  it('remembers what it touched, what is there already included', async () => {
    const { result, hands } = await apply(
      { 'a.txt': 'new\n', 'b.txt': 'old\n' },
      `${block('a.txt', 'old', 'new')}\n${block('b.txt', 'old', 'new')}`,
    );
    expect(result?.applied).toEqual([{ path: 'a.txt', note: 'already there' }, { path: 'b.txt' }]);
    expect([...hands.touched]).toEqual(['a.txt', 'b.txt']);
  });

  it('tells what a parser says of changed files only', async () => {
    const broken = 'const x = ;\n';
    const { result } = await apply(
      { 'a.js': broken, 'b.js': 'let y;\n' },
      block('b.js', 'let y;', 'let y = ;'),
    );
    expect(result?.broken).toEqual([{ path: 'b.js', problem: expect.stringContaining('SyntaxError') }]);
  });

  it('asks for the whole file after three failures in a row, if it is short enough', async () => {
    const bad = block('a.txt', 'nonsense of a kind', 'x');
    const long = block('long.txt', 'nonsense of a kind', 'x');
    const files = { 'a.txt': 'one\n', 'long.txt': 'line\n'.repeat(500) };
    const { again } = await apply(files, bad);
    await again(`${bad}\n${long}`);
    await again(long);
    const third = await again(`${bad}\n${long}`);
    expect(third?.report).toContain('Blocks for a.txt failed several times');
    expect(third?.report).not.toContain('Blocks for long.txt');
  });

  it('takes only plain edits from a model that has tools', async () => {
    const shown = 'I changed `a.txt`:\n\n```\nshown\n```\n';
    expect((await apply({ 'a.txt': 'x\n' }, shown, { strict: true })).result).toBeUndefined();
    expect((await apply({ 'a.txt': 'x\n' }, shown)).result?.applied).toEqual([{ path: 'a.txt' }]);
  });

  it('does not let an excerpt replace a long file that the model has not seen as a whole', async () => {
    const long = Array.from({ length: 200 }, (_, index) => `line ${index}`).join('\n');
    const excerpt = 'a.txt\n```\nline 1\nline two\n```\n';
    const { result, hands, again } = await apply({ 'a.txt': long }, excerpt);
    expect(result?.failed[0]?.reason).toContain('excerpt');
    hands.seen.add('a.txt');
    expect((await again(excerpt))?.failed).toEqual([]);
  });
});
