import { afterAll, beforeAll, describe, it, expect } from '@jest/globals';
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../../src/http/allow-hosts.ts';
import { sendRaw, startTestServer, type TestServer } from '../support/http-server.ts';

describe('the host a request names', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, { allowedHosts: ['Mill.example'] });
  });
  afterAll(() => server.close());

  const ask = (host: string, target = '/health') =>
    sendRaw(server.port, `GET ${target} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);

  it.each([
    'Host: localhost\r\n',
    'Host: LOCALHOST:3001\r\n',
    'Host: 127.0.0.1:80\r\n',
    'Host: [::1]:3001\r\n',
    'Host: mill.example\r\n',
  ])('may be %j', async (host) => expect(await ask(host)).toMatch(/^HTTP\/1.1 200 /));

  it.each([
    'Host: evil.example\r\n',
    'Host: 127.0.0.1.evil\r\n',
    'Host: localhost.evil:3001\r\n',
    'Host: evil@localhost\r\n',
    'Host: 127.0.0.1:x\r\n',
    'Host: \r\n',
    'Host: 10.1.2.3\r\n',
    'Host: localhost\r\nHost: evil.example\r\n',
    'Host: evil.example\r\nX-Forwarded-Host: localhost\r\n',
  ])('may not be %j', async (host) => {
    for (const target of ['/health', '/metrics', '/nothing']) {
      expect(await ask(host, target)).toMatch(/^HTTP\/1.1 4(?:21|00) /);
    }
  });

  it('may not be missing', async () => {
    expect(await ask('')).toMatch(/^HTTP\/1.1 400 /);
    expect(await sendRaw(server.port, 'GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 421 /);
  });

  it('may not stand in the target', async () => {
    expect(await ask('Host: localhost\r\n', 'http://evil.example/health')).toMatch(/^HTTP\/1.1 421 /);
  });

  it('that was refused is answered by a problem', async () => {
    const answer = await ask('Host: evil.example\r\n');
    expect(answer).toContain('application/problem+json');
    expect(answer).not.toContain('evil.example');
  });
});

it('the own address of the machine may be used when the server listens there', async () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((face) => face?.family === 'IPv4' && !face.internal)?.address;
  const server = await startTestServer({}, { host: '0.0.0.0' });
  const own = address ?? '127.0.0.1';
  expect((await fetch(`http://${own}:${server.port}/health`)).status).toBe(200);
  await server.close();
});

it.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
])('%s is loopback: %s', (host, loopback) => expect(isLoopback(host)).toBe(loopback));
