import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, createServer as createRawServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findAllowed, readAllowed, readAuthority, refuseAddress } from '../../src/workspace/allowed-hosts.ts';
import { createEgressProxy } from '../../src/workspace/egress-proxy.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const hasBubblewrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0;

describe('the hosts that are listed', () => {
  const allowed = readAllowed(['registry.npmjs.org', '*.Example.org', '10.0.0.5:8080', '[0::1]:3000']);
  const listed = (authority: string) => {
    const read = readAuthority(authority);
    return read?.port == null ? 'no target' : findAllowed(allowed, { host: read.host, port: read.port });
  };

  it.each([
    ['registry.npmjs.org:443', 'itself'],
    ['REGISTRY.npmjs.org.:80', 'itself'],
    ['registry.npmjs.org:22', null],
    ['a.b.example.org:443', 'below'],
    ['example.org:443', null],
    ['badexample.org:443', null],
    ['example.org.evil.org:443', null],
    ['10.0.0.5:8080', 'itself'],
    ['0xa.0.0.5:8080', 'itself'],
    ['10.0.0.5:80', null],
    ['[::1]:3000', 'itself'],
    ['evil.org\0.example.org:443', 'no target'],
    ['evil.org%00.example.org:443', 'no target'],
    ['user@a.example.org:443', 'no target'],
    ['evil.org\\.example.org:443', 'no target'],
    ['a.example.org:70000', 'no target'],
    ['a.example.org:0', 'no target'],
    ['a.example.org', 'no target'],
    ['', 'no target'],
  ])('%j: %s', (authority, expected) => {
    expect(listed(authority)).toBe(expected);
  });

  it('are all that is found, whatever is asked for', () => {
    const odd = 'a Z 0 . - _ [ ] : % @ \\ / ? # \0 \t \u3002 \u200b'.split(' ');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...odd) }), (name) => {
        const read = readAuthority(`${name}:443`);
        if (read === null) return;
        expect(read.host).toMatch(/^(?:[a-z\d._-]+|\[[\da-f:]+\])$/);
      }),
    );
  });

  it.each([
    ['127.0.0.1', 'below', true],
    ['::ffff:127.0.0.1', 'below', true],
    ['192.168.1.1', 'below', true],
    ['fd12::1', 'below', true],
    ['93.184.216.34', 'below', false],
    ['2606:2800:220:1::1', 'below', false],
    ['192.168.1.1', 'itself', false],
    ['169.254.169.254', 'itself', true],
    ['::ffff:169.254.169.254', 'itself', true],
    ['0.0.0.0', 'itself', true],
    ['fd00:ec2::254', 'itself', true],
  ] as const)('lead to %s, listed as %s: refused %j', (address, how, refused) => {
    expect(refuseAddress(address, { host: 'a.example.org', listed: how }) !== null).toBe(refused);
  });

  it('may be a link-local address that is listed itself', () => {
    expect(refuseAddress('169.254.1.1', { host: '169.254.1.1', listed: 'itself' })).toBeNull();
  });
});

