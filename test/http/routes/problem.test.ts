import { afterAll, beforeAll, describe, it, expect } from '@jest/globals';
import express from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nameRequests, reportProblems } from '../../../src/http/routes/problem.ts';
import { sendRaw, startTestServer, type TestServer } from '../../support/http-server.ts';

const broken = new Error('cannot read /home/me/.env: hunter2');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ health: () => Promise.reject(broken) });
});
afterAll(() => server.close());

describe('an answer that is none', () => {
  it.each([
    ['/nothing', 404],
    ['/static/..%2f..%2f.env', 404],
    ['/health/%00', 404],
    ['/..%5C..%5C.env', 404],
    ['/health/ready/more', 404],
  ])('%s is a problem document with status %i', async (path, status) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status,
      detail: 'There is nothing here.',
      requestId: expect.stringMatching(/^request-\d+$/),
    });
  });

  it.each(['/health', '/health/live', '/health/ready', '/health/ollama', '/metrics', '/api/stats'])(
    'POST %s names the methods there are',
    async (path) => {
      const response = await fetch(server.url + path, { method: 'POST', body: 'x=1' });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(await response.json()).toMatchObject({ status: 405, detail: 'POST is not possible here.' });
    },
  );

  it('an error of ours is told by its id alone, and reported', async () => {
    const response = await fetch(`${server.url}/health`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/hunter2|home|stack|\.ts/);
    expect(JSON.parse(text)).toMatchObject({ title: 'Internal Server Error', status: 500 });
    expect(server.errors).toContain(broken);
  });

  it('a source that throws at once is no different', async () => {
    const throwing = await startTestServer({
      stats: () => {
        throw broken;
      },
    });
    expect((await fetch(`${throwing.url}/api/stats`)).status).toBe(500);
    await throwing.close();
  });

  it('a path that cannot be decoded is the fault of the client', async () => {
    const answer = await sendRaw(
      server.port,
      'GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
  });

  it('no query makes a server error', async () => {
    for (const query of ['?a[b]=1&a=2', '?__proto__[x]=1', '?constructor=1', `?${'a=1&'.repeat(1000)}`]) {
      expect((await fetch(`${server.url}/health/live${query}`)).status).toBe(200);
    }
  });
});

describe('the last stop of errors', () => {
  it.each([
    ['/client', 413, 0],
    ['/odd', 500, 1],
  ])('%s answers %i', async (path, status, reported) => {
    const errors: unknown[] = [];
    const { url, close } = await serve(errors);
    expect((await fetch(url + path)).status).toBe(status);
    expect(errors).toHaveLength(reported);
    close();
  });

  it('cuts an answer that was already begun', async () => {
    const { url, close } = await serve([]);
    const response = await fetch(`${url}/begun`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    close();
  });

  async function serve(errors: unknown[]) {
    const app = express();
    // Express prints what reaches its own last handler; the answer is what is looked at here.
    app.set('env', 'test');
    app.use(nameRequests(() => 'id'));
    app.get('/client', () => {
      throw Object.assign(new Error('too large'), { status: 413 });
    });
    app.get('/odd', () => {
      throw Object.assign(new Error('odd'), { status: 200 });
    });
    app.get('/begun', (_request, response) => {
      response.write('half');
      throw new Error('in the middle');
    });
    app.use(reportProblems((error) => errors.push(error)));
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
  }
});
