import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readInputs } from '../../scripts/action/read-inputs.ts';
import { runAction } from '../../scripts/action/run-action.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { Job } from '../support/composite-action.ts';
import { readAction, runComposite } from '../support/composite-action.ts';
import { openMills } from '../support/daemon.ts';
import { ownName, startFakeForge } from '../support/fake-forge.ts';
import type { FakeForge, FakeIssue } from '../support/fake-forge.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import type { Mill } from '../support/mill.ts';

const actionPath = process.env['ACTION_PATH'] ?? fileURLToPath(new URL('../..', import.meta.url));
const action = readAction(join(actionPath, 'action.yml'));

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

/** As GitHub sends it when somebody labels an issue. */
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string;
  examples: (IssuesEvent & { action: string })[];
}[];
type IssuesEvent = { issue: { number: number; title: string; html_url: string }; sender: { login: string } };

function labelled(): IssuesEvent {
  const events = examples.find(({ name }) => name === 'issues')?.examples ?? [];
  const found = events.find((each) => each.action === 'labeled');
  if (found === undefined) throw new Error('there is no example of a labelled issue');
  return found;
}

describe('the action', () => {
  let fake: FakeForge;
  beforeEach(async () => {
    fake = await startFakeForge();
  });
  afterEach(() => fake.close());

  const mill = openMills();
  const openPlace = () =>
    mill({
      files: { 'src/greet.js': "export const greeting = 'Hi';\n" },
      config: {
        checks: {},
        forge: { kind: 'github', baseUrl: fake.url, repository: ownName, writeInterval: 0 },
      },
      ollama: { models: [{ name: 'coder:7b' }], script: (chat) => answerTo(chat) },
    });

  /** A job that a labelled issue started. */
  function jobOf({ root, env, ollama }: Mill, event: IssuesEvent): Job {
    const temp = join(root, '..', 'temp');
    mkdirSync(temp);
    const payload = join(temp, 'event.json');
    writeFileSync(payload, JSON.stringify(event));
    const github = {
      GITHUB_EVENT_NAME: 'issues',
      GITHUB_EVENT_PATH: payload,
      GITHUB_REPOSITORY: ownName,
      GITHUB_ACTOR: event.sender.login,
      GITHUB_API_URL: fake.url,
    };
    const { number } = event.issue;
    return {
      inputs: { issue: String(number), model: 'coder:7b', 'ollama-host': ollama.url, sandbox: 'off' },
      env: { ...env, ...github },
      token: 'token-of-the-job',
      workspace: root,
      actionPath,
      temp,
      // The dependencies are here already, but where the action is a clone of its own.
      without: process.env['ACTION_PATH'] === undefined ? ['Install'] : [],
    };
  }

  it('makes a pull request of a labelled issue, by its own steps', async () => {
    const m = await openPlace();
    const event = labelled();
    fake.permissions.set(event.sender.login, 'write');
    fake.issues.push({ ...(event.issue as unknown as FakeIssue), body: 'Edited since.' });
    const job = jobOf(m, event);
    const { code, outputs, log, ran } = await runComposite(action, job);
    expect([code, code === 0 ? '' : log]).toEqual([0, '']);
    expect(ran.at(-1)).toBe('Work on the ticket');
    expect(outputs).toEqual({ state: 'review', 'pull-request': `https://github.com/${ownName}/pull/1` });
    const [pull] = fake.pulls;
    expect(pull?.body).toContain(event.issue.html_url);
    expect(await m.repository.remoteGit('show', `${pull?.head.ref ?? ''}:src/greet.js`)).toContain("'Hello'");
    const summaries = readFileSync(
      join(job.temp, `step-${action.runs.steps.length - 1}`, 'STEP_SUMMARY'),
      'utf8',
    );
    expect(summaries).toBe(`ticketmill: review https://github.com/${ownName}/pull/1\n`);
    const [name = ''] = m.listFolder('review');
    const text = readFileSync(join(m.root, 'backlog/review', name), 'utf8');
    expect(text).toContain(event.issue.title);
    expect(text).not.toContain('Edited since.');
    expect(new Set(fake.calls.map(({ token }) => token.split(' ')[1]))).toEqual(new Set([job.token]));
    expect(JSON.stringify(m.ollama.requests) + log).not.toContain(job.token);
  }, 900_000);

  it('leaves an issue alone that a reader wants to be worked on', async () => {
    const m = await openPlace();
    const event = labelled();
    const { env, inputs, token } = jobOf(m, event);
    const given = {
      ...plain,
      ...env,
      INPUT_ISSUE: inputs['issue'],
      GITHUB_TOKEN: token,
      GITHUB_WORKSPACE: m.root,
    };
    await expect(runAction(given, new PassThrough())).rejects.toThrow(
      `${event.sender.login} started the workflow and may not write`,
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
