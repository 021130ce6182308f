import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readInputs } from '../../scripts/action/read-inputs.ts';
import { runAction } from '../../scripts/action/run-action.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { openMills } from '../support/daemon.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import type { Mill } from '../support/mill.ts';

type Step = { uses?: string; run?: string; env?: Record<string, string> };
type Action = {
  inputs: Record<string, { description: string; required: boolean; default?: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: Step[] };
};

const plain = {
  INPUT_ISSUE: '12',
  INPUT_TICKET: '',
  INPUT_MODEL: 'coder:7b',
  INPUT_REVIEW_MODEL: '',
  INPUT_BASE_URL: '',
  INPUT_API_KEY: '',
  INPUT_OLLAMA_HOST: 'http://127.0.0.1:11434',
  INPUT_SANDBOX: 'auto',
  INPUT_MINUTES: '60',
};

describe('action.yml', () => {
  const action = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as Action;
  const { steps } = action.runs;

  it('gives every input to the program, and nothing of anybody to a shell', () => {
    const given = Object.values(steps.at(-1)?.env ?? {}).flatMap(
      (value) => /inputs\.([\w-]+)/.exec(value)?.[1] ?? [],
    );
    expect(given.sort()).toEqual(Object.keys(action.inputs).sort());
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    expect(Object.keys(action.outputs).sort()).toEqual(['pull-request', 'state']);
  });

  it('uses other actions by their commit alone', () => {
    for (const { uses } of steps)
      expect(uses ?? '@0123456789012345678901234567890123456789').toMatch(/@[0-9a-f]{40}$/);
  });

  it('has the defaults that the program expects', () => {
    const defaults = Object.entries(action.inputs).map(([name, { default: value = '' }]) => [
      `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]);
    const env = {
      ...(Object.fromEntries(defaults) as Record<string, string>),
      INPUT_MODEL: 'a',
      INPUT_TICKET: './a.md',
    };
    expect(readInputs(env).subject).toEqual({ kind: 'ticket', path: 'a.md' });
  });
});

describe('inputs', () => {
  it('become settings, for an Ollama or another server', () => {
    expect(readInputs(plain)).toMatchObject({
      subject: { kind: 'issue', number: 12 },
      settings: {
        TICKETMILL_OLLAMA__DEFAULT_MODEL: 'ollama/coder:7b',
        TICKETMILL_CODE_REVIEW__MODEL: 'ollama/coder:7b',
      },
    });
    const hosted = {
      ...plain,
      INPUT_BASE_URL: 'https://models.example/v1',
      INPUT_API_KEY: 'k',
      INPUT_REVIEW_MODEL: 'judge',
    };
    expect(readInputs(hosted).settings).toMatchObject({
      TICKETMILL_OLLAMA__DEFAULT_MODEL: 'endpoint/coder:7b',
      TICKETMILL_CODE_REVIEW__MODEL: 'endpoint/judge',
      TICKETMILL_PROVIDERS:
        '{"endpoint":{"baseUrl":"https://models.example/v1","apiKeyEnv":"ENDPOINT_API_KEY"}}',
      ENDPOINT_API_KEY: 'k',
    });
  });

  it.each([
    [{ INPUT_ISSUE: '' }, 'exactly one of the inputs issue and ticket'],
    [{ INPUT_TICKET: 'a.md' }, 'exactly one'],
    [{ INPUT_ISSUE: '1; id' }, 'The input issue is "1; id", expected the number'],
    [{ INPUT_ISSUE: '', INPUT_TICKET: '../a.md' }, 'expected a Markdown file in the checkout'],
    [{ INPUT_ISSUE: '', INPUT_TICKET: '/etc/passwd' }, 'expected a Markdown file in the checkout'],
    [{ INPUT_MODEL: '' }, 'The input model is ""'],
    [{ INPUT_MODEL: 'a b' }, 'The input model'],
    [{ INPUT_BASE_URL: 'https://user:x@models.example' }, 'without a login'],
    [{ INPUT_SANDBOX: 'no' }, 'required, auto or off'],
    [{ INPUT_MINUTES: '-1' }, 'a whole number'],
  ])('are refused: %j', (given, message) => {
    expect(() => readInputs({ ...plain, ...given })).toThrow(message);
  });
});

describe('the action', () => {
  const issue = {
    number: 12,
    title: 'Say hello',
    body: 'Say hello.',
    html_url: 'https://github.example/o/r/issues/12',
  };
  let permission = 'write';
  const server = createServer((request, response) => {
    const isAccess = request.url === '/repos/o/r/collaborators/ada/permission';
    response.end(JSON.stringify(isAccess ? { permission } : { ...issue, body: 'Edited since.' }));
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(
    () =>
      new Promise<void>(
        (resolve) =>
          void server.close(() => {
            resolve();
          }),
      ),
  );

  const mill = openMills();
  const openPlace = () =>
    mill({
      files: { 'src/greet.js': "export const greeting = 'Hi';\n" },
      config: { checks: {} },
      ollama: { models: [{ name: 'coder:7b' }], script: (chat) => answerTo(chat) },
    });

  function environment({ root, env, ollama }: Mill, more: Record<string, string> = {}) {
    const { port } = server.address() as AddressInfo;
    return {
      ...env,
      ...plain,
      INPUT_OLLAMA_HOST: ollama.url,
      GITHUB_WORKSPACE: root,
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_ACTOR: 'ada',
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_OUTPUT: join(root, '..', 'output'),
      GITHUB_STEP_SUMMARY: join(root, '..', 'summary'),
      RUNNER_TEMP: join(root, '..'),
      ...more,
    };
  }

  it('makes a pull request of an issue as it was when it was labelled', async () => {
    const m = await openPlace();
    const event = join(m.root, '..', 'event.json');
    writeFileSync(event, JSON.stringify({ issue }));
    const env = environment(m, { GITHUB_EVENT_NAME: 'issues', GITHUB_EVENT_PATH: event });
    expect(await runAction(env, new PassThrough().resume())).toBe(0);
    expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toBe(
      'state=review\npull-request=local://pull-request/1\n',
    );
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toBe('ticketmill: review local://pull-request/1\n');
    const [name = ''] = m.listFolder('review');
    const text = readFileSync(join(m.root, 'backlog/review', name), 'utf8');
    expect(text).toContain(`references:\n  - '${issue.html_url}'\n`);
    expect(text).toContain('Say hello.');
    expect(text).not.toContain('Edited since.');
  }, 120_000);

  it('leaves an issue alone that a reader wants to be worked on', async () => {
    permission = 'read';
    const m = await openPlace();
    await expect(runAction(environment(m), new PassThrough())).rejects.toThrow(
      'ada started the workflow and may not write',
    );
    expect(m.ollama.requests).toEqual([]);
  }, 60_000);
});

function answerTo({ messages, body }: WireChat): FakeAnswer {
  const format = body['format'] as { properties: { nonce: { enum: string[] } } } | undefined;
  if (format !== undefined)
    return { json: { nonce: format.properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  const isDone = messages.some(({ role }) => role === 'assistant');
  const edit = { path: 'src/greet.js', old: "'Hi'", new: "'Hello'" };
  return isDone
    ? { toolCalls: [{ name: 'done', arguments: { summary: 'It is said.' } }] }
    : { toolCalls: [{ name: 'edit', arguments: edit }] };
}
