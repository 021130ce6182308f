import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { toFailure } from '../../src/domain/failure.ts';
import { createGit } from '../../src/workspace/git.ts';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const made: TestRepository[] = [];

async function make(options: Parameters<typeof makeRepository>[0] = {}): Promise<TestRepository> {
  const repository = await makeRepository(options);
  made.push(repository);
  return repository;
}

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

const message = (key: string) => `feat: a change\n\nTicket-Key: ${key}\n`;

describe('base', () => {
  it('is what HEAD of the remote names, as it is there now, and no ref of the user moves', async () => {
    const user = await make();
    const other = await user.commit({ 'new.txt': 'x' });
    await user.git('push', '-q', 'origin', 'main');
    await user.git('reset', '-q', '--hard', 'HEAD~1');
    const before = await user.fingerprint();
    const repository = await openTestRepository(user);
    expect(await repository.base(null, never)).toEqual({ branch: 'main', sha: other });
    expect(await user.fingerprint()).toEqual(before);
    expect(await user.git('rev-parse', 'refs/ticketmill/base/main')).toBe(other);
  });

  it('is found where commits are fetched from, though branches are pushed elsewhere', async () => {
    const user = await make();
    const upstream = await user.git('rev-parse', 'HEAD');
    const fork = join(user.root, '..', 'fork.git');
    await user.git('clone', '-q', '--bare', '.', fork);
    await user.git('remote', 'set-url', '--push', 'origin', fork);
    await user.commit({ 'fork.txt': 'x' });
    await user.git('push', '-q', 'origin', 'main');
    const repository = await openTestRepository(user);
    expect(await repository.base(null, never)).toEqual({ branch: 'main', sha: upstream });
    expect(await repository.base('main', never)).toEqual({ branch: 'main', sha: upstream });
  });

  it('fetches commits that the checkout has never seen', async () => {
    const user = await make();
    const tree = await user.remoteGit('rev-parse', 'main^{tree}');
    const commit = await user.remoteGit('commit-tree', tree, '-p', 'main', '-m', 'elsewhere');
    await user.remoteGit('update-ref', 'refs/heads/main', commit);
    const repository = await openTestRepository(user);
    expect((await repository.base(null, never)).sha).toBe(commit);
    expect(await user.git('cat-file', '-t', commit)).toBe('commit');
  });

  it('is the current branch without a remote, and a missing one is named', async () => {
    const user = await make({ remote: 'none' });
    const repository = await openTestRepository(user);
    expect(await repository.base(null, never)).toEqual({
      branch: 'main',
      sha: await user.git('rev-parse', 'HEAD'),
    });
    expect(repository.remoteUrl).toBeNull();
    await expect(repository.base('nowhere', never)).rejects.toMatchObject({ code: 'GIT_BASE_MISSING' });
    await expect(repository.base('--upload-pack=x', never)).rejects.toMatchObject({
      code: 'GIT_BASE_MISSING',
    });
  });

  it('is main, else master, where HEAD is detached and the remote names none', async () => {
    const user = await make();
    await user.git('checkout', '-q', '--detach');
    await user.remoteGit('symbolic-ref', 'HEAD', 'refs/heads/unborn');
    const repository = await openTestRepository(user);
    expect(await repository.base(null, never)).toMatchObject({ branch: 'main' });
    await user.remoteGit('branch', '-m', 'main', 'master');
    expect(await repository.base(null, never)).toMatchObject({ branch: 'master' });
  });

  it('is none in a repository without a commit, which is no fault of a ticket', async () => {
    const user = await make({ remote: 'none' });
    await user.git('update-ref', '-d', 'refs/heads/main');
    await expect((await openTestRepository(user)).base(null, never)).rejects.toMatchObject({
      code: 'GIT_NO_BASE',
      isInfrastructure: true,
      message: 'There is no commit on a branch "main".',
    });
  });

  it('says which branch the remote lacks, and that a remote is gone', async () => {
    const user = await make();
    const repository = await openTestRepository(user, { baseBranch: 'develop' });
    await expect(repository.base(null, never)).rejects.toMatchObject({
      code: 'GIT_NO_BASE',
      message: 'The remote origin has no commit on a branch "develop".',
    });
    await rm(user.remote ?? '', { recursive: true });
    await expect(repository.base('main', never)).rejects.toMatchObject({ code: 'GIT_REMOTE_UNREACHABLE' });
  });
});

