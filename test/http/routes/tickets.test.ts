import { afterEach, describe, expect, it } from '@jest/globals';
import { Failure } from '../../../src/domain/failure.ts';
import type { FailureCode } from '../../../src/domain/failure.ts';
import type { Sources } from '../../../src/http/routes.ts';
import { startTestServer, type TestServer } from '../../support/http-server.ts';

const token = 'a-token-of-32-random-characters!';
const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(sources: Partial<Sources> = {}) {
  const server = await startTestServer(sources, { token });
  open.push(server);
  return {
    ...server,
    post: (path: string, body?: unknown, type = 'application/json') =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

describe('POST /api/tickets', () => {
  it('writes what was drafted and says where it is', async () => {
    const drafts: unknown[] = [];
    const { post } = await start({
      add(draft) {
        drafts.push(draft);
        return Promise.resolve({ id: 'task-1 ü', file: 'a.md' });
      },
    });
    const draft = { title: ' Fix it ', description: 'It\n fails', labels: ['ui'], acceptanceCriteria: ['a'] };
    const answer = await post('/api/tickets', draft);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/tickets/task-1%20%C3%BC']);
    expect(drafts).toEqual([{ ...draft, title: 'Fix it' }]);
  });

  it.each<[string, unknown]>([
    ['without a title', {}],
    ['with an empty title', { title: ' ' }],
    ['with a long title', { title: 'x'.repeat(501) }],
    ['with an unknown key', { title: 'a', run: 'rm -rf /' }],
    ['with a title that is no text', { title: { toString: 'x' } }],
    ['with labels that are no list', { title: 'a', labels: 'ui' }],
    ['that is a list', [{ title: 'a' }]],
    ['that is deep', `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['with a key of every object', '{"title":"a","__proto__":{"x":1}}'],
    ['that is no JSON', '{'],
    ['that is a bare value', '"title"'],
  ])('refuses a draft %s', async (_what, body) => {
    const { post, errors } = await start({ add: () => Promise.reject(new Error('must not be called')) });
    const answer = await post('/api/tickets', body);
    expect([answer.status, errors]).toEqual([400, []]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('refuses what is too large, and what is no JSON by its name', async () => {
    const { post, errors } = await start();
    expect((await post('/api/tickets', { title: 'x'.repeat(200_000) })).status).toBe(413);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await post('/api/tickets', { title: 'a' }, type)).status).toBe(415);
    expect(errors).toEqual([]);
  });
});

describe('a decision', () => {
  it('reaches the command of its name, with what belongs to it', async () => {
    const asked: unknown[] = [];
    const settled = { id: '1', file: 'a.md', state: 'todo', message: '', pullRequest: null } as const;
    const note = (...given: unknown[]) => {
      asked.push(given);
      return Promise.resolve(settled);
    };
    const { post } = await start({
      decide: note,
      reject: (...given) => note('reject', ...given),
      retry: (...given) => note('retry', ...given),
    });
    for (const decision of ['cancel', 'approve', 'merge']) await post(`/api/tickets/a%2Fb/${decision}`);
    await post('/api/tickets/1/reject');
    await post('/api/tickets/1/reject', { reason: ' not so ' });
    await post('/api/tickets/1/retry');
    await post('/api/tickets/1/retry', { force: true });
    expect(asked).toEqual([
      ['cancel', 'a/b'],
      ['approve', 'a/b'],
      ['merge', 'a/b'],
      ['reject', '1', null],
      ['reject', '1', 'not so'],
      ['retry', '1', false],
      ['retry', '1', true],
    ]);
  });

  it.each<[FailureCode, number]>([
    ['TICKET_NOT_FOUND', 404],
    ['NOT_POSSIBLE', 409],
    ['MERGE_REFUSED', 409],
    ['BUDGET_EXCEEDED', 409],
    ['TICKET_INVALID', 422],
    ['BAD_USAGE', 400],
    ['PUSH_REJECTED', 500],
    ['GIT_REMOTE_UNREACHABLE', 503],
  ])('that meets %s answers %i, and says why and what to do', async (code, status) => {
    const failure = new Failure(code, 'the reason');
    const { post, errors } = await start({ decide: () => Promise.reject(failure) });
    const answer = await post('/api/tickets/1/approve', {});
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ status, detail: 'the reason', code, hint: failure.hint });
    expect(errors).toEqual(status >= 500 ? [failure] : []);
  });

  it('that meets a bug of ours tells nothing of it', async () => {
    const failure = new Failure('INTERNAL', 'undefined is no function at /home/me');
    const { post } = await start({ decide: () => Promise.reject(failure) });
    const answer = await post('/api/tickets/1/approve');
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('/home/me')]);
  });
});

describe('GET /api/tickets', () => {
  it.each([
    'state=open',
    'state=todo&state=done',
    'limit=0',
    'limit=1001',
    'limit=x',
    `q=${'x'.repeat(201)}`,
  ])('refuses %s', async (query) => {
    const { url } = await start();
    expect((await fetch(`${url}/api/tickets?${query}`)).status).toBe(400);
  });

  it('takes no notice of what it does not know', async () => {
    const { url, errors } = await start();
    for (const query of ['a[b]=1', '__proto__[x]=1', 'constructor=1&constructor=2', 'after=%00%FF'])
      expect((await fetch(`${url}/api/tickets?${query}`)).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

it('a transcript comes page by page', async () => {
  const events = [1, 2, 3].map((step) => ({ time: '2026-01-02T10:00:00.000Z', type: 'agent:step', step }));
  const { url } = await start({
    transcript: (_run, after, limit) => Promise.resolve(events.slice(after, after + limit)),
  });
  const read = async (query: string): Promise<unknown> =>
    (await fetch(`${url}/api/runs/r/transcript${query}`)).json();
  expect(await read('?limit=2')).toEqual({ runId: 'r', events: events.slice(0, 2), next: 2 });
  expect(await read('?limit=2&after=2')).toEqual({ runId: 'r', events: events.slice(2), next: null });
});

it('costs are asked from a day on', async () => {
  const asked: (Date | null)[] = [];
  const { url } = await start({
    costs(since) {
      asked.push(since);
      throw new Failure('NOT_POSSIBLE', 'enough');
    },
  });
  for (const query of ['', '?since=2026-01-05', '?since=yesterday', '?since=2026-02-31'])
    await fetch(`${url}/api/costs${query}`);
  expect(asked).toEqual([null, new Date('2026-01-05T00:00:00Z')]);
});
