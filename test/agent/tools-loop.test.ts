import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { calls, codingBench, withTools, type BenchOptions } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const edit = calls(['edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" }]);
const done = calls(['done', { summary: 'Done.' }]);
const blocks = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");

function bench(answers: ScriptedAnswer[], options: BenchOptions = {}) {
  return codingBench(directory(), answers, { facts: withTools, ...options });
}

const fixed: BenchOptions = { job: { protocol: 'tools' } };

/** The last message of the nth request, counted from 1. */
function told(made: Awaited<ReturnType<typeof bench>>, request: number): string {
  return made.model.requests[request - 1]?.messages.at(-1)?.content ?? '';
}

describe('what weak models do with tools', () => {
  it.each([
    [
      'bare',
      '{"name": "edit", "arguments": {"path": "src/greet.js", "old": "\'Hi \'", "new": "\'Hello \'"}}',
    ],
    [
      'in tags',
      'I will edit.\n<tool_call>\n{"name": "edit", "parameters": {"file_path": "src/greet.js", "old_string": "\'Hi \'", "new_string": "\'Hello \'"}}\n</tool_call>',
    ],
    [
      'in a fence, with arguments as text',
      '```json\n{"name": "str_replace", "arguments": "{\\"path\\": \\"src/greet.js\\", \\"old_str\\": \\"\'Hi \'\\", \\"new_str\\": \\"\'Hello \'\\"}"}\n```',
    ],
    [
      'as XML',
      "<function=edit>\n<parameter=path>\nsrc/greet.js\n</parameter>\n<parameter=old>\n'Hi '\n</parameter>\n<parameter=new>\n'Hello '\n</parameter>\n</function>",
    ],
  ])('carries out a call that leaked into the text %s', async (_how, text) => {
    const made = await bench([text, done]);
    expect(await made.work()).toMatchObject({ end: 'finished', summary: 'Done.' });
    expect(await made.read('src/greet.js')).toContain('Hello');
    expect(made.model.requests[1]?.messages.at(-2)).toMatchObject({
      content: '',
      toolCalls: [{ name: 'edit' }],
    });
  });

  it('understands other names for tools and arguments, numbers as text, and arguments in arguments', async () => {
    const made = await bench([
      calls(['view_file', { filePath: './src/greet.js', offset: '2', limit: '1' }]),
      calls([
        'functions.str_replace',
        { arguments: '{"file": "greet.js", "old_str": "\'Hi \'", "new_str": "\'Hello \'",}' },
      ]),
      calls(['attempt_completion', { result: 'Changed it.' }]),
    ]);
    expect(await made.work()).toMatchObject({ end: 'finished', summary: 'Changed it.' });
    expect(told(made, 2)).toBe(
      "src/greet.js, lines 2 to 2 of 3:\n   2|   return 'Hi ' + name;\nGo on with start 3.",
    );
    expect(await made.read('src/greet.js')).toContain('Hello');
  });

  it('says which tools there are, which arguments are missing, and which paths are near', async () => {
    const made = await bench([
      calls(['deploy', {}], ['edit', { path: 'src/greet.js' }], ['read', { path: 'src/great.js' }]),
      calls(['read', { path: '/etc/passwd' }], ['write', { path: '.git/hooks/x', content: 'x' }]),
      edit,
      done,
    ]);
    await made.work();
    const results = made.model.requests[1]?.messages.slice(-3).map(({ content }) => content);
    expect(results?.[0]).toBe(
      'There is no tool "deploy". The tools are: read, edit, write, search, list, run, done.',
    );
    expect(results?.[1]).toContain('edit needs "old" and "new"');
    expect(results?.[2]).toBe('There is no file "src/great.js". Did you mean src/greet.js?');
    const refused = made.model.requests[2]?.messages.slice(-2).map(({ content }) => content);
    expect(refused?.[0]).toContain('absolute');
    expect(refused?.[1]).toContain('.git');
  });

  it('asks for a call once when the model only talks', async () => {
    const made = await bench(['I will now change the greeting.', edit, done]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 3 });
    expect(told(made, 2)).toContain('without a tool call');
  });

  it('takes words after work for the end', async () => {
    const made = await bench([edit, 'The greeting now says Hello.']);
    expect(await made.work()).toMatchObject({
      end: 'finished',
      summary: 'The greeting now says Hello.',
      requests: 2,
    });
  });

  it('asks once more when the last edit before the words failed', async () => {
    const wrong = calls(['edit', { path: 'src/greet.js', old: 'Bonjour tout le monde', new: 'x' }]);
    const made = await bench([edit, wrong, 'All done.', 'Really, all done.'], fixed);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 4 });
    expect(told(made, 4)).toContain('An edit failed');
  });

  it('applies edits that came as text', async () => {
    const made = await bench([`Here is the change:\n\n${blocks}`]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 1 });
    expect(await made.read('src/greet.js')).toContain('Hello');
  });

  it('says what became of edits in text that do not fit, and stops after three', async () => {
    const wrong = block('src/greet.js', 'return Bonjour;', 'x');
    const made = await bench([wrong, wrong, wrong], fixed);
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_BAD_EDITS', requests: 3 });
    expect(told(made, 2)).toContain('could not be applied');
  });

  it('does not take code shown after the work for an edit', async () => {
    const shown = 'I changed `src/greet.js`:\n\n```js\nreturn "Hello " + name;\n```\n';
    const made = await bench([edit, shown]);
    expect(await made.work()).toMatchObject({ end: 'finished' });
    expect(await made.read('src/greet.js')).toContain('export function greet');
  });

  it('refuses a placeholder for code that was left out', async () => {
    const write = calls(['write', { path: 'src/greet.js', content: '// ... rest of the code ...\n' }]);
    const made = await bench([write, edit, done]);
    expect(await made.work()).toMatchObject({ end: 'finished' });
    expect(told(made, 2)).toContain('stands for code that was left out');
  });

  it('shows the changed lines, and what a parser says of them', async () => {
    const bad = calls(['edit', { path: 'src/greet.js', old: "'Hi ' + name;", new: "'Hello ' + ;" }]);
    const made = await bench([bad, done]);
    await made.work();
    expect(told(made, 2)).toContain("   2|   return 'Hello ' + ;");
    expect(told(made, 2)).toContain("SyntaxError: Unexpected token ';'");
  });

  it('runs commands in the workspace and knows that they may change files', async () => {
    const made = await bench([
      calls([
        'bash',
        { cmd: "sed -i.bak 's/Hi/Hello/' src/greet.js && rm src/greet.js.bak; echo changed; exit 3" },
      ]),
      done,
    ]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(told(made, 2)).toBe('changed\nexit code 3');
    expect(made.workspace.commands[0]).toMatchObject({
      argv: ['sh', '-c', expect.any(String)],
      timeoutMs: 60_000,
    });
  });
});

