import { describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCliCoder, type CliCoderOptions } from '../../../src/agent/cli/cli-coder.ts';
import type { CliContext } from '../../../src/agent/cli/cli-template.ts';
import { ownTemplate } from '../../../src/agent/cli/own-template.ts';
import { cliTemplates } from '../../../src/agent/cli/templates.ts';
import type { CommandOrder, CommandResult } from '../../../src/ports.ts';
import { greetFiles, greetTask, plainWorkspace } from '../../support/coding-bench.ts';
import { temporaryDirectories } from '../../support/directory.ts';

const directory = temporaryDirectories();
const signal = new AbortController().signal;
const place = { home: '/home/tool', server: 'http://127.0.0.1:11434', walled: true };
const ended = (more: Partial<CommandResult> = {}, stdout = ''): CommandResult => ({
  exitCode: 0,
  output: stdout,
  timedOut: false,
  elapsedMs: 1,
  tool: { stdout, stalled: false },
  ...more,
});
const claude = (result: object) => JSON.stringify({ type: 'result', num_turns: 2, ...result });

type Act = (root: string, order: CommandOrder) => Promise<CommandResult> | CommandResult;

async function codeWith(
  kind: string,
  act: Act,
  {
    window = 131_072,
    ownLogin = false,
    task = greetTask,
    ...more
  }: Partial<CliCoderOptions & { task: typeof greetTask }> = {},
) {
  const workspace = await plainWorkspace(directory(), greetFiles);
  const orders: CommandOrder[] = [];
  const run = async (order: CommandOrder) => {
    orders.push(order);
    return act(workspace.directory, order);
  };
  const template = cliTemplates[kind];
  if (template === undefined) throw new Error(kind);
  const session = createCliCoder({ template, server: 'http://gpu:11434', window, ownLogin, ...more }).begin({
    ...{ task, workspace: { ...workspace, run }, model: 'ollama/coder:7b', protocol: 'auto' },
    ...{ maxSteps: null, onStep: () => undefined, onText: () => undefined },
  });
  return { outcome: await session.work('Mind the tests.', signal), orders, workspace };
}

describe('every template', () => {
  const context: CliContext = {
    ...{ prompt: 'THE PROMPT', promptFile: '/home/tool/prompt.md', cwd: '/work', model: 'coder:7b' },
    ...{ baseUrl: place.server, home: place.home, window: 32_768, walled: true, ownLogin: false },
  };

  it.each(Object.entries(cliTemplates))(
    '%s gets the task in exactly one way, and no shell line',
    (_kind, each) => {
      const args = each.args(context);
      expect(args.includes('THE PROMPT')).toBe(each.promptVia === 'arg');
      expect(args.includes(context.promptFile)).toBe(each.promptVia === 'file');
      expect(args.every((argument) => typeof argument === 'string')).toBe(true);
    },
  );

  it.each(Object.entries(cliTemplates).filter(([, { endpoint }]) => endpoint !== 'account'))(
    '%s names our server and model, and neither with an own login',
    (_kind, each) => {
      const said = (own: CliContext) =>
        JSON.stringify([
          each.args(own),
          each.env(own),
          own.ownLogin ? [] : [each.files?.(own), each.prepare?.(own)],
        ]);
      expect(said(context)).toContain('127.0.0.1:11434');
      expect(said(context)).toContain('coder:7b');
      expect(said({ ...context, ownLogin: true })).not.toContain('127.0.0.1:11434');
    },
  );

  it('keeps what was measured: no moving head of a prompt, no home below /tmp, no second model for titles', () => {
    expect(cliTemplates['claude']?.env(context)).toMatchObject({
      CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
      IS_SANDBOX: '1',
    });
    expect(cliTemplates['codex']?.env(context)['CODEX_HOME']).toBe('/home/tool/codex');
    expect(cliTemplates['codex']?.args(context).join(' ')).toContain('wire_api="responses"');
    expect(cliTemplates['opencode']?.env(context)['OPENCODE_CONFIG_CONTENT']).toContain(
      '"small_model":"local/coder:7b"',
    );
  });
});

