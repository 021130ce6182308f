import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandResult, Workspace } from '../../src/ports.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import type { OpenedWorkspaces } from '../../src/workspace/worktree.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { join as pieces } from '../support/attack.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
/** What must never be seen inside. */
const canary = pieces('sings', '-in-', 'the-mine');

let user: TestRepository;
let workspaces: OpenedWorkspaces;
let workspace: Workspace;
let sandboxed = false;

beforeAll(async () => {
  user = await makeRepository();
  const repository = await openTestRepository(user);
  const sandbox = await createSandbox({ mode: 'auto', path, userHome: user.home, warn: () => undefined });
  sandboxed = sandbox.kind === 'bubblewrap';
  workspaces = createWorkspaces({
    ...{ repository, sandbox, directory: join(user.home, 'worktrees'), path, network: false },
    ...{ dependencies: 'auto', copy: [], setup: [], setupTimeoutMs: 60_000, maxOutput: 1_000_000 },
  });
  workspace = await workspaces.open({ key: 'escapes', base: null }, never);
}, 60_000);
afterAll(async () => {
  await workspace.close({ keep: false });
  await user.remove();
});

const run = (script: string, timeoutMs = 60_000): Promise<CommandResult> =>
  workspace.run({ argv: ['sh', '-c', script], timeoutMs }, never);

const hasBubblewrap = spawnSync('bwrap', ['--ro-bind', '/', '/', 'true']).status === 0;