describe('a machine without git', () => {
  it('is no fault of a ticket, and is said', async () => {
    const user = await make();
    const git = createGit({ gitDir: join(user.root, '.git') }, { path: '/nowhere', home: user.home });
    await expect(git.attempt(['status'])).rejects.toMatchObject({
      code: 'GIT_NOT_FOUND',
      message: 'git was not found in /nowhere.',
      exitCode: 3,
    });
  });
});

describe('commit', () => {
  it('writes one commit with our identity, leaves the checkout alone, and is the same the second time', async () => {
    const user = await make();
    const repository = await openTestRepository(user);
    const before = await user.fingerprint();
    const parent = await user.git('rev-parse', 'HEAD');
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    const order = {
      branch: 'ticket/a-1',
      tree,
      parent,
      message: '# not a comment\n\nbody  \nTicket-Key: k1\n',
    };
    const head = await repository.commit(order);
    expect(await repository.commit(order)).toBe(head);
    expect(await user.git('log', '-1', '--format=%an <%ae> %cn %ct%n%B', 'ticket/a-1')).toBe(
      `ticketmill <ticketmill@localhost> ticketmill 1767323045\n${order.message}`,
    );
    expect(await user.fingerprint()).toEqual(before);
  });

  it('replaces the branch of an earlier run of the ticket, and nobody else’s', async () => {
    const user = await make();
    const repository = await openTestRepository(user);
    const parent = await user.git('rev-parse', 'HEAD');
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    const first = await repository.commit({ branch: 'ticket/a', tree, parent, message: message('k1') });
    const second = await repository.commit({
      branch: 'ticket/a',
      tree,
      parent,
      message: `again\n\n${message('k1')}`,
    });
    expect(second).not.toBe(first);
    expect(await user.git('rev-parse', 'ticket/a')).toBe(second);
    const other = { branch: 'ticket/a', tree, parent, message: message('k2') };
    await expect(repository.commit(other)).rejects.toMatchObject({ code: 'BRANCH_CONFLICT' });
    await user.git('checkout', '-q', 'ticket/a');
    const third = { branch: 'ticket/a', tree, parent, message: `third\n\n${message('k1')}` };
    await expect(repository.commit(third)).rejects.toThrow('checked out');
    await expect(repository.commit({ ...third, branch: '-x' })).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});

describe('push', () => {
  async function prepared(key = 'k1') {
    const user = await make();
    const repository = await openTestRepository(user);
    const parent = await user.git('rev-parse', 'HEAD');
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    const commit = (text: string) =>
      repository.commit({ branch: 'ticket/a', tree, parent, message: `${text}\n\nTicket-Key: ${key}\n` });
    return { user, repository, commit, tree, parent };
  }

  it('creates the branch, replaces it by a later run, and repeats without an effect', async () => {
    const { user, repository, commit } = await prepared();
    await repository.base(null, never);
    const first = await commit('one');
    expect(await repository.push('ticket/a', first, never)).toBe(true);
    expect(await repository.push('ticket/a', first, never)).toBe(true);
    const second = await commit('two');
    expect(await repository.push('ticket/a', second, never)).toBe(true);
    expect(await user.remoteGit('rev-parse', 'ticket/a')).toBe(second);
    expect(await user.remoteGit('for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main\nrefs/heads/ticket/a',
    );
  });

  it('never pushes over somebody else’s commits', async () => {
    const { user, repository, commit, tree } = await prepared();
    const head = await commit('one');
    await repository.push('ticket/a', head, never);
    const foreign = await user.remoteGit('commit-tree', tree, '-p', head, '-m', 'a fix of mine');
    await user.remoteGit('update-ref', 'refs/heads/ticket/a', foreign);
    await expect(repository.push('ticket/a', await commit('two'), never)).rejects.toMatchObject({
      code: 'BRANCH_CONFLICT',
      message: expect.stringContaining(foreign),
    });
    expect(await user.remoteGit('rev-parse', 'ticket/a')).toBe(foreign);
  });

  it('tells a refusal from an absence', async () => {
    const { user, repository, commit } = await prepared();
    const head = await commit('one');
    const hook = join(user.remote ?? '', 'hooks/pre-receive');
    await writeFile(hook, '#!/bin/sh\necho "GH013: rule violations"\nexit 1\n');
    await chmod(hook, 0o755);
    await expect(repository.push('ticket/a', head, never)).rejects.toMatchObject({
      code: 'PUSH_REJECTED',
      message: expect.stringContaining('GH013'),
    });
    await rm(user.remote ?? '', { recursive: true });
    await expect(repository.push('ticket/a', head, never)).rejects.toMatchObject({
      code: 'GIT_REMOTE_UNREACHABLE',
    });
  });

  it('is false without a remote', async () => {
    const user = await make({ remote: 'none' });
    const repository = await openTestRepository(user);
    expect(await repository.push('main', await user.git('rev-parse', 'HEAD'), never)).toBe(false);
  });

  it('takes credentials out of a URL and shows them nowhere', async () => {
    const user = await make();
    await user.git('remote', 'set-url', 'origin', 'https://bot:s3cret-word@127.0.0.1:1/x.git');
    const repository = await openTestRepository(user);
    const failure = await repository.base('main', never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'GIT_REMOTE_UNREACHABLE' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('s3cret-word');
  });
});

describe('a name', () => {
  it('S42, S43: that git would take for an option, a program or an address is refused at every door', async () => {
    const user = await make();
    const repository = await openTestRepository(user);
    const pwn = join(user.home, 'PWN');
    const sha = await user.git('rev-parse', 'HEAD');
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    const attacks = [
      ...['--upload-pack', '--receive-pack', '--exec', '-u', '-uc', '-vu', '-4u'].map(
        (flag) => `${flag}=touch ${pwn}`,
      ),
      ...['--upload-pack', '-u', '--exec', '-c', '--config-env', '--git-dir', '--work-tree'],
      ...['ext::sh', 'EXT::sh', 'fd::17', 'transport::ext::sh'].map((scheme) => `${scheme} -c touch% ${pwn}`),
      ...['core.fsmonitor', 'core.sshCommand', 'protocol.ext.allow', 'PROTOCOL.ALLOW'].map(
        (key) => `-c ${key}=always`,
      ),
      ...['--output', '--pathspec-from-file', '--template', '--separate-git-dir'].map(
        (flag) => `${flag}=${pwn}`,
      ),
      ...[
        'file:///etc/passwd',
        '../../x',
        '+refs/*:refs/*',
        ':main',
        'main\n--exec=x',
        '$(id)',
        'a b',
        '@',
        '',
      ],
      ...['GIT_CONFIG_COUNT=1', `main --output=${pwn}`, 'refs/heads/../../x', '@{-1}', 'HEAD', 'main:main'],
    ];
    for (const attack of attacks) {
      const message = 'x';
      const doors: [string, () => Promise<unknown>][] = [
        ['base', () => repository.base(attack, never)],
        ['commit to', () => repository.commit({ branch: attack, tree, parent: sha, message })],
        ['commit on', () => repository.commit({ branch: 'ticket/a', tree, parent: attack, message })],
        ['commit of', () => repository.commit({ branch: 'ticket/a', tree: attack, parent: sha, message })],
        ['push to', () => repository.push(attack, sha, never)],
        ['push of', () => repository.push('ticket/a', attack, never)],
        ['remove', () => repository.removeBranch(attack, sha)],
        ['remove at', () => repository.removeBranch('ticket/a', attack)],
        ['diff from', () => repository.diff(attack, sha)],
        ['diff to', () => repository.diff(sha, attack)],
      ];
      for (const [door, enter] of doors) {
        const ended = await enter().then(
          () => 'taken',
          (error: unknown) => toFailure(error).code,
        );
        expect([door, attack, ended]).toEqual([
          door,
          attack,
          door === 'base' ? 'GIT_BASE_MISSING' : 'GIT_FAILED',
        ]);
      }
    }
    expect(existsSync(pwn)).toBe(false);
    expect(await user.remoteGit('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });
});

describe('planted configuration', () => {
  it('starts no program of the repository’s hooks, filters, drivers or aliases', async () => {
    const user = await make({
      files: { 'a.txt': 'one\n', '.gitattributes': '*.txt filter=evil diff=evil merge=evil\n' },
    });
    const trap = join(user.home, 'trap.sh');
    const sprung = join(user.home, 'sprung');
    await writeFile(trap, `#!/bin/sh\necho "$0 $*" >> '${sprung}'\ncat\n`);
    await chmod(trap, 0o755);
    for (const hook of [
      'post-checkout',
      'reference-transaction',
      'pre-push',
      'post-commit',
      'post-index-change',
    ]) {
      await writeFile(join(user.root, '.git/hooks', hook), `#!/bin/sh\necho ${hook} >> '${sprung}'\n`, {
        mode: 0o755,
      });
    }
    const keys = [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'core.editor',
      'core.askPass',
      'credential.helper',
    ];
    const drivers = ['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'diff.evil.textconv'];
    const more = [
      'diff.evil.command',
      'diff.external',
      'merge.evil.driver',
      'gpg.program',
      'uploadpack.packObjectsHook',
    ];
    const ways = ['remote.origin.receivepack', 'remote.origin.uploadpack', 'alias.push', 'core.gitProxy'];
    for (const key of [...keys, ...drivers, ...more, ...ways]) await user.git('config', key, trap);
    await user.git('config', 'core.hooksPath', join(user.root, '.git/hooks'));
    await user.git('config', 'commit.gpgSign', 'true');
    const repository = await openTestRepository(user);
    const base = await repository.base(null, never);
    const tree = await user.git('rev-parse', `${base.sha}^{tree}`);
    const head = await repository.commit({
      branch: 'ticket/a',
      tree,
      parent: base.sha,
      message: message('k'),
    });
    await repository.push('ticket/a', head, never);
    await repository.diff(base.sha, head);
    expect(existsSync(sprung)).toBe(false);
  });
});

describe('locks', () => {
  it('removes the lock that a killed life of ours left on our branch, and no other', async () => {
    const user = await make();
    const repository = await openTestRepository(user);
    const base = await repository.base(null, never);
    const tree = await user.git('rev-parse', `${base.sha}^{tree}`);
    await user.git('update-ref', 'refs/heads/ticket/other', base.sha);
    const lock = join(user.root, '.git/refs/heads/ticket/a.lock');
    for (const path of [lock, join(user.root, '.git/index.lock')]) await writeFile(path, '');
    const order = { branch: 'ticket/a', tree, parent: base.sha, message: message('k') };
    expect(await repository.commit(order)).toBe(await user.git('rev-parse', 'ticket/a'));
    expect(existsSync(lock)).toBe(false);
    expect(existsSync(join(user.root, '.git/index.lock'))).toBe(true);
  });

  it("waits for somebody else's lock, and says which, but never removes it", async () => {
    const user = await make();
    const repository = await openTestRepository(user);
    const base = await repository.base(null, never);
    const lock = join(user.root, '.git/refs/heads/ticket/b.lock');
    await mkdir(dirname(lock), { recursive: true });
    await writeFile(lock, '');
    const foreign = repository.git.run(['update-ref', 'refs/heads/ticket/b', base.sha]);
    await expect(foreign).rejects.toMatchObject({ code: 'GIT_LOCKED', isInfrastructure: true });
    expect(existsSync(lock)).toBe(true);
  });

  it('begins with none in its own git directory, whatever a killed life left there', async () => {
    const user = await make();
    const first = await openTestRepository(user);
    const base = await first.base(null, never);
    const own = await first.own.run(['rev-parse', '--absolute-git-dir']);
    const locks = ['packed-refs.lock', 'shallow.lock', 'refs/ticketmill/known/main.lock'];
    for (const lock of locks) {
      await mkdir(dirname(join(own.trim(), lock)), { recursive: true });
      await writeFile(join(own.trim(), lock), '');
    }
    const next = await openTestRepository(user);
    expect(await next.base(null, never)).toEqual(base);
    for (const lock of locks) expect(existsSync(join(own.trim(), lock))).toBe(false);
  });
});
