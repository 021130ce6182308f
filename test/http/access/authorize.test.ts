import { afterEach, describe, expect, it } from '@jest/globals';
import { networkInterfaces } from 'node:os';
import type { Settled } from '../../../src/domain/command.ts';
import { startTestServer, type TestServer } from '../../support/http-server.ts';

const token = 'a-token-of-32-random-characters!';
const settled: Settled = {
  id: 'task-1',
  file: 'task-1.md',
  state: 'failed',
  message: 'cancelled',
  pullRequest: null,
};

const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: Parameters<typeof startTestServer>[1] = {}) {
  const decided: string[] = [];
  const server = await startTestServer(
    {
      decide(decision, id) {
        decided.push(`${decision} ${id}`);
        return Promise.resolve(settled);
      },
    },
    options,
  );
  open.push(server);
  const cancel = (headers: Record<string, string> = {}, body?: string) =>
    fetch(`${server.url}/api/tickets/task-1/cancel`, {
      method: 'POST',
      headers,
      ...(body === undefined ? {} : { body }),
    });
  return { ...server, decided, cancel };
}

/** The cookie of a session that was opened by the link. */
async function enter(server: TestServer): Promise<string> {
  const answer = await fetch(server.invitation(), { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  return answer.headers.get('set-cookie') ?? '';
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

describe('a write', () => {
  it('is done for who has the token', async () => {
    const { cancel, decided } = await start({ token });
    const answer = await cancel(bearer(token));
    expect([answer.status, await answer.json()]).toEqual([200, settled]);
    expect(decided).toEqual(['cancel task-1']);
  });

  it.each([
    ['nothing', {}],
    ['a wrong token', bearer('wrong')],
    ['a beginning of it', bearer(token.slice(0, -1))],
    ['another scheme', { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` }],
    ['a cookie of no session', { cookie: 'ticketmill-1=x' }],
  ])('is refused with %s', async (_what, headers) => {
    const { cancel, decided } = await start({ token });
    const answer = await cancel(headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    const { detail } = (await answer.json()) as { detail: string };
    expect(detail).toContain('TICKETMILL_API_TOKEN');
    expect(detail).not.toContain(token);
    expect(decided).toEqual([]);
  });

  it('takes no token from the query', async () => {
    const { url, decided } = await start({ token });
    const answer = await fetch(`${url}/api/tickets/1/cancel?token=${token}&access_token=${token}`, {
      method: 'POST',
    });
    expect([answer.status, decided]).toEqual([401, []]);
  });

  it('is refused without any token set, and says what to do', async () => {
    const { cancel } = await start();
    for (const headers of [{}, bearer(''), bearer('null'), bearer('undefined')]) {
      const answer = await cancel(headers);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('into .env') });
    }
  });

  it('is no longer tried after ten wrong tokens a minute, right ones included', async () => {
    const { cancel } = await start({ token });
    for (let tries = 0; tries < 10; tries += 1) expect((await cancel(bearer('wrong'))).status).toBe(401);
    expect((await cancel(bearer(token))).status).toBe(429);
  });

  it('is done any number of times a minute that is sensible', async () => {
    const { cancel } = await start({ token, rates: { reads: 1, writes: 2, wrongTokens: 1, deliveries: 9 } });
    const statuses = [];
    for (let tries = 0; tries < 3; tries += 1) statuses.push((await cancel(bearer(token))).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

describe('a session', () => {
  const ofPage = (server: TestServer, cookie: string) => ({
    cookie: cookie.split(';')[0] ?? '',
    origin: server.url,
    'x-requested-with': 'ticketmill',
    'sec-fetch-site': 'same-origin',
  });

  it('is opened by a link that can be used once', async () => {
    const server = await start();
    const link = server.invitation();
    expect(server.invitation()).toBe(link);
    const cookie = await enter(server);
    expect(cookie).toBe(`ticketmill-${server.port}=secret-3; Path=/; HttpOnly; SameSite=Strict`);
    expect(server.invitation()).not.toBe(link);
    const again = await fetch(link, { redirect: 'manual' });
    expect([again.status, again.headers.get('set-cookie')]).toEqual([403, null]);
  });

  it('is not used up by who only looks ahead, and not found by who guesses', async () => {
    const server = await start();
    const link = server.invitation();
    await fetch(link, { method: 'HEAD', redirect: 'manual' });
    for (let tries = 0; tries < 9; tries += 1)
      expect((await fetch(`${server.url}/enter?key=${tries}`)).status).toBe(403);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(429);
  });

  it('writes from the page', async () => {
    const server = await start();
    const headers = ofPage(server, await enter(server));
    expect((await server.cancel(headers)).status).toBe(200);
    expect(server.decided).toEqual(['cancel task-1']);
    const session = await fetch(`${server.url}/api/session`, { headers });
    expect(await session.json()).toEqual({ mayWrite: true, how: null });
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no origin', { origin: undefined }],
    ['origin null', { origin: 'null' }],
    ['a form', { 'x-requested-with': undefined }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('does not write from %s', async (_what, different) => {
    const server = await start();
    const headers = { ...ofPage(server, await enter(server)), ...different };
    const given = Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined);
    expect((await server.cancel(Object.fromEntries(given))).status).toBe(403);
    expect(server.decided).toEqual([]);
  });

  it('of an old browser, which does not say where a request comes from, writes too', async () => {
    const server = await start();
    const headers: Record<string, string> = ofPage(server, await enter(server));
    delete headers['sec-fetch-site'];
    expect((await server.cancel(headers)).status).toBe(200);
  });

  it('is told what it needs', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/api/session`)).json()).toEqual({
      mayWrite: false,
      how: expect.stringContaining('one-time link'),
    });
  });
});

describe('a read', () => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((face) => face?.family === 'IPv4' && !face.internal)?.address;

  it('is answered on this machine', async () => {
    const { url } = await start({ token });
    expect((await fetch(`${url}/api/tickets`)).status).toBe(200);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'that a proxy passes on with %s needs the token',
    async (header) => {
      const { url } = await start({ token });
      const read = (more: object) =>
        fetch(`${url}/api/tickets`, { headers: { [header]: '127.0.0.1', ...more } });
      expect((await read({})).status).toBe(401);
      expect((await read(bearer(token))).status).toBe(200);
    },
  );

  (own === undefined ? it.skip : it)('from elsewhere needs the token (needs a network)', async () => {
    const server = await start({ token, host: '0.0.0.0' });
    const base = `http://${own ?? ''}:${server.port}`;
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect((await fetch(`${base}/api/tickets`)).status).toBe(401);
    expect((await fetch(`${base}/api/events`)).status).toBe(401);
    expect((await fetch(`${base}/api/tickets`, { headers: bearer(token) })).status).toBe(200);
  });

  it('is limited by address', async () => {
    const { url } = await start({ rates: { reads: 2, writes: 1, wrongTokens: 1, deliveries: 9 } });
    const statuses = [];
    for (let tries = 0; tries < 3; tries += 1) statuses.push((await fetch(`${url}/api/tickets`)).status);
    expect(statuses).toEqual([200, 200, 429]);
  });
});

it('a short token is warned about', async () => {
  expect((await start({ token: 'short' })).warnings).toEqual([expect.stringContaining('5 characters')]);
  expect((await start({ token })).warnings).toEqual([]);
});
