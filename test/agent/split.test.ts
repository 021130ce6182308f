import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { codingBench, greetFiles, greetTask, withTools } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");
const part = (title: string, after: unknown = []) => ({
  title,
  description: 'Do it.',
  criteria: ['It works'],
  after,
});
const twoParts = JSON.stringify({ parts: [part('One'), part('Two', [1])] });
const tooLarge = 'TOO LARGE: it touches everything';

const open = (answers: ScriptedAnswer[], more: Parameters<typeof codingBench>[2] = {}) =>
  codingBench(directory(), answers, { ...more, job: { split: true, ...more.job } });

describe('a task that is too large', () => {
  it.each([
    ['in text', {}],
    ['with tools', withTools],
  ])('is split where the model says so %s, and the model is told that it may', async (_way, facts) => {
    const bench = await open([tooLarge, twoParts], { facts });
    expect(await bench.work()).toEqual({
      end: 'split',
      summary: '',
      reason: 'it touches everything',
      parts: [part('One'), part('Two', [1])],
      usage: { input: 200, output: 20 },
      requests: 2,
    });
    const [first, second] = bench.model.requests;
    expect(first?.messages[0]?.content).toContain('TOO LARGE: ');
    expect(second).toMatchObject({ format: { required: ['parts'] } });
    expect(second?.messages[1]?.content).toMatch(/Say hello[^]*src\/greet\.js[^]*it touches everything/);
  });

  it.each([
    ['its words', { ...greetTask, brief: `${'word '.repeat(6000)}src/greet.js` }, greetFiles],
    [
      'the files that it names',
      { ...greetTask, notes: 'See big.js.' },
      { ...greetFiles, 'big.js': `// ${'x'.repeat(60_000)}\n` },
    ],
  ])('is split before anything is tried where %s do not fit', async (_what, task, files) => {
    const bench = await open([`Here:\n\n${twoParts}`], { files, job: { task } });
    expect(await bench.work()).toMatchObject({ end: 'split', reason: expect.stringMatching(/ at once$/) });
    expect(bench.steps.map(({ action }) => action)).toEqual(['split']);
  });

  it.each([
    ['no parts', JSON.stringify({ parts: [] })],
    ['one part', JSON.stringify({ parts: [part('One'), part(' '), 'Two'] })],
    ['no JSON', 'I would rather not.'],
    ['too long a question', new Failure('MODEL_CONTEXT_OVERFLOW', 'too long')],
  ])('is done as one where the model answers with %s', async (_what, answer) => {
    const again = answer instanceof Failure ? [answer, answer] : [];
    const task = { ...greetTask, notes: 'See big.js.' };
    const files = { ...greetFiles, 'big.js': `// ${'x'.repeat(60_000)}\n` };
    const bench = await open([answer, ...again, 'FILES: src/greet.js', hello], { files, job: { task } });
    expect(await bench.work()).toMatchObject({ end: 'finished' });
    expect(await bench.read('src/greet.js')).toContain('Hello');
  });

  it('reads what is missing in a part as nothing', async () => {
    const bench = await open([
      tooLarge,
      JSON.stringify({ parts: [{ title: 'One' }, part('Two', ['1', 1])] }),
    ]);
    expect(await bench.work()).toMatchObject({
      parts: [
        { title: 'One', description: '', criteria: [], after: [] },
        { title: 'Two', after: [1] },
      ],
    });
  });

  it('asks a person where no parts may be proposed, or none can be', async () => {
    const question = 'This is too large for one change, says the model: it touches everything';
    const off = await open([tooLarge], { job: { split: false } });
    expect(await off.work()).toMatchObject({ end: 'question', question });
    expect(off.model.requests[0]?.messages[0]?.content).not.toContain('TOO LARGE');
    expect(await (await open([tooLarge, 'no'])).work()).toMatchObject({ end: 'question', question });
  });
});
