import { describe, expect, it } from '@jest/globals';
import { calls, codingBench, withTools } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");

describe('a model with tools', () => {
  it('reads, edits and is done', async () => {
    const bench = await codingBench(
      directory(),
      [
        calls(['read', { path: 'src/greet.js' }]),
        calls(['edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" }]),
        calls(['done', { summary: 'Greets with Hello.' }]),
      ],
      { facts: withTools },
    );
    expect(await bench.work()).toEqual({
      end: 'finished',
      summary: 'Greets with Hello.',
      usage: { input: 300, output: 30 },
      requests: 3,
    });
    expect(await bench.read('src/greet.js')).toContain("'Hello ' + name");
    expect(bench.steps).toEqual([
      { step: 1, action: 'read', detail: 'src/greet.js' },
      { step: 2, action: 'edit', detail: 'src/greet.js' },
      { step: 3, action: 'done', detail: 'Greets with Hello.' },
    ]);
  });
});

describe('a model without tools', () => {
  it('is finished when its edits are applied', async () => {
    const bench = await codingBench(directory(), [hello]);
    expect(await bench.work()).toMatchObject({ end: 'finished', requests: 1 });
    expect(await bench.read('src/greet.js')).toContain("'Hello ' + name");
  });
});