describe('a command of the user’s own', () => {
  it('gets what stands in braces, argument by argument', () => {
    const template = ownTemplate({
      command: ['my-agent', '--in', '{cwd}', '--say={prompt}', '{other}'],
      env: { URL: '{baseUrl}/v1' },
      promptVia: 'arg',
      minContext: 0,
    });
    const context = {
      prompt: '$(rm -rf /) {model}',
      cwd: '/w',
      baseUrl: 'http://x',
      model: 'm',
    } as CliContext;
    expect(template.args(context)).toEqual(['--in', '/w', '--say=$(rm -rf /) {model}', '{other}']);
    expect(template.env(context)).toEqual({ URL: 'http://x/v1' });
  });
});

describe('a run', () => {
  it('hands over task and feedback on standard input, and closes it where there is none to hand', async () => {
    const { orders } = await codeWith('claude', () => ended({}, claude({ result: 'ok' })));
    const [order] = orders;
    expect(order).toMatchObject({ argv: ['claude'], tool: { server: 'http://gpu:11434', ownLogin: false } });
    expect(order?.tool?.hides).toEqual(
      expect.arrayContaining(['.claude', '.codex', '.gemini', 'opencode.json']),
    );
    const arranged = order?.tool?.arrange(place);
    expect(arranged?.input).toContain('Change the greeting');
    expect(arranged?.input).toContain('Mind the tests.');
    expect(arranged?.input).toContain('Do not commit');
    const pi = await codeWith('pi', () => ended());
    expect(pi.orders[0]?.tool?.arrange(place)).not.toHaveProperty('input');
  });

  it('hands over as an argument no more than one can hold, and never loses its manners', async () => {
    const task = { ...greetTask, brief: '字'.repeat(70_000), notes: '注'.repeat(30_000) };
    const { orders } = await codeWith('pi', () => ended(), { task });
    const prompt = orders[0]?.tool?.arrange(place).args.at(-1) ?? '';
    expect(Buffer.byteLength(prompt)).toBeLessThan(128 * 1024);
    expect(prompt).toMatch(/characters more\][^]*Mind the tests\.[^]*NO CHANGE NEEDED:/);
  });

  it('prepares where that is needed, and ends there when it fails', async () => {
    const { orders, outcome } = await codeWith('cline', () => ended({ exitCode: 3, output: 'no provider' }));
    expect(orders).toHaveLength(1);
    expect(orders[0]?.tool?.arrange(place).args[0]).toBe('auth');
    expect(outcome).toMatchObject({ end: 'gave-up', code: 'AGENT_FAILED' });
  });

  it.each<[string, string, CommandResult, object]>([
    [
      'claude',
      'success',
      ended({}, claude({ result: 'Fine.', usage: { input_tokens: 7, output_tokens: 2 } })),
      { end: 'finished', summary: 'Fine.', usage: { input: 7, output: 2 }, requests: 2 },
    ],
    [
      'claude',
      'an error that calls itself a success',
      ended({ exitCode: 1 }, claude({ is_error: true, subtype: 'success', result: 'boom' })),
      { code: 'AGENT_FAILED', reason: '`claude` failed: boom' },
    ],
    [
      'claude',
      'a denied permission',
      ended({}, claude({ result: 'ok', permission_denials: [{}] })),
      { code: 'AGENT_FAILED' },
    ],
    [
      'qwen',
      'an API error with exit code 0',
      ended({}, claude({ is_error: false, result: '[API Error: 401 no]' })),
      { code: 'AGENT_FAILED', reason: '`qwen` failed: [API Error: 401 no]' },
    ],
    [
      'pi',
      'an error with exit code 0',
      ended(
        {},
        JSON.stringify({
          type: 'agent_end',
          messages: [{ role: 'assistant', stopReason: 'error', errorMessage: 'refused' }],
        }),
      ),
      { code: 'AGENT_FAILED', reason: '`pi` failed: refused' },
    ],
    [
      'codex',
      'a failed turn',
      ended({ exitCode: 1 }, JSON.stringify({ type: 'turn.failed', error: { message: 'no key' } })),
      { code: 'AGENT_FAILED', reason: '`codex` failed: no key' },
    ],
    ['cline', 'a run that was cut short', ended({}, '{"type":"run_aborted"}'), { code: 'AGENT_FAILED' }],
    [
      'copilot',
      'a session error',
      ended({ exitCode: 1 }, '{"type":"session.error","message":"gone"}'),
      { code: 'AGENT_FAILED' },
    ],
    [
      'continue',
      'an answer',
      ended({}, '{"status":"success","response":"ok"}'),
      { end: 'finished', summary: 'ok' },
    ],
    [
      'opencode',
      'a tool error is none of the run',
      ended({}, '{"type":"step_finish","part":{"reason":"stop","tokens":{"input":3,"output":1}}}'),
      { end: 'finished', usage: { input: 3, output: 1 } },
    ],
    ['aider', 'text and exit code 0', ended({}, 'Applied.'), { end: 'finished', summary: 'Applied.' }],
    [
      'aider',
      'a program that is not there',
      ended({ exitCode: 127, output: 'not found' }),
      { code: 'AGENT_UNAVAILABLE' },
    ],
    [
      'aider',
      'silence',
      ended({ timedOut: true, exitCode: null, tool: { stdout: '', stalled: true } }),
      { code: 'MODEL_LIMIT' },
    ],
  ])('%s: %s', async (kind, _what, result, expected) => {
    expect(
      (
        await codeWith(kind, (_root, order) =>
          order.tool?.arrange(place).args[0] === 'auth' ? ended() : result,
        )
      ).outcome,
    ).toMatchObject(expected);
  });

  const question = 'I looked.\n\nQUESTION: Hello or Hi?';
  const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n');
  it.each<[string, string]>([
    ['claude', claude({ result: question })],
    ['qwen', claude({ result: question })],
    ['aider', `# Task\n\nQUESTION: an old one\n\n${'x '.repeat(2000)}\n\n${question}`],
    [
      'codex',
      lines(
        {
          type: 'item.completed',
          item: { type: 'agent_message', text: `QUESTION: an old one ${'x'.repeat(3000)}` },
        },
        { type: 'item.completed', item: { type: 'agent_message', text: question } },
        { type: 'turn.completed', usage: { input_tokens: 1, output_tokens: 1 } },
      ),
    ],
    [
      'opencode',
      lines(
        { type: 'text', part: { text: 'x'.repeat(3000) } },
        { type: 'text', part: { text: question } },
        { type: 'step_finish', part: {} },
      ),
    ],
    [
      'pi',
      lines({
        type: 'agent_end',
        messages: [{ role: 'assistant', content: [{ type: 'text', text: question }], stopReason: 'stop' }],
      }),
    ],
    [
      'copilot',
      lines(
        { type: 'assistant.message', data: { content: question } },
        { type: 'assistant.message', data: { content: '' } },
        { type: 'result', exitCode: 0 },
      ),
    ],
    [
      'gemini',
      lines(
        { type: 'message', role: 'user', content: 'QUESTION: an old one' },
        {
          type: 'message',
          role: 'assistant',
          content: `QUESTION: an old one ${'x'.repeat(3000)}`,
          delta: true,
        },
        { type: 'tool_use', tool_name: 'read_file' },
        { type: 'tool_result', status: 'success' },
        { type: 'message', role: 'assistant', content: question.slice(0, 15), delta: true },
        { type: 'message', role: 'assistant', content: question.slice(15), delta: true },
        { type: 'result', status: 'success', stats: { input_tokens: 1, output_tokens: 1 } },
      ),
    ],
    ['cline', lines({ type: 'run_result', finishReason: 'completed', text: question })],
    ['continue', lines({ status: 'success', response: question })],
  ])('%s may end with a question to a person', async (kind, stdout) => {
    const { outcome, orders } = await codeWith(kind, (_root, order) => {
      const { args = [], input = '', files = [] } = order.tool?.arrange(place) ?? {};
      const prompt = [...args, input, ...files.map(({ text }) => text)].join('\n');
      // A program that speaks in plain text may show the task first.
      return ended({}, stdout.replace('QUESTION: an old one\n', `QUESTION: an old one\n${prompt}`));
    });
    expect(outcome).toMatchObject({ end: 'question', question: 'Hello or Hi?' });
    expect(JSON.stringify(orders.at(-1)?.tool?.arrange(place))).toContain('QUESTION:');
  });

  it('may end with a reason why nothing needs to change, or why it is too much', async () => {
    const said = async (result: string) =>
      (await codeWith('claude', () => ended({}, claude({ result })))).outcome;
    expect(await said('**NO CHANGE NEEDED:** greet says Hello already.')).toMatchObject({
      ...{ end: 'no-change-needed', reason: 'greet says Hello already.', requests: 2 },
    });
    expect(await said('TOO LARGE: it is three changes')).toMatchObject({
      ...{ end: 'question', question: expect.stringContaining('it is three changes') },
    });
    const failed = claude({ is_error: true, result: 'NO CHANGE NEEDED: boom' });
    expect((await codeWith('claude', () => ended({ exitCode: 1 }, failed))).outcome).toMatchObject({
      ...{ end: 'gave-up', code: 'AGENT_FAILED' },
    });
  });

  const answer = (id: string, input: number) => ({
    ...{ type: 'assistant', message: { id, usage: { input_tokens: input, output_tokens: 2 } } },
  });
  const cutShort: [string, string][] = [
    ['claude', lines(answer('a', 5), answer('a', 5), answer('b', 7))],
    [
      'pi',
      lines(
        ...[5, 7].map((input) => ({
          type: 'message_end',
          message: { role: 'assistant', usage: { input, output: 2 } },
        })),
      ),
    ],
    [
      'opencode',
      lines(...[5, 7].map((input) => ({ type: 'step_finish', part: { tokens: { input, output: 2 } } }))),
    ],
  ];
  it.each(cutShort)('%s counts what it used until it was cut short', async (kind, stdout) => {
    const late = ended({ exitCode: null, timedOut: true }, stdout);
    const told: object[] = [];
    const { outcome } = await codeWith(
      kind,
      (_root, order) => {
        order.tool?.onAborted?.(stdout);
        return late;
      },
      { onCutShort: (used) => told.push(used) },
    );
    const used = { usage: { input: 12, output: 4 }, requests: 2 };
    expect(outcome).toMatchObject({ end: 'gave-up', code: 'MODEL_LIMIT', ...used });
    expect(told).toMatchObject([used]);
  });

  it('that ends badly after it changed something is left to the checks', async () => {
    const { outcome } = await codeWith('codex', async (root) => {
      await writeFile(join(root, 'src/greet.js'), 'changed');
      return ended({ exitCode: 2, output: 'broken pipe' });
    });
    expect(outcome).toMatchObject({ end: 'finished', summary: '`codex` exited 2: broken pipe' });
  });

  it('leaves no litter, and what was there before as it was', async () => {
    const { workspace } = await codeWith('aider', async (root) => {
      await writeFile(join(root, '.aider.chat.history.md'), 'x');
      await writeFile(join(root, '.aiderish'), 'x');
      return ended({}, 'ok');
    });
    await expect(readFile(join(workspace.directory, '.aider.chat.history.md'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(workspace.directory, 'README.md'), 'utf8')).toBe(greetFiles['README.md']);
  });

  it('is not begun in a window that its own prompt would fill', async () => {
    const { outcome, orders } = await codeWith('copilot', () => ended(), { window: 8192 });
    expect(outcome).toMatchObject({ end: 'gave-up', code: 'AGENT_UNAVAILABLE' });
    expect(orders).toEqual([]);
  });
});