(hasBubblewrap ? describe : describe.skip)('commands of a model (needs bubblewrap)', () => {
  it('S19: are no part of a branch that a ticket names', async () => {
    expect(sandboxed).toBe(true);
    for (const base of [
      '--output=hit',
      '-oProxyCommand=touch hit',
      '$(touch hit)',
      '`touch hit`',
      'main;touch hit',
      'main\ntouch hit',
    ])
      await expect(workspaces.open({ key: 'evil', base }, never)).rejects.toThrow();
    expect(existsSync(join(user.root, 'hit'))).toBe(false);
  });

  it('S20, S21: push, configure, fetch and move nothing of the repository', async () => {
    const before = [await user.fingerprint(), await user.remoteGit('for-each-ref')];
    const ran = await run(`
      git push origin HEAD:refs/heads/evil; git push ${user.remote ?? ''} HEAD:evil; git config core.hooksPath x
      git worktree add ../evil; git update-ref refs/heads/evil HEAD; git -c protocol.ext.allow=always fetch "ext::sh -c touch% hit"
      echo "gitdir: /tmp" > .git; rm -f .git; mv .git y; chmod 777 .git; ln -sf /tmp .git; echo ended`);
    expect(ran.output).toMatch(/read-only|busy/i);
    expect(ran.output).toMatch(/ended\n$/);
    expect([await user.fingerprint(), await user.remoteGit('for-each-ref')]).toEqual(before);
    expect((await workspace.capture(never)).files).toEqual([]);
  });

  it('S22: see no secret, no other process and no door to another program', async () => {
    const other = await workspaces.open({ key: 'other', base: null }, never);
    mkdirSync(join(user.home, '.ssh'));
    mkdirSync(join(user.root, '.ticketmill'));
    for (const file of [
      join(user.home, '.ssh/id'),
      join(user.home, '.npmrc'),
      join(user.root, '.ticketmill/j'),
      join(other.directory, 'k'),
    ])
      writeFileSync(file, canary);
    process.env['CANARY'] = canary;
    const ran = await run(`
      env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; cat ${user.home}/.ssh/id ${user.home}/.npmrc
      cat ${user.root}/.ticketmill/j ${other.directory}/k ../*/k ~/.ssh/* ~/.config/gh/* /root/.ssh/* /root/.netrc; cat /etc/shadow
      ls -A / /tmp /run /var/run /root /home 2>&1; ls /var/run/docker.sock /run/user /tmp/.X11-unix 2>&1; echo "doors:$SSH_AUTH_SOCK$DBUS_SESSION_BUS_ADDRESS$DISPLAY"`);
    delete process.env['CANARY'];
    await other.close({ keep: false });
    expect(ran.output).not.toContain(canary);
    expect(ran.output).not.toMatch(/root:[*$!]|TICKETMILL_(?!RUN)|GITHUB_TOKEN|jest/);
    expect(ran.output).toContain('doors:\n');
    expect(ran.output).toMatch(/cannot access '?\/var\/run\/docker\.sock/);
  });

  it('S23: reach nothing over any kind of network', async () => {
    let hits = 0;
    const tcp = createServer(() => (hits += 1));
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const address = tcp.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const udp = createSocket('udp4').on('message', () => (hits += 1));
    await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve));
    const unix = createServer(() => (hits += 1));
    const socket = join(user.home, 'door.sock');
    await new Promise<void>((resolve) => unix.listen(socket, resolve));
    const script = `
      const net = require('net'), dgram = require('dgram'), dns = require('dns');
      const hosts = ['127.0.0.1', '::1', '0x7f.1', '2130706433', '::ffff:127.0.0.1', 'localhost', 'localhost.', '169.254.169.254', '1.1.1.1'];
      const tries = hosts.map((host) => new Promise((end) => net.connect({ host, port: ${port} }).on('connect', () => end('REACHED ' + host)).on('error', (e) => end(e.code))));
      tries.push(new Promise((end) => net.connect(${JSON.stringify(socket)}).on('connect', () => end('REACHED unix')).on('error', (e) => end(e.code))));
      tries.push(new Promise((end) => dgram.createSocket('udp4').send('x', ${port}, '127.0.0.1', (e) => end(e ? e.code : 'sent'))));
      tries.push(new Promise((end) => new dns.Resolver({ timeout: 500, tries: 1 }).resolve('example.org', (e) => end(e ? 'no name' : 'REACHED dns'))));
      const late = () => new Promise((end) => setTimeout(end, 3000, 'late'));
      Promise.all(tries.map((each) => Promise.race([each, late()]))).then((all) => {
        console.log(all.join(' '));
        process.exit();
      });`;
    const ran = await workspace.run({ argv: ['node', '-e', script], timeoutMs: 60_000 }, never);
    for (const server of [tcp, unix]) server.close();
    udp.close();
    expect(ran.output.trim().split(' ').length).toBeGreaterThan(11);
    expect(ran.output).not.toContain('REACHED');
    expect(hits).toBe(0);
  });

  it('S24: run no script of a package when dependencies are installed', async () => {
    const scripts = { preinstall: 'touch hit', postinstall: 'touch hit', prepare: 'touch hit' };
    const lock = { name: 'x', lockfileVersion: 3, packages: { '': { name: 'x' } } };
    await user.git('checkout', '-q', '-b', 'hostile');
    await user.commit({
      'package.json': JSON.stringify({ name: 'x', scripts, packageManager: 'evil@1.0.0' }),
      'package-lock.json': JSON.stringify(lock),
      '.npmrc': 'ignore-scripts=false\nscript-shell=/bin/false\nnode-options=--import ./hit.mjs\n',
      'hit.mjs': "import { writeFileSync } from 'node:fs'; writeFileSync('hit', '');",
    });
    await user.git('push', '-q', 'origin', 'hostile');
    await user.git('checkout', '-q', 'main');
    const hostile = await workspaces.open({ key: 'hostile', base: 'hostile' }, never);
    expect(existsSync(join(hostile.directory, 'hit'))).toBe(false);
    await hostile.close({ keep: false });
  });

  it('S25: that are checks are as walled in as any, and say no more than they may', async () => {
    writeFileSync(
      join(workspace.directory, 'evil.test.mjs'),
      `import { readFileSync, writeFileSync } from 'node:fs';
       for (const act of [() => writeFileSync(${JSON.stringify(join(user.root, 'hit'))}, ''), () => console.log(readFileSync(${JSON.stringify(join(user.root, 'README.md'))}, 'utf8'))])
         try { act(); } catch (error) { console.log(error.code); }
       process.stdout.write('x'.repeat(3_000_000));`,
    );
    const ran = await workspace.run({ argv: ['node', '--test'], timeoutMs: 60_000 }, never);
    expect(existsSync(join(user.root, 'hit'))).toBe(false);
    expect(ran.output).not.toContain('# Sample');
    expect(ran.output.length).toBeLessThan(1_100_000);
  });

  it('S26: have so many processes, so much memory, such large files and so much time, and no more', async () => {
    const started = await run(
      'truncate -s 2G big; echo "file $?"; grep -E "processes|data" /proc/self/limits; cat /proc/self/oom_score_adj; df -B1 /tmp | tail -1',
    );
    expect(started.output).toMatch(/File too large|file [1-9]/);
    expect(started.output).toMatch(/Max data size +8589934592[^]*Max processes +1024[^]*\n1000\n/);
    expect(started.output).toMatch(/tmpfs +4294967296 /);
    const hog = 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 31));';
    expect((await workspace.run({ argv: ['node', '-e', hog], timeoutMs: 60_000 }, never)).exitCode).not.toBe(
      0,
    );
    expect(await run('sleep 300', 500)).toMatchObject({ timedOut: true });
    const bomb = await run('bomb() { bomb | bomb & }; bomb; sleep 300', 300);
    expect(bomb).toMatchObject({ timedOut: true });
    expect((await run('echo alive')).output).toBe('alive\n');
  });

  it('S27: leave nothing running and nothing that starts later', async () => {
    await run(`
      (setsid sh -c 'exec sleep 301.17' &) ; setsid nohup sleep 301.17 >/dev/null 2>&1 & ( ( sleep 301.17 & ) & ) &
      echo 'sleep 301.17' | at now; echo '* * * * * touch hit' | crontab -; systemd-run sleep 301.17; sleep 0.2`);
    expect(spawnSync('pgrep', ['-f', 'sleep 301.17']).stdout.toString()).toBe('');
    expect(spawnSync('sh', ['-c', 'crontab -l']).stdout.toString()).not.toContain('touch hit');
  });
});