describe('when a stretch ends', () => {
  it('lets done pass at the second time when nothing was changed', async () => {
    const made = await bench([done, done]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(told(made, 2)).toContain('Nothing was changed');
  });

  it('does not let done pass in the turn whose edit failed', async () => {
    const both = calls(
      ['edit', { path: 'src/greet.js', old: 'nonsense', new: 'x' }],
      ['done', { summary: 'Done.' }],
    );
    const made = await bench([both, edit, done]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 3 });
    expect(told(made, 2)).toContain('An edit failed');
  });

  it.each([
    [calls(['done', { summary: '', no_change_reason: 'It says Hello already.' }]), 'no-change-needed'],
    [calls(['done', { summary: 'x', no_change_reason: 'none', question: 'Which greeting?' }]), 'question'],
    ['NO CHANGE NEEDED: it says Hello already.', 'no-change-needed'],
    ['**QUESTION:** Which greeting?', 'question'],
  ])('tells that nothing needs to change, or that a person must decide', async (answer, end) => {
    expect(await (await bench([answer])).work()).toMatchObject({ end, requests: 1 });
  });

  it('gives up when its steps are used up', async () => {
    const list = (path: string) => calls(['list', { path }]);
    const made = await bench([list('.'), list('src')], { job: { maxSteps: 2 } });
    expect(await made.work()).toMatchObject({
      end: 'gave-up',
      code: 'MODEL_LIMIT',
      reason: 'The model used up its 2 steps (`agent.maxSteps`).',
    });
  });

  it('warns at the third equal call and stops at the fifth', async () => {
    const read = calls(['read', { path: 'src/greet.js' }]);
    const made = await bench([read, read, read, read, read]);
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_LIMIT', requests: 5 });
    expect(told(made, 3)).not.toContain('several times');
    expect(told(made, 4)).toContain('several times');
  });

  it('gives up on the second empty answer in a row, after asking without thinking', async () => {
    const made = await bench(['', '']);
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_EMPTY_ANSWER' });
    expect(made.model.requests.map(({ think }) => think)).toEqual([undefined, false]);
    const recovered = await bench(['', edit, '', done]);
    expect(await recovered.work()).toMatchObject({ end: 'finished', requests: 4 });
  });

  it('asks for the whole file at the third failed edit of a file and gives up at the sixth', async () => {
    const wrong = (text: string) => calls(['edit', { path: 'src/greet.js', old: text, new: 'x' }]);
    const made = await bench(['a1', 'b2', 'c3', 'd4', 'e5', 'f6'].map(wrong));
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_BAD_EDITS' });
    expect(told(made, 3)).toContain('copy old exactly');
    expect(told(made, 4)).toContain('with write instead');
  });

  it('goes on from the files as they are when the change is not good enough', async () => {
    const made = await bench([
      edit,
      done,
      calls(['edit', { path: 'src/greet.js', old: "'Hello '", new: "'Hello, '" }]),
      calls(['done', { summary: 'Added the comma.' }]),
    ]);
    await made.work();
    expect(await made.work('The check failed: a comma is missing.')).toEqual({
      end: 'finished',
      summary: 'Added the comma.',
      usage: { input: 200, output: 20 },
      requests: 2,
    });
    expect(told(made, 3)).toContain('# Feedback on the change as it is now');
    expect(told(made, 3)).toContain('a comma is missing');
    expect(await made.read('src/greet.js')).toContain("'Hello, '");
    expect(made.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });
});

describe('changing over to edits in text', () => {
  const unsupported = new Failure('MODEL_TOOLS_UNSUPPORTED', 'does not support tools');
  const badCall = new Failure('MODEL_BAD_TOOL_CALL', 'error parsing tool call');

  it.each<[string, ScriptedAnswer[]]>([
    ['the server says that the model has no tools', [unsupported]],
    ['two calls could not be read by the server', [badCall, badCall]],
    ['the model talks twice instead of calling', ['I shall.', 'I shall indeed.']],
    ['leaked calls cannot be read', ['{"name": "edit", "arguments": {"path": "a', '{"name": "read", "argum']],
    ['calls cannot be carried out', [calls(['x', {}]), calls(['y', {}]), calls(['z', {}])]],
  ])('happens when %s', async (_why, answers) => {
    const made = await bench([...answers, blocks]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: answers.length + 1 });
    expect(made.model.requests.at(-1)?.tools).toBeUndefined();
    expect(await made.read('src/greet.js')).toContain('Hello');
    expect(made.steps.map(({ action }) => action)).toContain('switch');
  });

  it('stays there in later stretches', async () => {
    const made = await bench([unsupported, blocks, 'DONE: nothing more', 'DONE: nothing more']);
    await made.work();
    expect(await made.work('Not yet.')).toMatchObject({ end: 'finished' });
    expect(made.model.requests.slice(1).every(({ tools }) => tools === undefined)).toBe(true);
  });

  it('never happens when the protocol is fixed', async () => {
    await expect((await bench([unsupported], fixed)).work()).rejects.toBe(unsupported);
    const bad = await bench([badCall, badCall, badCall], fixed);
    expect(await bad.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_BAD_EDITS' });
    const prose = await bench(['I did.', 'I did.', 'I did.'], fixed);
    expect(await prose.work()).toMatchObject({ end: 'finished', summary: 'I did.' });
    expect(prose.model.requests.every(({ tools }) => tools !== undefined)).toBe(true);
  });
});

describe('windows and failures', () => {
  it('keeps the task and drops old outputs when the window is full', async () => {
    const long = Array.from({ length: 400 }, (_, index) => `line ${index} of a long file`).join('\n');
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}.txt`, long]));
    const reads = Object.keys(files).map((path) => calls(['read', { path }]));
    const made = await bench([...reads, calls(['write', { path: 'g.txt', content: 'x' }]), done], {
      files,
      contextLength: 8192,
    });
    expect(await made.work()).toMatchObject({ end: 'finished' });
    for (const { messages } of made.model.requests) {
      expect(messages[1]?.content).toContain('# Task task-1');
      expect(JSON.stringify(messages).length).toBeLessThan((8192 - 4096 - 512) * 4.2);
    }
  });

  it('shortens the conversation when the server counts more than was estimated', async () => {
    const overflow = new Failure('MODEL_CONTEXT_OVERFLOW', 'too long');
    const made = await bench([edit, overflow, done]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 3 });
    await expect((await bench([overflow, overflow, overflow])).work()).rejects.toBe(overflow);
  });

  it('asks for a smaller step when an answer was cut off', async () => {
    const made = await bench([{ text: 'Let me think about', finish: 'length' }, edit, done]);
    expect(await made.work()).toMatchObject({ end: 'finished' });
    expect(told(made, 2)).toContain('cut off');
  });

  it('throws on what is no fault of the model', async () => {
    const gone = new Failure('MODEL_UNREACHABLE', 'nobody there');
    await expect((await bench([gone])).work()).rejects.toBe(gone);
  });
});
