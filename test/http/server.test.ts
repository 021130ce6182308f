import { afterEach, describe, it, expect } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { sendRaw, startTestServer, type TestServer } from '../support/http-server.ts';

const open: { close(): Promise<void> }[] = [];
const start = async (...given: Parameters<typeof startTestServer>): Promise<TestServer> => {
  const server = await startTestServer(...given);
  open.push(server);
  return server;
};
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

describe('the address', () => {
  it('is printed with the real port', async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(port).toBeGreaterThan(0);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it('that another program has is a failure that says what to do', async () => {
    const { port } = await start();
    await expect(startTestServer({}, { port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} on 127.0.0.1 is taken by another program`,
      hint: expect.stringContaining('server.port'),
    });
  });

  it('that this machine does not have is an error', async () => {
    await expect(startTestServer({}, { host: '192.0.2.1' })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });

  it('beyond loopback is warned about', async () => {
    expect((await start()).warnings).toEqual([]);
    const { warnings } = await start({}, { host: '0.0.0.0' });
    expect(warnings).toEqual([expect.stringContaining('0.0.0.0')]);
  });

  it('of the sixth version stands in brackets', async () => {
    const { url } = await start({}, { host: '::1' });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/health', '/metrics', '/nothing'])('to %s carries the security headers', async (path) => {
    const { url } = await start();
    const { headers } = await fetch(url + path, { headers: { origin: 'null' } });
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';frame-ancestors 'none';base-uri 'none';form-action 'self'",
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    const names = [...headers.keys()];
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(names).not.toContain('x-powered-by');
    expect(names).not.toContain('strict-transport-security');
  });
});

describe('limits', () => {
  it('refuse headers over 16 kB', async () => {
    const { port } = await start();
    const answer = await sendRaw(
      port,
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
  });

  it('refuse a request that could be read in two ways', async () => {
    const { port } = await start();
    const answer = await sendRaw(
      port,
      'POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('answer a thousand requests of one connection, and no more', async () => {
    const { port } = await start();
    const ask = (more: string) => `GET /health/live HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const answers = await sendRaw(port, ask('').repeat(1000) + ask('Connection: close\r\n'));
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(1000);
    expect(answers.match(/HTTP\/1\.1 503 /g)).toHaveLength(1);
  });

  it('hear everybody while two thousand connections dribble a request (S73)', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true });
    const answer = () => answerTo(get(`${server.url}/health`, { agent }));
    expect((await answer()).status).toBe(200);
    const hoard = openHoard(server.port);
    for (let round = 0; round < 20; round++) {
      await hoard.grow(100);
      for (const socket of hoard.sockets) if (socket.writable) socket.write('G');
      const { status } = await fetch(`${server.url}/health`, { headers: { connection: 'close' } });
      expect([status, (await answer()).status]).toEqual([200, 200]);
    }
    await hoard.areGone(2000 - 255);
    await server.close(0);
    await hoard.areGone(2000);
    agent.destroy();
  }, 30_000);

  it('refuse one more than 256 where all of them wait for an answer', async () => {
    const heard = new EventEmitter();
    const readiness = () => {
      heard.emit('asked');
      return new Promise<never>(() => undefined);
    };
    const server = await start({ readiness });
    const hoard = openHoard(server.port);
    for (let i = 0; i < 256; i++) {
      const asked = once(heard, 'asked');
      await hoard.grow(1);
      hoard.sockets[i]?.write('GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await asked;
    }
    const { status } = await answerTo(get(`${server.url}/health`)).catch(() => ({ status: 'refused' }));
    expect(status).toBe('refused');
    expect(hoard.gone()).toBe(0);
    await server.close(0);
    await hoard.areGone(256);
  });
});

/** Connections of one that wants all there are. */
function openHoard(port: number) {
  const sockets: Socket[] = [];
  let gone = 0;
  const heard = new EventEmitter();
  return {
    sockets,
    gone: () => gone,
    async grow(by: number): Promise<void> {
      const more = Array.from({ length: by }, () => connect(port, '127.0.0.1').resume());
      sockets.push(...more);
      for (const socket of more)
        socket.on('error', () => undefined).on('close', () => heard.emit('gone', (gone += 1)));
      await Promise.all(more.map((socket) => once(socket, 'connect')));
    },
    async areGone(count: number): Promise<void> {
      while (gone < count) await once(heard, 'gone');
    },
  };
}

describe('closing', () => {
  it('lets a running request end, and ends connections that are kept alive', async () => {
    const release = Promise.withResolvers<true>();
    const entered = Promise.withResolvers<true>();
    const server = await startTestServer({
      readiness: async () => {
        entered.resolve(true);
        await release.promise;
        return { ready: true, reasons: [], degraded: [] };
      },
    });
    const agent = new Agent({ keepAlive: true });
    await answerTo(get(`${server.url}/health`, { agent }));
    const slow = answerTo(get(`${server.url}/health/ready`, { agent }));
    await entered.promise;
    const closed = server.close(60_000);
    release.resolve(true);
    expect(await slow).toEqual({ status: 200, body: '{"ready":true,"reasons":[],"degraded":[]}' });
    await closed;
    await server.close();
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    agent.destroy();
  });

  it('does not wait for who has connected and asked nothing', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await server.close(60_000);
    await ended;
  });

  it('cuts a request that never ends', async () => {
    const entered = Promise.withResolvers<true>();
    const server = await startTestServer({
      readiness: () => {
        entered.resolve(true);
        return new Promise(() => undefined);
      },
    });
    const endless = fetch(`${server.url}/health/ready`);
    await entered.promise;
    await Promise.all([server.close(1), expect(endless).rejects.toThrow()]);
  });
});

async function answerTo(
  request: ReturnType<typeof get>,
): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { status: response.statusCode, body: Buffer.concat(pieces).toString() };
}
