import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { codingBench, greetFiles, type BenchOptions } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { ScriptedAnswer } from '../support/scripted-model.ts';
import { block } from './edit-bench.ts';

const directory = temporaryDirectories();
const hello = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + name;");

function bench(answers: ScriptedAnswer[], options: BenchOptions = {}) {
  return codingBench(directory(), answers, options);
}

type Made = Awaited<ReturnType<typeof bench>>;

/** What the model was asked the nth time, counted from 1. */
function asked(made: Made, request: number): string {
  return made.model.requests[request - 1]?.messages[1]?.content ?? '';
}

/** Many files, so that the window cannot hold them all. */
const manyFiles: Record<string, string> = {
  ...greetFiles,
  ...Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [
      `src/part-${index}.js`,
      `export function part${index}() {\n${'  // filler filler filler filler\n'.repeat(40)}}\n`,
    ]),
  ),
};

describe('a small repository', () => {
  it('is shown as a whole, and an answer with edits ends the stretch', async () => {
    const made = await bench([hello]);
    expect(await made.work()).toEqual({
      end: 'finished',
      summary: 'Changed src/greet.js.',
      usage: { input: 100, output: 10 },
      requests: 1,
    });
    expect(asked(made, 1)).toContain(
      "src/greet.js\n```\nexport function greet(name) {\n  return 'Hi ' + name;\n}\n```",
    );
    expect(made.model.requests[0]).not.toHaveProperty('tools');
  });

  it('takes whole files, and the same answer again and again', async () => {
    const whole = 'src/greet.js\n```js\nexport const greet = (name) => `Hello ${name}`;\n```\n';
    const made = await bench([whole, whole]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 1 });
    expect(await made.work('Nothing was changed.')).toMatchObject({ end: 'finished', requests: 1 });
    expect(await made.read('src/greet.js')).toBe('export const greet = (name) => `Hello ${name}`;\n');
  });

  it('reads the summary, and no edits, from thinking', async () => {
    const thinking = `<think>\n${block('src/greet.js', 'return', 'throw')}</think>\nThe greeting changes.\n\n${hello}\nDONE: Says Hello.`;
    expect(await (await bench([thinking])).work()).toMatchObject({ end: 'finished', summary: 'Says Hello.' });
  });
});

describe('a repository that the window cannot hold', () => {
  it('is outlined first; the files that the model names are shown then', async () => {
    const made = await bench(['FILES: src/part-7.js\n- src/part-9.js', hello], { files: manyFiles });
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(asked(made, 1)).toContain('src/part-33.js\n  export function part33()');
    expect(asked(made, 1)).toContain('FILES: path');
    expect(asked(made, 1)).not.toContain('filler');
    const second = asked(made, 2);
    expect(second.indexOf('function part7()')).toBeGreaterThan(0);
    expect(second).toContain('function part9()');
    expect(second).toContain('function greet(name)');
    expect(second).not.toContain('function part33()');
  });

  it('takes edits as the answer to the first question', async () => {
    const made = await bench([hello], { files: manyFiles });
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 1 });
    expect(await made.read('src/greet.js')).toContain('Hello');
  });

  it('goes on with the files that the task names when the question is not answered', async () => {
    const made = await bench(['I do not understand the question.', hello], { files: manyFiles });
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(asked(made, 2)).toContain('function greet(name)');
  });

  it('fits into a window of 8k, and says which lines of a large file it shows', async () => {
    const filler = Array.from({ length: 900 }, (_, index) => `const value${index} = ${index};`);
    filler[600] = "export const greeting = 'Hi'; // the greeting";
    const files = { ...manyFiles, 'src/greet.js': filler.join('\n') };
    const task = {
      id: '1',
      title: 'Greeting',
      brief: 'Let `greeting` in src/greet.js be Hello.',
      criteria: [],
      notes: '',
    };
    const edit = block(
      'src/greet.js',
      "export const greeting = 'Hi'; // the greeting",
      "export const greeting = 'Hello';",
    );
    const made = await bench(['FILES: src/greet.js', 'READ: src/greet.js:100-120', edit], {
      files,
      contextLength: 8192,
      job: { task },
    });
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 3 });
    expect(asked(made, 2)).toContain('Only lines 1-12, 589-613 of 900 are shown.');
    expect(asked(made, 2)).toContain("export const greeting = 'Hi'");
    expect(asked(made, 3)).toContain('Only lines 100-120 of 900 are shown.');
    for (const { messages } of made.model.requests) {
      const bytes = Buffer.byteLength(messages.map(({ content }) => content).join(''));
      expect(bytes).toBeLessThanOrEqual((8192 - 4096 - 512) * 3.2);
    }
  });

  it('does not let an excerpt replace a file of which the model saw only a part', async () => {
    const filler = Array.from({ length: 900 }, (_, index) => `const value${index} = ${index};`).join('\n');
    const excerpt = `src/greet.js\n\`\`\`js\n${filler.slice(0, 1000)}\n\`\`\`\n`;
    const made = await bench([excerpt, excerpt, excerpt, excerpt], {
      files: { ...manyFiles, 'src/greet.js': filler },
      contextLength: 8192,
    });
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_BAD_EDITS' });
    expect(await made.read('src/greet.js')).toBe(filler);
  });
});