describe('the proxy to them', () => {
  const addresses: Record<string, string> = {
    'mill.test': '127.0.0.1',
    'x.below.test': '127.0.0.1',
    'cloud.test': '169.254.169.254',
  };
  let target: Server;
  let proxy: Server;
  let port: number;
  let asked: string[];
  let refused: string[];

  beforeEach(async () => {
    [asked, refused] = [[], []];
    target = createServer((incoming, response) => {
      const answer = (body: string): void => {
        const { host, connection, via, 'proxy-authorization': login } = incoming.headers;
        response.setHeader('keep-alive', 'timeout=9').setHeader('x-of-target', 'yes');
        response.end(JSON.stringify({ url: incoming.url, host, connection, via, login, body }));
      };
      text(incoming).then(answer, () => response.destroy());
    });
    port = await listen(target);
    const hosts = ['mill', '*.below', 'cloud', 'nowhere'].map((name) => `${name}.test:${port}`);
    proxy = createEgressProxy({
      hosts: [...hosts, 'mill.test:1'],
      resolve(host) {
        asked.push(host);
        const address = addresses[host];
        return address === undefined
          ? Promise.reject(new Error('?'))
          : Promise.resolve([{ address, family: 4 }]);
      },
      onRefused: (reason) => refused.push(reason),
    });
    await listen(proxy);
  });

  afterEach(() => {
    for (const server of [proxy, target]) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('passes on what is asked and answered, to the address that it looked up once', async () => {
    const headers = { 'Proxy-Authorization': 'Basic x', Connection: 'via', Via: 'me', Host: 'else.test' };
    const answer = await ask(`http://mill.test:${port}/@a%2fb?c=d`, { method: 'POST', headers }, 'the body');
    expect({ status: answer.statusCode, of: answer.headers['x-of-target'] }).toEqual({
      status: 200,
      of: 'yes',
    });
    expect(answer.headers['keep-alive']).not.toBe('timeout=9');
    const seen = { url: '/@a%2fb?c=d', host: `mill.test:${port}`, connection: 'close', body: 'the body' };
    expect(JSON.parse(await text(answer))).toEqual(seen);
    expect(asked).toEqual(['mill.test']);
  });

  it('lets through by CONNECT what it cannot read', async () => {
    const said = await converse(
      `CONNECT mill.test:${port} HTTP/1.1\r\nHost: x\r\n\r\nGET /in HTTP/1.1\r\nHost: y\r\nConnection: close\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    expect(said).toContain('{"url":"/in","host":"y"');
  });

  it.each([
    [403, () => `evil.test:${port}`, /^evil\.test:\d+ is not in sandbox\.allowedHosts \(mill\.test:/],
    [403, () => 'mill.test:80', /^mill\.test:80 is not in/],
    [403, () => `x.below.test:${port}`, /leads to 127\.0\.0\.1, an address inside a private network/],
    [403, () => `cloud.test:${port}`, /leads to 169\.254\.169\.254, an address that/],
    [502, () => `nowhere.test:${port}`, /^nowhere\.test has no address/],
    [502, () => 'mill.test:1', /^mill\.test:1 cannot be reached: ECONNREFUSED/],
    [400, () => 'me@mill.test:80', /^this proxy is asked for a host and a port/],
  ])('answers %d and why', async (status, authority, why) => {
    const answer = await ask(`http://${authority()}/`);
    expect(answer.statusCode).toBe(status);
    expect(answer.statusMessage).toMatch(why);
    expect(await text(answer)).toMatch(why);
    const tunnelled = await converse(`CONNECT ${authority()} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [head = '', said = ''] = tunnelled.split('\r\n\r\n');
    expect(head.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(said).toMatch(why);
    expect(refused).toEqual(status === 403 ? [expect.stringMatching(why)] : []);
  });

  it('is no server of files, and knows no other scheme', async () => {
    expect((await ask('/etc/passwd')).statusCode).toBe(400);
    expect((await ask(`ftp://mill.test:${port}/`)).statusCode).toBe(400);
  });

  it('goes on after requests that nobody else would make', async () => {
    const place = `http://mill.test:${port}/`;
    for (const said of [
      `GET ${place}\xe9\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      `GET ${place} HTTP/1.1\r\nHost: x\r\nX: \xe9\x80\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
      `PURGE ${place} HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade, x\r\nContent-Length: 9\r\n\r\nhalf`,
      `CONNECT mill.test:${port} HTTP/1.1\r\nHost: x\r\n\r\n\0\0\0\r\n\r\n`,
    ]) {
      const socket = connect(portOf(proxy), '127.0.0.1');
      socket
        .on('error', () => undefined)
        .resume()
        .end(said, 'latin1');
      await once(socket, 'close');
    }
    expect((await ask(place)).statusCode).toBe(200);
  });

  it('goes on when a server is gone in the middle, or talks nonsense', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf',
      'HTTP/1.1 099 \r\n\r\n',
      'SSH-2.0-x\r\n',
    ];
    for (const said of answers) {
      const broken = createRawServer((socket) => socket.on('error', () => undefined).end(said)).listen(
        0,
        '127.0.0.1',
      );
      await once(broken, 'listening');
      const at = (broken.address() as AddressInfo).port;
      const other = createEgressProxy({ hosts: [`127.0.0.1:${at}`], onRefused: () => undefined });
      await listen(other);
      const answer = await ask(`http://127.0.0.1:${at}/`, { port: portOf(other) }).then(async (each) => [
        each.statusCode,
        await text(each).catch(() => 'cut'),
      ]);
      expect(answer).toEqual(said.startsWith('HTTP/1.1 200') ? [200, 'cut'] : [502, expect.any(String)]);
      for (const server of [broken, other]) server.close();
    }
  });

  async function ask(url: string, options: object = {}, body = ''): Promise<IncomingMessage> {
    const place = { host: '127.0.0.1', port: portOf(proxy), path: url, agent: false };
    const [answer] = (await once(request({ ...place, ...options }).end(body), 'response')) as [
      IncomingMessage,
    ];
    return answer;
  }

  async function converse(said: string): Promise<string> {
    const socket = connect(portOf(proxy), '127.0.0.1');
    socket.write(said);
    return text(socket);
  }
});

(hasBubblewrap ? describe : describe.skip)(
  'commands in the sandbox with allowed hosts (needs bubblewrap)',
  () => {
    const script = `
    const http = require('node:http'), net = require('node:net');
    const [proxy, listed, other] = [new URL(process.env.HTTPS_PROXY), ...process.argv.slice(1)];
    const ask = (path) => new Promise((end) => http.get({ host: proxy.hostname, port: proxy.port, path }, (answer) => {
      answer.setEncoding('utf8').on('data', (text) => end(answer.statusCode + ' ' + text.trim()));
    }).on('error', (error) => end(error.code)));
    const direct = (port) => new Promise((end) => net.connect(port, '127.0.0.1', () => end('REACHED')).on('error', (error) => end(error.code)));
    (async () => {
      console.log(await ask('http://localhost:' + listed + '/a'));
      console.log(await ask('http://localhost:' + other + '/b'));
      console.log(await direct(listed), await direct(other));
      console.log(require('node:fs').readdirSync('/tmp').find((name) => name.startsWith('tm-')));
      process.kill(process.pid, 'SIGKILL');
    })();`;

    it('reach these through a proxy that goes with them, and nothing else; others are told of once', async () => {
      const user = await makeRepository();
      const servers = await Promise.all(
        ['listed', 'other'].map(async (name) => {
          const server = createServer((_request, response) => response.end(`this is ${name}`));
          return { server, port: await listen(server) };
        }),
      );
      const [listed = 0, other = 0] = servers.map(({ port }) => port);
      const refused: string[] = [];
      const workspaces = createWorkspaces({
        repository: await openTestRepository(user),
        sandbox: await createSandbox({ mode: 'auto', path, userHome: user.home, warn: () => undefined }),
        ...{ directory: join(user.home, 'worktrees'), path, network: false, dependencies: 'none' as const },
        egress: {
          hosts: [`localhost:${listed}`],
          onRefused: (key, reason) => refused.push(`${key}: ${reason}`),
        },
        ...{ copy: [], setup: [], setupTimeoutMs: 60_000, maxOutput: 10_000 },
      });
      const workspace = await workspaces.open({ key: 'egress', base: null }, signal);
      const argv = ['node', '-e', script, '--', `${listed}`, `${other}`];
      const ran = await workspace.run({ argv, timeoutMs: 60_000 }, signal);
      const [first, second, direct, folder = ''] = ran.output.trim().split('\n');
      expect(first).toBe('200 this is listed');
      const why = `localhost:${other} is not in sandbox.allowedHosts (localhost:${listed})`;
      expect(second).toBe(`403 ${why}`);
      expect(direct).toBe('ECONNREFUSED ECONNREFUSED');
      expect(folder).toMatch(/^tm-/);
      expect(existsSync(join('/tmp', folder))).toBe(false);
      expect(ran.exitCode).toBe(137);
      expect(refused).toEqual([`egress: ${why}`]);
      const variables = await workspace.run({ argv: ['env'], timeoutMs: 60_000 }, signal);
      for (const name of ['HTTP_PROXY', 'https_proxy', 'npm_config_proxy', 'PIP_PROXY'])
        expect(variables.output).toMatch(new RegExp(`^${name}=http://127\\.0\\.0\\.1:\\d+$`, 'm'));
      expect(variables.output).toMatch(/^NO_PROXY=localhost,127\.0\.0\.1,::1$/m);
      await workspace.close({ keep: false });
      for (const { server } of servers) server.close();
      await user.remove();
    });
  },
);

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
