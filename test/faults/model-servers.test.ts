import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { FakeAnswer, FakeOllamaOptions } from '../support/fake-ollama.ts';
import { doneLine, startFakeOllama, tokenLine } from '../support/fake-ollama.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { ModelStory, ModelStoryOptions } from '../support/model-story.ts';
import { openModelStory } from '../support/model-story.ts';
import { unaborted } from '../support/ollama-under-test.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import { openWork, workUntilIdle } from '../support/work.ts';

const edit = 'greet.txt\n```\nHello, people.\n```\n\nDONE: It greets.\n';
const words = { name: 'words', capabilities: ['completion'] };
const calls = { name: 'calls' };
const small = { name: 'small', capabilities: ['completion'] };

const directory = temporaryDirectories();
let repository: TestRepository;
beforeAll(async () => {
  repository = await makeRepository({ remote: 'none' });
});
afterAll(() => repository.remove());

const open: ModelStory[] = [];
afterEach(() => Promise.all(open.splice(0).map(({ models }) => models.close())));

async function openStory(options: ModelStoryOptions): Promise<ModelStory> {
  const root = directory();
  const view = await openTestRepository(repository, { stateDirectory: `${root}/state` });
  const opened = await openModelStory(root, view, options);
  open.push(opened);
  return opened;
}

/** One ticket with two models, of which the first one meets the fault; the second one does its work. */
async function meet(fault: FakeOllamaOptions['script'], first = 'words') {
  await using fake = await startFakeOllama({
    models: [words, calls, small],
    script: (chat) => (chat.model === 'small' ? edit : answerOf(fault, chat)),
  });
  const opened = await openStory({ hosts: [fake.url], models: [`ollama/${first}`, 'ollama/small'] });
  opened.drop('task-1');
  const { ends, faults } = await workUntilIdle(opened);
  expect(faults).toEqual([]);
  return { opened, ends, asked: fake.chats().map(({ model }) => model), url: fake.url };
}

function answerOf(fault: FakeOllamaOptions['script'], chat: WireChat): FakeAnswer | Promise<FakeAnswer> {
  if (typeof fault === 'function') return fault(chat);
  return fault?.[0] ?? '';
}

const bytes = (...pieces: (string | Uint8Array)[]): FakeAnswer => ({ fault: 'bytes', pieces });
const longLine = tokenLine('x'.repeat(1_100_000));
const endless = bytes(...Array.from({ length: 45 }, () => tokenLine('word '.repeat(10_000))));

/** Id in the fault matrix, what happens, what the first model answers, its failure, how often it was asked. */
const rows: [string, string, FakeAnswer, string, number][] = [
  ['F78', 'it never answers', { fault: 'hang' }, 'MODEL_TIMEOUT', 1],
  ['F79', 'it falls silent in the middle', { fault: 'stall', text: 'Well' }, 'MODEL_STALLED', 1],
  ['F80', '500', { status: 500, error: 'boom' }, 'MODEL_STREAM_BROKEN', 3],
  ['F80', '429', { status: 429, error: 'slow down' }, 'MODEL_RATE_LIMITED', 3],
  [
    'F82',
    'too large for the memory',
    { status: 500, error: 'model requires more system memory (5.0 GiB) than is available (3.9 GiB)' },
    'MODEL_OUT_OF_MEMORY',
    1,
  ],
  [
    'F82',
    'the runner ends',
    { status: 500, error: 'llama runner process has terminated: signal: killed' },
    'MODEL_OUT_OF_MEMORY',
    1,
  ],
  ['F83', 'an error line', { fault: 'error-line', text: edit, error: 'oops' }, 'MODEL_STREAM_BROKEN', 3],
  ['F84', 'cut before its end', { fault: 'cut', text: edit, at: 'stream' }, 'MODEL_STREAM_BROKEN', 3],
  ['F84', 'cut in a line', { fault: 'cut', text: edit, at: 'line' }, 'MODEL_STREAM_BROKEN', 3],
  ['F84', 'cut in a character', { fault: 'cut', text: edit, at: 'character' }, 'MODEL_STREAM_BROKEN', 3],
  [
    'F84',
    'a connection that breaks',
    { fault: 'cut', text: edit, at: 'connection' },
    'MODEL_STREAM_BROKEN',
    3,
  ],
  ['F85', 'a page', bytes('<html><body>Sign in</body></html>'), 'MODEL_STREAM_BROKEN', 3],
  ['F85', 'a line that is no JSON', bytes(tokenLine('a'), '{oops}\n', doneLine()), 'MODEL_STREAM_BROKEN', 3],
  ['F85', 'a byte order mark', bytes(`\uFEFF${tokenLine('a')}`, doneLine()), 'MODEL_STREAM_BROKEN', 3],
  ['F86', 'nothing', '', 'MODEL_EMPTY_ANSWER', 2],
  ['F86', 'blanks', ' \n\t ', 'MODEL_EMPTY_ANSWER', 2],
  ['F86', 'nothing but thoughts', '<think>Hm, greeting…</think>', 'MODEL_EMPTY_ANSWER', 2],
  ['F87', 'an endless stream', endless, 'MODEL_STREAM_BROKEN', 3],
  ['F87', 'an endless line', bytes(longLine, doneLine()), 'MODEL_STREAM_BROKEN', 3],
];

