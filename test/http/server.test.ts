import { afterEach, describe, it, expect } from '@jest/globals';
import { once } from 'node:events';
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

  it('answer a hundred requests of one connection, and no more', async () => {
    const { port } = await start();
    const many = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(150);
    const answers = await sendRaw(port, many);
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(100);
    expect(answers.match(/^connection: close\r$/gim)).not.toBeNull();
  });

  it('take 256 connections and still close in time', async () => {
    const server = await startTestServer();
    const sockets: Socket[] = [];
    for (let i = 0; i < 256; i++) {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    const refused = connect(server.port, '127.0.0.1').on('error', () => undefined);
    await once(refused, 'close');
    await server.close(0);
    for (const socket of sockets) if (!socket.destroyed) await once(socket.resume(), 'close');
  });
});

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