describe('repair', () => {
  const wrong = block('src/greet.js', "  return 'Hi' + name;", "  return 'Hello ' + name;");

  it('asks again for what failed only, with the nearest lines', async () => {
    const made = await bench([`${block('README.md', '# Greeter', '# Hello')}\n${wrong}`, hello]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(asked(made, 2)).toContain("> 2|  return 'Hi ' + name;");
    expect(asked(made, 2)).toContain('do not repeat it');
    expect(asked(made, 2)).toContain('src/greet.js\n```');
    expect(asked(made, 2)).not.toContain('README.md\n```');
    expect(await made.read('README.md')).toBe('# Hello\n');
  });

  it('asks for the whole file at the third failure and gives up after it', async () => {
    const made = await bench([wrong, wrong, wrong, wrong]);
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_BAD_EDITS', requests: 4 });
    expect(asked(made, 3)).not.toContain('give the whole file');
    expect(asked(made, 4)).toContain('Blocks for src/greet.js failed several times: give the whole file');
    const saved = await bench([wrong, wrong, wrong, 'src/greet.js\n```\nexport const greet = 1;\n```\n']);
    expect(await saved.work()).toMatchObject({ end: 'finished' });
  });

  it('refuses a placeholder and paths outside', async () => {
    const elided = 'src/greet.js\n```js\n// ... existing code ...\nexport const x = 1;\n```\n';
    const outside = block('../outside.js', '', 'x');
    const made = await bench([elided, outside, hello]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 3 });
    expect(asked(made, 2)).toContain('stands for code that was left out');
    expect(asked(made, 3)).toContain('leads out of its folder');
  });

  it('asks to go on after an answer that was cut off, and keeps what was complete', async () => {
    const cut = `${block('README.md', '# Greeter', '# Hello')}\nsrc/greet.js\n\`\`\`\n<<<<<<< SEARCH\n  return`;
    const made = await bench([{ text: cut, finish: 'length' }, hello]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(asked(made, 2)).toContain('cut off at its length limit');
    expect(await made.read('README.md')).toBe('# Hello\n');
    const always = { text: cut, finish: 'length' as const };
    expect(await (await bench([always, always, always, always])).work()).toMatchObject({ end: 'gave-up' });
  });

  it('tells once what a parser says of the changed file', async () => {
    const broken = block('src/greet.js', "  return 'Hi ' + name;", "  return 'Hello ' + ;");
    const mended = block('src/greet.js', "  return 'Hello ' + ;", "  return 'Hello ' + name;");
    const made = await bench([broken, mended]);
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 2 });
    expect(asked(made, 2)).toContain("SyntaxError: Unexpected token ';'");
    expect(await (await bench([broken, broken])).work()).toMatchObject({ end: 'finished', requests: 2 });
  });
});