describe('a model server', () => {
  it.each(rows)('%s: %s', async (...[, , answer, code, times]) => {
    const { opened, asked, url } = await meet(() => answer);
    expect(opened.made).toMatchObject([
      { kind: 'publish', model: 'ollama/small', tried: [{ model: 'ollama/words', code }] },
    ]);
    expect(opened.statesOf('task-1.md')).toEqual(['review']);
    expect(opened.record()).toMatchObject({
      attempts: 1,
      model: 'ollama/small',
      history: [{ model: 'ollama/words', attempt: 1, code }],
    });
    expect(asked).toEqual([...Array.from({ length: times }, () => 'words'), 'small']);
    expect(opened.models.circuits()).toEqual({ [url]: 'CLOSED' });
  });

  it('F80: 502 and 503 that pass are waited for, and cost neither the model nor an attempt', async () => {
    const refusals: FakeAnswer[] = [
      { status: 503, error: 'server busy, please try again.  maximum pending requests exceeded' },
      { status: 502, error: 'bad gateway' },
    ];
    const { opened, asked, url } = await meet(() => refusals.shift() ?? edit);
    expect(opened.made).toMatchObject([{ kind: 'publish', model: 'ollama/words', tried: [] }]);
    expect(asked).toEqual(['words', 'words', 'words']);
    expect(opened.models.circuits()).toEqual({ [url]: 'CLOSED' });
    const retries = opened.events.filter(({ type }) => type === 'model:retried');
    expect(retries).toMatchObject([{ code: 'MODEL_OVERLOADED' }, { code: 'MODEL_UNREACHABLE', attempt: 2 }]);
  });

  it('F81: a model that is not there is asked for once, and the circuit knows nothing of it', async () => {
    const { opened, asked, url } = await meet([], 'nowhere');
    expect(opened.made).toMatchObject([{ kind: 'publish', tried: [{ code: 'MODEL_NOT_FOUND' }] }]);
    expect(asked).toEqual(['small']);
    expect(opened.types()).not.toContain('model:retried');
    expect(opened.events.filter(({ type }) => type === 'model:replaced')).toHaveLength(1);
    expect(opened.models.circuits()).toEqual({ [url]: 'CLOSED' });
  });

  it('F86: a refusal in words changes nothing, and the next model is asked', async () => {
    const { opened } = await meet(() => 'I am sorry, but I cannot help with that.');
    expect(opened.made).toMatchObject([{ kind: 'publish', model: 'ollama/small' }]);
    expect(opened.made[0]?.tried).toMatchObject([
      { code: expect.stringMatching(/^(NO_CHANGES|MODEL_)/) as unknown },
    ]);
  });

  it('F88: the same call again and again is ended', async () => {
    const same: FakeAnswer = { toolCalls: [{ name: 'read', arguments: { path: 'README.md' } }] };
    const { opened, asked } = await meet(() => same, 'calls');
    expect(opened.made).toMatchObject([
      { kind: 'publish', model: 'ollama/small', tried: [{ code: 'MODEL_LIMIT' }] },
    ]);
    expect(asked.filter((model) => model === 'calls').length).toBeLessThanOrEqual(50);
  });
});

