import { describe, expect, it } from '@jest/globals';
import { createCoder, type CoderOptions } from '../../src/agent/coder.ts';
import { calls, greetFiles, greetTask, plainWorkspace, withTools } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");

async function workIn(
  mode: 'ask' | 'architect',
  answers: ScriptedAnswer[],
  more: Partial<CoderOptions> & { facts?: object } = {},
) {
  const { facts = {}, ...options } = more;
  const model = scriptedModel(answers, facts);
  const workspace = await plainWorkspace(directory(), greetFiles);
  const session = createCoder({ model, contextLength: 16_384, mode, ...options }).begin({
    task: greetTask,
    workspace,
    model: 'ollama/coder:7b',
    protocol: 'auto',
    maxSteps: null,
    onStep: () => undefined,
    onText: () => undefined,
  });
  const outcome = await session.work(null, signal);
  const changed = (await workspace.capture(signal)).files.map(({ path }) => path);
  const asked = (request: number, message: number) =>
    model.requests[request]?.messages[message]?.content ?? '';
  return { outcome, changed, model, asked, session, commands: workspace.commands };
}

describe('mode ask', () => {
  it('looks where the model wants, answers, and changes nothing', async () => {
    const answer = 'It says `Hi` (src/greet.js:2).\n\n```\nsrc/greet.js\n```';
    const made = await workIn('ask', ['READ: package.json\nSEARCH: greet\nRUN: rm -r src', answer]);
    expect(made.outcome).toMatchObject({ end: 'answered', answer, requests: 2 });
    expect(made.asked(0, 0)).toContain('You answer a question');
    expect(made.asked(1, 1)).toContain('src/greet.js:1: export function greet(name)');
    expect(made.changed).toEqual([]);
    expect(made.commands).toEqual([]);
  });

  it('shows so much and no more', async () => {
    const made = await workIn('ask', [...Array<string>(4).fill('SEARCH: greet'), 'SEARCH: more']);
    expect(made.outcome).toMatchObject({ end: 'answered', answer: 'SEARCH: more' });
    expect(made.asked(4, 1)).toContain('Do not ask for more. Answer the question');
  });

  it('ends where there is no answer', async () => {
    expect((await workIn('ask', [''])).outcome).toMatchObject({ end: 'gave-up', code: 'MODEL_EMPTY_ANSWER' });
  });
});

describe('mode architect', () => {
  it('has one model plan and another edit, who sees the plan; a second stretch plans no more', async () => {
    const planner = { model: 'ollama/wise:70b', contextLength: 8192 };
    const answers = ['Change `greet` to say Hello.', hello, block('src/greet.js', "'Hello '", "'Hey '")];
    const made = await workIn('architect', answers, { planner });
    expect(made.outcome).toMatchObject({ end: 'finished', requests: 2, usage: { input: 200, output: 20 } });
    expect(made.model.requests.map(({ model }) => model)).toEqual(['ollama/wise:70b', 'ollama/coder:7b']);
    expect(made.asked(0, 0)).toContain('You plan a change');
    expect(made.asked(1, 1)).toContain(
      'A plan of ollama/wise:70b for this change:\nChange `greet` to say Hello.',
    );
    await made.session.work('Say Hey.', signal);
    expect(made.model.requests.map(({ model }) => model)[2]).toBe('ollama/coder:7b');
  });

  it('keeps the plan when the editing model cannot call tools', async () => {
    const prose = [{ text: 'I would change it.' }, { text: 'I would change it.' }];
    const made = await workIn('architect', ['The plan.', ...prose, hello], { facts: withTools });
    expect(made.outcome).toMatchObject({ end: 'finished' });
    expect(made.asked(3, 1)).toContain('A plan of ollama/coder:7b for this change:\nThe plan.');
  });

  it.each([
    ['QUESTION: tabs or spaces?', { end: 'question', question: 'tabs or spaces?' }],
    ['NO CHANGE NEEDED: it does that.', { end: 'no-change-needed', reason: 'it does that.' }],
  ])('%s ends before any edit', async (said, ending) => {
    expect((await workIn('architect', [said, calls(['done', {}])])).outcome).toMatchObject(ending);
  });
});
