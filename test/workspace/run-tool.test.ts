import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ToolOrder } from '../../src/domain/tool-order.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const signal = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const hasBubblewrap = spawnSync('bwrap', ['--version']).status === 0;

let user: TestRepository;
let server: Server;
let url: string;

beforeEach(async () => {
  user = await makeRepository({ files: { 'a.txt': 'one\n' } });
  server = createServer((request, response) => response.end(`hello from ${request.url ?? ''}`)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.close();
  await user.remove();
});

async function runTool(
  mode: 'auto' | 'off',
  script: string,
  { until = signal, ...more }: Partial<ToolOrder> & { until?: AbortSignal } = {},
) {
  const sandbox = await createSandbox({ mode, path, userHome: user.home, warn: () => undefined });
  const workspaces = createWorkspaces({
    ...{ repository: await openTestRepository(user), sandbox, path, network: false, dependencies: 'none' },
    ...{
      directory: join(user.home, 'worktrees'),
      copy: [],
      setup: [],
      setupTimeoutMs: 1000,
      maxOutput: 10_000,
    },
  });
  const workspace = await workspaces.open({ key: 'tool', base: null }, signal);
  const tool: ToolOrder = {
    ...{ server: url, ownLogin: false, hides: [], quietMs: 60_000 },
    arrange: (place) => ({
      args: ['-c', script, 'tool', place.server, place.home],
      env: { MARK: place.walled ? 'walled' : 'open' },
      files: [{ path: 'deep/settings.json', text: '{"a":1}' }],
      input: 'the task\n',
    }),
    ...more,
  };
  const ran = await workspace.run({ argv: ['sh'], timeoutMs: 60_000, tool }, until);
  const { files } = await workspace.capture(signal);
  return { ran, files: files.map((file) => file.path) };
}

const fetching = `node -e 'fetch(process.argv[1]).then((r) => r.text()).then(console.log, (e) => console.log("no way:", e.cause?.code))'`;

const everywhere = `cat; cat "$HOME/deep/settings.json"; echo; [ "$HOME" = "$2" ] && echo home; echo "$MARK"; echo x > made.txt; ${fetching} "$1/v1"`;

describe('a coding program', () => {
  it('without walls gets its task, its files in a home of its own, and its server', async () => {
    const { ran, files } = await runTool('off', everywhere);
    expect(ran.tool).toEqual({ stdout: 'the task\n{"a":1}\nhome\nopen\nhello from /v1\n', stalled: false });
    expect(files).toEqual(['made.txt']);
  });

  it('is ended when it is silent for too long', async () => {
    const { ran } = await runTool('off', 'echo begun; sleep 60', { quietMs: 300 });
    expect(ran).toMatchObject({ timedOut: true, exitCode: null, tool: { stdout: 'begun\n', stalled: true } });
  });
});

(hasBubblewrap ? describe : describe.skip)('a coding program in the sandbox (needs bubblewrap)', () => {
  it('reaches its model server and nothing else, whatever it is asked', async () => {
    const other = createServer((_request, response) => response.end('must not be seen')).listen(
      0,
      '127.0.0.1',
    );
    await once(other, 'listening');
    const forbidden = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const script = `${everywhere}; ${fetching} ${forbidden}; ${fetching} http://192.0.2.1:80; ls -a ${user.home} 2>&1 | head -1`;
    const { ran, files } = await runTool('auto', script);
    other.close();
    const lines = (ran.tool?.stdout ?? '').split('\n');
    expect(lines.slice(0, 5)).toEqual(['the task', '{"a":1}', 'home', 'walled', 'hello from /v1']);
    expect(lines[5]).toBe('no way: ECONNREFUSED');
    expect(lines[6]).toMatch(/^no way: (?:ENETUNREACH|EHOSTUNREACH)/);
    expect(ran.output).not.toContain('.git-credentials');
    expect(files).toEqual(['made.txt']);
  });

  it('finds empty what a repository would have it do, also behind a link, and the change does not hold that', async () => {
    await user.commit({
      '.claude/settings.json': '{"hooks":"evil"}',
      'opencode.json': 'evil',
      'config/codex/config.toml': 'evil',
      '.codex': { link: 'config/codex' },
      '.gemini': { link: '/etc' },
      'AGENTS.md': 'be kind',
    });
    await user.git('push', '-q', 'origin', 'main');
    const hides = ['.claude', 'opencode.json', '.codex', '.gemini', '.not-there'];
    const script =
      'cat .claude/* opencode.json .codex/* config/codex/* AGENTS.md; echo x > made.txt; echo y > opencode.json';
    const { ran, files } = await runTool('auto', script, { hides });
    expect(ran.tool?.stdout).toBe('be kind');
    expect(files).toEqual(['made.txt']);
  });

  it('is heard to its last word where it is cut short', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const asked = createServer((_request, response) => {
      response.end();
      controller.abort(new Error('stop it'));
    }).listen(0, '127.0.0.1');
    await once(asked, 'listening');
    const running = runTool('auto', `echo said; ${fetching} "$1"; sleep 60`, {
      server: `http://127.0.0.1:${(asked.address() as AddressInfo).port}`,
      onAborted: (stdout) => told.push(stdout.slice(0, 5)),
      until: controller.signal,
    });
    await expect(running).rejects.toThrow('stop it');
    asked.close();
    expect(told).toEqual(['said\n']);
  });

  it('has no way at all where it is given none', async () => {
    const { ran } = await runTool('auto', `${fetching} ${url}`, { server: null });
    expect(ran.tool?.stdout).toBe('no way: ECONNREFUSED\n');
  });
});