describe('a model that fits into no memory', () => {
  it('F82: is not asked again for a while', async () => {
    await using fake = await startFakeOllama({
      models: [words, small],
      script: ({ model }) =>
        model === 'small' ? edit : { status: 500, error: 'model requires more system memory' },
    });
    const opened = await openStory({ hosts: [fake.url], models: ['ollama/words', 'ollama/small'] });
    opened.drop('task-1');
    opened.drop('task-2');
    await workUntilIdle(opened);
    expect(opened.made.map(({ tried }) => tried?.map(({ code }) => code))).toEqual([
      ['MODEL_OUT_OF_MEMORY'],
      ['MODEL_UNFIT'],
    ]);
    expect(fake.chats().map(({ model }) => model)).toEqual(['words', 'small', 'small']);
  });
});

describe('servers that go away', () => {
  it('F77: cost no attempt, and the ticket is done when they are back', async () => {
    const first = await startFakeOllama({ models: [words, small], script: () => edit });
    const port = Number(new URL(first.url).port);
    await first.close();
    const opened = await openStory({ hosts: [first.url], models: ['ollama/words', 'ollama/small'] });
    opened.drop('task-1');
    const { queue, idle } = openWork(opened, opened.story);
    const waiting = idle();
    queue.wake();
    await waiting;
    expect(opened.statesOf('task-1.md')).toEqual(['todo']);
    expect(opened.record()).toMatchObject({ attempts: 0, step: 'waiting', history: [] });
    expect(opened.models.circuits()).toEqual({ [first.url]: 'OPEN' });
    expect(opened.made).toMatchObject([{ failure: { code: expect.stringMatching(/^MODEL_/) as unknown } }]);

    await using again = await startFakeOllama({ port, models: [words, small], script: () => edit });
    await untilClosed(opened);
    const done = idle();
    await opened.clock.advance(600_000);
    await done;
    await queue.drain();
    expect(opened.statesOf('task-1.md')).toEqual(['review']);
    expect(opened.record()).toMatchObject({ attempts: 1 });
    expect(opened.models.circuits()).toEqual({ [again.url]: 'CLOSED' });
  });

  it('F89: up and down again, cost no attempt either', async () => {
    let asked = 0;
    await using fake = await startFakeOllama({
      models: [words],
      script: () => edit,
      instead: ({ path }) =>
        path === '/api/chat' && (asked += 1) % 5 !== 0 ? { status: 502, error: 'bad gateway' } : undefined,
    });
    const opened = await openStory({ hosts: [fake.url], models: ['ollama/words'] });
    for (const id of ['task-1', 'task-2', 'task-3']) opened.drop(id);
    const { queue, idle } = openWork(opened, opened.story, {
      outage: (signal) => opened.servers.outage(signal),
    });
    const left = () =>
      ['task-1.md', 'task-2.md', 'task-3.md'].filter((file) => opened.statesOf(file)[0] !== 'review');
    while (left().length > 0) {
      await untilClosed(opened);
      const reached = idle();
      await opened.clock.advance(600_000);
      queue.wake();
      await reached;
    }
    await queue.drain();
    expect(opened.made.filter(({ kind }) => kind === 'publish')).toHaveLength(3);
    expect(opened.story.journal.all().map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  it('F90: all of them, with 50 tickets: none fails, and all are done in the end', async () => {
    const first = await startFakeOllama({ models: [words, small] });
    const port = Number(new URL(first.url).port);
    await first.close();
    const opened = await openStory({ hosts: [first.url], models: ['ollama/words', 'ollama/small'] });
    const ids = Array.from({ length: 50 }, (_, index) => `task-${index + 1}`);
    for (const id of ids) opened.drop(id);
    const outage = (signal: AbortSignal) => opened.servers.outage(signal);
    const { queue, ends, idle } = openWork(opened, opened.story, { outage, concurrency: () => 4 });
    for (let looks = 0; looks < 5; looks += 1) {
      const reached = idle();
      queue.wake();
      expect((await reached).outage).toMatchObject({ code: 'MODEL_UNREACHABLE' });
    }
    expect(ends).toEqual([]);
    expect(opened.story.journal.all()).toEqual([]);

    await using again = await startFakeOllama({ port, models: [words, small], script: () => edit });
    await untilClosed(opened);
    const done = idle();
    queue.wake();
    await done;
    await queue.drain();
    expect(ids.filter((id) => opened.statesOf(`${id}.md`)[0] !== 'review')).toEqual([]);
    expect(ends.filter((end) => end.kind !== 'settled')).toEqual([]);
    expect(again.chats()).toHaveLength(50);
  }, 120_000);
});

describe('a server that comes back with other models', () => {
  it('F91: is known by them after the next look, and a ticket goes to one that is there', async () => {
    const first = await startFakeOllama({ models: [words, small], script: () => edit });
    const port = Number(new URL(first.url).port);
    const opened = await openStory({ hosts: [first.url], models: ['ollama/words', 'ollama/small'] });
    await opened.servers.health(unaborted());
    await first.close();
    await using again = await startFakeOllama({ port, models: [small, calls], script: () => edit });
    // The first look may find that the old connection is dead.
    await opened.models.health(unaborted());
    await opened.models.health(unaborted());
    expect(opened.models.known().map(({ id }) => id)).toEqual(['ollama/small:latest', 'ollama/calls:latest']);
    expect(opened.events.filter(({ type }) => type === 'models:changed')).toEqual([
      {
        type: 'models:changed',
        host: first.url,
        added: ['ollama/calls:latest'],
        removed: ['ollama/words:latest'],
        updated: [],
      },
    ]);
    opened.drop('task-1');
    await workUntilIdle(opened);
    expect(opened.made).toMatchObject([
      { kind: 'publish', model: 'ollama/small', tried: [{ code: 'MODEL_NOT_FOUND' }] },
    ]);
    expect(opened.models.circuits()).toEqual({ [again.url]: 'CLOSED' });
  });
});

describe('two servers', () => {
  it('share the work, and one goes on alone when the other dies in the middle', async () => {
    const death = Promise.withResolvers<undefined>();
    await using one = await startFakeOllama({
      models: [words],
      script: async () => {
        await death.promise;
        return edit;
      },
    });
    const other = await startFakeOllama({
      models: [words],
      script: () => {
        death.resolve(undefined);
        void other.close();
        return { fault: 'cut', text: 'gre', at: 'connection' };
      },
    });
    const opened = await openStory({ hosts: [one.url, other.url], models: ['ollama/words'] });
    const ids = Array.from({ length: 10 }, (_, index) => `task-${index + 1}`);
    for (const id of ids) opened.drop(id);
    const { ends } = await workUntilIdle(opened, { concurrency: () => 2 });
    expect(ids.filter((id) => opened.statesOf(`${id}.md`)[0] !== 'review')).toEqual([]);
    expect(ends).toHaveLength(10);
    expect(opened.made.every(({ tried }) => tried?.length === 0)).toBe(true);
    expect([one.chats().length, other.chats().length]).toEqual([10, 1]);
  });
});

/** Looks after the servers until calls are let through again. */
async function untilClosed({ servers }: ModelStory): Promise<void> {
  while ((await servers.outage(unaborted())) !== null) await setImmediate();
}
