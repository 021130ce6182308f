import { describe, expect, it } from '@jest/globals';
import { createCoder } from '../../src/agent/coder.ts';
import { recordCoding } from '../../src/agent/record-coding.ts';
import { replayCoding } from '../../src/agent/replay-coding.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Recorded } from '../../src/domain/recording.ts';
import { calls, greetFiles, greetTask, plainWorkspace, withTools } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");
const bye = block('src/greet.js', "  return 'Hello ' + name;", "  return 'Bye ' + name;");

/** What one run with these answers leaves, and what was recorded of it. */
async function record(answers: ScriptedAnswer[], facts = {}, feedback: (string | null)[] = [null]) {
  const recorded: Recorded[] = [];
  const workspace = await plainWorkspace(directory(), greetFiles);
  const write = (entry: Recorded) => Promise.resolve(void recorded.push(structuredClone(entry)));
  const options = { model: scriptedModel(answers, facts), contextLength: 16_384 };
  const session = recordCoding(createCoder, options, write).begin({
    task: greetTask,
    workspace,
    model: 'ollama/coder:7b',
    protocol: 'auto',
    maxSteps: null,
    onStep: () => undefined,
    onText: () => undefined,
  });
  for (const each of feedback) await session.work(each, signal).catch(() => undefined);
  return { recorded, workspace };
}

async function again(recorded: Recorded[]) {
  const workspace = await plainWorkspace(directory(), greetFiles);
  const replayed = await replayCoding({ recorded, workspace, network: false }, signal);
  return { ...replayed, files: (await workspace.capture(signal)).files.map(({ path }) => path), workspace };
}

describe('a recorded run', () => {
  it.each<[string, ScriptedAnswer[], object, (string | null)[]]>([
    ['by blocks, with feedback', [hello, bye], {}, [null, 'Say bye.']],
    [
      'by tools',
      [
        calls(['read', { path: 'src/greet.js' }]),
        calls(['edit', { path: 'src/greet.js', old: 'missing', new: 'x' }]),
        calls(['edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" }]),
        calls(['done', { summary: 'Done.' }]),
      ],
      withTools,
      [null],
    ],
    [
      'that a model failed in between',
      [hello, new Failure('MODEL_UNREACHABLE', 'gone'), bye],
      {},
      [null, 'a', 'b'],
    ],
  ])('%s comes to the same again, without the model', async (_name, answers, facts, feedback) => {
    const { recorded } = await record(answers, facts, feedback);
    const replayed = await again(recorded);
    const isReply = (answer: ScriptedAnswer) => !(answer instanceof Failure);
    expect(replayed).toMatchObject({ replies: answers.filter(isReply).length, departed: null });
    expect(replayed.files).toEqual(['src/greet.js']);
  });

  it('names the task, the commit and the model, and every answer under a hash of its prompt', async () => {
    const { recorded } = await record([hello]);
    expect(recorded.map(({ type }) => type)).toEqual([
      'coding:begun',
      'coding:asked',
      'coding:facts',
      'coding:reply',
    ]);
    expect(recorded[0]).toMatchObject({ task: greetTask, model: 'ollama/coder:7b', contextLength: 16_384 });
    expect(recorded[3]).toMatchObject({ prompt: expect.stringMatching(/^[\da-f]{16}$/) as unknown });
  });
});

describe('a departure from what was recorded', () => {
  it('is named: another prompt, an answer too few, an answer too many', async () => {
    const { recorded } = await record([hello, bye], {}, [null, 'Say bye.']);
    const other = recorded.map((entry) =>
      entry.type === 'coding:asked' ? { ...entry, feedback: 'Other.' } : entry,
    );
    expect((await again(other)).departed).toBe('the prompt for answer 1 differs from the recorded one');
    expect((await again(recorded.slice(0, -1))).departed).toBe(
      'the model is asked for answer 2, which was not recorded',
    );
    expect((await again(recorded.slice(0, 2))).departed).toBe(
      'the model is asked what it can do, which was not recorded',
    );
    const last = recorded.slice(-1);
    expect((await again([...recorded, ...last])).departed).toBe('1 recorded answer was not asked for');
  });
});
