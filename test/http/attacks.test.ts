import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { sendRaw, startTestServer, type TestServer } from '../support/http-server.ts';

const token = 'a-token-of-32-random-characters!';
const everyRoute = [
  '/health',
  '/metrics',
  '/api/tickets',
  '/api/events',
  '/api/openapi.json',
  '/enter?key=x',
];

let server: TestServer;
let decided = 0;
beforeAll(async () => {
  const decide = () => {
    decided += 1;
    return Promise.reject(new Error('must not be reached'));
  };
  server = await startTestServer({ decide, reject: decide, retry: decide, add: decide }, { token });
});
afterAll(() => server.close());

const raw = (lines: string[], body = '') => sendRaw(server.port, `${lines.join('\r\n')}\r\n\r\n${body}`);

describe('another name for this machine (S68)', () => {
  it.each([
    ['evil.example', '/'],
    ['127.0.0.1.evil', '/'],
    ['localhost', 'http://evil.example/'],
  ])('%s %s is answered by no route', async (host, base) => {
    for (const route of everyRoute) {
      const answer = await raw([
        `GET ${base}${route.slice(1)} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: close',
      ]);
      expect(answer).toMatch(/^HTTP\/1.1 421 /);
    }
  });
});

describe('a page of another site (S69, S70, S75)', () => {
  const origins = ['null', 'http://evil.example', 'http://localhost.evil', 'http://127.0.0.1:1', 'file://'];

  it.each(origins)('of origin %s can neither read nor write, even with the token', async (origin) => {
    const headers = { origin, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (const [path, method] of [
      ['/api/tickets', 'GET'],
      ['/api/events', 'GET'],
      ['/api/tickets', 'POST'],
      ['/api/tickets/1/cancel', 'POST'],
    ] as const) {
      const answer = await fetch(server.url + path, { method, headers });
      expect([path, answer.status]).toEqual([path, 403]);
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(decided).toBe(0);
  });

  it('is allowed nothing by a question ahead', async () => {
    const answer = await fetch(`${server.url}/api/tickets/1/merge`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-requested-with,authorization',
      },
    });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('opens no socket', async () => {
    const answer = await raw([
      'GET /api/events HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Origin: http://evil.example',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      'Connection: close',
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
  });

  it('changes nothing by what a browser gets without asking', async () => {
    for (const path of ['retry', 'cancel', 'approve', 'reject', 'merge']) {
      const answer = await fetch(`${server.url}/api/tickets/1/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(405);
    }
    expect(decided).toBe(0);
  });
});

describe('a body that never ends, or is not what it says (S73, S74)', () => {
  const post = ['POST /api/tickets HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  const proof = `Authorization: Bearer ${token}`;

  it('of a stranger is not waited for', async () => {
    const answer = await raw([...post, 'Content-Length: 100000000', 'Connection: close'], '{');
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each([
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], '{}', 400],
    ['a length and pieces', ['Content-Length: 2', 'Transfer-Encoding: chunked'], '0\r\n\r\n', 400],
    ['a length over the limit', ['Content-Length: 200000'], '{}', 413],
    ['packed', ['Content-Length: 2', 'Content-Encoding: gzip'], '{}', 415],
    ['an unknown alphabet', ['Content-Length: 2', 'Content-Type: application/json; charset=x'], '{}', 415],
  ])('with %s is refused', async (_what, headers, body, status) => {
    const lines = headers.some((line) => line.startsWith('Content-Type')) ? post.slice(0, 2) : post;
    expect(await raw([...lines, proof, ...headers, 'Connection: close'], body)).toMatch(
      new RegExp(`^HTTP/1.1 ${status} `),
    );
    expect(server.errors).toEqual([]);
  });

  it('keeps nobody else waiting', async () => {
    const slow = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
        await once(socket, 'connect');
        socket.write(`${[...post, proof, 'Content-Length: 50'].join('\r\n')}\r\n\r\n{`);
        return socket;
      }),
    );
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    for (const socket of slow) socket.destroy();
  });
});

describe('what comes back (S72, S77, S78)', () => {
  it.each([
    '/static/..%2f..%2f.env',
    '/..%5c..%5c.env',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/health/%00',
    '/.env',
    '//evil.example/',
  ])('%s is nothing, and leads nowhere', async (path) => {
    const answer = await raw([`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close']);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    expect(answer.toLowerCase()).not.toContain('\nlocation:');
  });

  it.each(['%0d%0aSet-Cookie:%20a=b', '<script>alert(1)</script>', '\u2028', '%', '..%2f..%2f'])(
    'a ticket called %j gets into no header and no page',
    async (id) => {
      const answer = await fetch(`${server.url}/api/tickets/${encodeURIComponent(id)}`);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([404, null]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it('of an unknown error holds neither path nor stack nor token', async () => {
    const answer = await fetch(`${server.url}/api/tickets/1/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(new RegExp(`${token}|\\.ts|must not be reached|/`));
    server.errors.length = 0;
  });
});