describe('other words than edits', () => {
  it('looks things up when asked, three times at most', async () => {
    const made = await bench(
      [
        'FILES: src/greet.js',
        'SEARCH: part7\nRUN: echo ran && exit 4\nREAD: src/nowhere.js',
        'RUN: git push origin main',
        'READ: src/part-3.js',
        'READ: src/part-4.js',
        hello,
      ],
      { files: manyFiles },
    );
    expect(await made.work()).toMatchObject({ end: 'finished', requests: 6 });
    expect(asked(made, 3)).toContain('src/part-7.js:1: export function part7() {');
    expect(asked(made, 3)).toContain('ran\nexit code 4');
    expect(asked(made, 3)).toContain('There is no file "src/nowhere.js"');
    expect(asked(made, 4)).toContain('git is done by the host');
    expect(asked(made, 5)).toContain('function part3()');
    expect(asked(made, 5)).toContain('Do not ask for more');
    expect(asked(made, 6)).toContain('held no edit');
    expect(made.workspace.commands.map(({ argv }) => argv.at(-1))).toContain('echo ran && exit 4');
  });

  it('shows the files as they are when edits come together with a question', async () => {
    const made = await bench([`${hello}\nRUN: cat src/greet.js`, 'DONE: Says Hello.']);
    expect(await made.work()).toMatchObject({ end: 'finished', summary: 'Says Hello.', requests: 2 });
    expect(asked(made, 2)).toContain("  return 'Hello ' + name;");
  });

  it.each([
    ['NO CHANGE NEEDED: it greets so already.', { end: 'no-change-needed', reason: 'it greets so already.' }],
    ['QUESTION: Hello in which language?', { end: 'question', question: 'Hello in which language?' }],
  ])('ends with %s', async (answer, end) => {
    expect(await (await bench([answer])).work()).toMatchObject({ ...end, requests: 1 });
  });

  it('believes a model that says twice that it is done', async () => {
    const made = await bench(['I have changed the greeting.', 'It is done.']);
    expect(await made.work()).toMatchObject({ end: 'finished', summary: 'It is done.' });
    expect(asked(made, 2)).toContain('held no edit');
  });

  it('gives up on the second empty answer in a row', async () => {
    const made = await bench(['', { text: '', thinking: 'hm' }]);
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_EMPTY_ANSWER' });
    expect(made.model.requests[1]?.think).toBe(false);
  });

  it('gives up when its steps are used up', async () => {
    const made = await bench(['RUN: true'], { job: { maxSteps: 1 } });
    expect(await made.work()).toMatchObject({ end: 'gave-up', code: 'MODEL_LIMIT' });
  });
});

describe('feedback', () => {
  it('comes with the task and the files as they are', async () => {
    const made = await bench([hello, block('src/greet.js', "'Hello '", "'Hello, '")]);
    await made.work();
    expect(await made.work('Check "test" exited 1:\n```\nexpected Hello,\n```')).toMatchObject({
      end: 'finished',
      requests: 1,
    });
    expect(asked(made, 2)).toContain('# Task task-1');
    expect(asked(made, 2)).toContain('~~~\nCheck "test" exited 1:');
    expect(asked(made, 2)).toContain("  return 'Hello ' + name;");
    expect(await made.read('src/greet.js')).toContain("'Hello, '");
  });
});

describe('failures', () => {
  it('that are not the model are thrown, and a later stretch may go on', async () => {
    const gone = new Failure('MODEL_UNREACHABLE', 'nobody there');
    const made = await bench([gone, hello]);
    await expect(made.work()).rejects.toBe(gone);
    expect(await made.work()).toMatchObject({ end: 'finished' });
  });
});
