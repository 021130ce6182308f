import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import type { OpenedWorkspaces } from '../../src/workspace/worktree.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
import type { HttpsRemote } from '../support/https-remote.ts';
import { serveRepository } from '../support/https-remote.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Whatever reaches it wanted to. */
async function listen(): Promise<{ port: number; hits: () => number }> {
  let hits = 0;
  const server = createServer((socket) => {
    hits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, hits: () => hits };
}

const drivers = ['clean', 'lfs', 'included', 'conditional', 'worktree'];
const attributes = drivers.map((name) => `${name}.txt filter=${name} diff=evil merge=evil\n`).join('');
const files = {
  '.gitattributes': attributes,
  ...Object.fromEntries(drivers.map((name) => [`${name}.txt`, 'one\n'])),
};
const hooks = [
  'pre-commit',
  'commit-msg',
  'post-commit',
  'post-checkout',
  'pre-push',
  'reference-transaction',
  'post-index-change',
  'post-merge',
];

type Place = { user: TestRepository; served: HttpsRemote; proxy: number; canary: string };

/** Every setting by which git starts a program or goes elsewhere, each with a trap that leaves its name behind. */
async function plant({ user, served, proxy, canary }: Place): Promise<void> {
  await writeFile(join(user.home, 'evil'), 'evil\n');
  // Other contents under the name of the base, and objects from elsewhere.
  const [blob, head] = [
    await user.git('hash-object', '-w', join(user.home, 'evil')),
    await user.git('rev-parse', 'HEAD'),
  ];
  await writeFile(join(user.root, '.git/objects/info/alternates'), `${join(canary, 'objects')}\n`);
  await user.git('update-index', '--add', '--cacheinfo', `100644,${blob},evil.txt`);
  const tree = await user.git('write-tree');
  await user.git('update-index', '--force-remove', 'evil.txt');
  await user.git('replace', head, await user.git('commit-tree', tree, '-m', 'evil'));
  const trap = async (name: string): Promise<string> => {
    const file = join(user.home, `trap-${name.replace(/\W/g, '-')}`);
    await writeFile(file, `#!/bin/sh\necho '${name}' >> '${join(user.home, 'sprung')}'\n`);
    await chmod(file, 0o755);
    return file;
  };
  const set = async (key: string, value?: string): Promise<unknown> =>
    user.git('config', key, value ?? (await trap(key)));
  const included = async (name: string): Promise<string> => {
    const file = join(user.home, `${name}.config`);
    await writeFile(
      file,
      `[filter "${name}"]\n\tclean = ${await trap(name)}\n\tsmudge = ${await trap(name)}\n`,
    );
    return file;
  };
  for (const key of [
    'core.fsmonitor',
    'core.sshCommand',
    'core.pager',
    'core.editor',
    'core.askPass',
    'core.gitProxy',
  ])
    await set(key);
  await set('credential.helper', `!${await trap('credential.helper')}`);
  await set('gpg.program');
  await set('commit.gpgSign', 'true');
  for (const key of ['diff.external', 'diff.evil.textconv', 'diff.evil.command', 'merge.evil.driver'])
    await set(key);
  for (const key of ['filter.clean.clean', 'filter.clean.smudge', 'filter.lfs.process']) await set(key);
  for (const name of ['status', 'push', 'fetch', 'commit-tree'])
    await set(`alias.${name}`, `!${await trap(`alias.${name}`)}`);
  await set('include.path', await included('included'));
  await set(`includeIf.gitdir:${user.home}/.path`, await included('conditional'));
  for (const key of ['uploadpack.packObjectsHook', 'remote.near.receivepack', 'remote.near.uploadpack'])
    await set(key);
  await set('extensions.worktreeConfig', 'true');
  await appendFile(join(user.root, '.git/config.worktree'), readFileSync(await included('worktree')));
  await mkdir(join(user.home, 'hooks'));
  for (const name of hooks)
    await writeFile(join(user.home, 'hooks', name), readFileSync(await trap('core.hooksPath')), {
      mode: 0o755,
    });
  await set('core.hooksPath', join(user.home, 'hooks'));
  await set(`url.${canary}.pushInsteadOf`, served.url);
  await set('remote.origin.pushurl', canary);
  await set('http.proxy', `http://127.0.0.1:${proxy}`);
  await set('http.sslVerify', 'false');
}

type Life = {
  origin: OpenedRepository;
  near: OpenedRepository;
  shell: OpenedRepository;
  workspaces: OpenedWorkspaces;
};

async function live({ user, served }: Place): Promise<Life> {
  const open = (remote: string) =>
    openTestRepository(user, {
      remote,
      stateDirectory: join(user.home, `state-${remote}`),
      token: () => Promise.resolve('a-token'),
      remoteEnv: { GIT_SSL_CAINFO: served.certificate },
    });
  const origin = await open('origin');
  const sandbox = await createSandbox({ mode: 'off', path, userHome: user.home, warn: () => undefined });
  const workspaces = createWorkspaces({
    repository: origin,
    sandbox,
    directory: join(user.home, 'worktrees'),
    path,
    network: false,
    dependencies: 'none',
    copy: [],
    setup: [],
    setupTimeoutMs: 10_000,
    maxOutput: 50_000,
  });
  return { origin, near: await open('near'), shell: await open('shell'), workspaces };
}

/** Everything that is done with git for a ticket, each step by its name. */
async function* work({ origin, near, shell, workspaces }: Life, round: string): AsyncGenerator<string> {
  const base = await origin.base('main', never);
  yield 'look and fetch';
  const workspace = await workspaces.openAt(`key-${round}`, base, never);
  yield 'check out';
  for (const name of drivers) await writeFile(join(workspace.directory, `${name}.txt`), `${round}\n`);
  const { tree } = await workspace.capture(never);
  yield 'status, add and diff of a worktree';
  const message = `${round}\n\nTicket-Key: k\n`;
  const head = await origin.commit({ branch: `ticket/${round}`, tree, parent: base.sha, message });
  yield 'commit';
  const diff = await origin.diff(base.sha, head);
  expect([diff.includes(`+${round}`), diff.includes('evil')]).toEqual([true, false]);
  yield 'diff';
  await workspace.startFrom(head, never);
  yield 'merge';
  expect(await origin.push(`ticket/${round}`, head, never)).toBe(true);
  yield 'push over https';
  expect(await near.push(`ticket/near-${round}`, head, never)).toBe(true);
  yield 'push to a path';
  await expect(shell.push(`ticket/${round}`, head, never)).rejects.toThrow();
  yield 'push over ssh';
  await workspace.close({ keep: false });
  await workspaces.sweep(new Set());
  yield 'remove and prune';
  await origin.removeBranch(`ticket/${round}`, head);
  yield 'remove a branch';
}

describe('settings that somebody planted (needs openssl)', () => {
  it('S37, S39, S40, S50: start no program and lead nowhere, planted by an agent or before the start', async () => {
    const user = await makeRepository({ files });
    closers.push(() => user.remove());
    let isRefused = false;
    const served = await serveRepository(user.remote ?? '', () => (isRefused ? 401 : 'work'));
    if (served === null) {
      process.stderr.write('skipped: no openssl\n');
      return;
    }
    closers.push(() => served.close());
    const canary = join(user.home, 'canary.git');
    await user.git('init', '-q', '--bare', canary);
    const proxy = await listen();
    const place = { user, served, canary, proxy: proxy.port };
    await user.git('remote', 'add', 'near', user.remote ?? '');
    await user.git('remote', 'add', 'shell', 'ssh://127.0.0.1:1/x.git');
    await user.git('remote', 'set-url', 'origin', served.url);
    const sprung = join(user.home, 'sprung');
    const names = () =>
      existsSync(sprung) ? [...new Set(readFileSync(sprung, 'utf8').trim().split('\n'))] : [];

    const first = await live(place);
    await plant(place);
    for await (const step of work(first, 'agent')) expect([step, names()]).toEqual([step, []]);
    isRefused = true;
    await expect(first.origin.base('main', never)).rejects.toMatchObject({ code: 'PUSH_REJECTED' });
    isRefused = false;
    expect(['refused', names()]).toEqual(['refused', []]);

    // Where to push is the user's word when it stands there at the start; which program is asked never is.
    await user.git('config', '--unset', 'remote.origin.pushurl');
    await user.git('config', '--remove-section', `url.${canary}`);
    const second = await live(place);
    for await (const step of work(second, 'user')) expect([step, names()]).toEqual([step, []]);
    const unsafe = await openTestRepository(user, { token: () => Promise.resolve('a-token') });
    await expect(unsafe.base('main', never)).rejects.toMatchObject({ code: 'GIT_REMOTE_UNREACHABLE' });
    expect([names(), proxy.hits(), await user.git('ls-remote', canary)]).toEqual([[], 0, '']);

    // Git as a person has it falls into the traps, so they are set.
    expect(await user.git('ls-tree', '--name-only', 'HEAD')).toContain('evil.txt');
    await user.git('replace', '-d', await user.git('rev-parse', 'HEAD'));
    isRefused = true;
    await user.write(Object.fromEntries(drivers.map((name) => [`${name}.txt`, 'two\n'])));
    for (const args of careless) await user.git(...args).catch(() => undefined);
    expect(sprungByGit.filter((name) => !names().includes(name))).toEqual([]);
    expect(proxy.hits()).toBeGreaterThan(0);
  }, 300_000);
});

const careless = [
  ['status'],
  ['hook', 'run', 'pre-commit'],
  ['commit-tree', '-S', 'HEAD^{tree}', '-m', 'x'],
  ['config', '-e'],
  ['fetch', 'near'],
  ['push', 'near', 'HEAD:refs/heads/x'],
  ['push', 'shell', 'HEAD'],
  ['fetch', 'origin'],
  ['-c', 'http.proxy=', 'fetch', 'origin'],
  ['-c', 'http.proxy=', '-c', 'credential.helper=', 'fetch', 'origin'],
  ...drivers.map((name) => ['add', `${name}.txt`]),
  ['diff', 'HEAD'],
  ['diff', '--no-ext-diff', 'HEAD'],
  ['log', '-p'],
  ['checkout', 'HEAD', '--', ...drivers.map((name) => `${name}.txt`)],
];

const sprungByGit = [
  'core.fsmonitor',
  'core.hooksPath',
  'core.sshCommand',
  'core.editor',
  'core.askPass',
  'credential.helper',
  'gpg.program',
  'diff.evil.textconv',
  'filter.clean.clean',
  'filter.clean.smudge',
  'filter.lfs.process',
  'included',
  'conditional',
  'worktree',
  'remote.near.receivepack',
  'remote.near.uploadpack',
];
