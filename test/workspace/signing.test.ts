import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRepository, type TestRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
const made: TestRepository[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((repository) => repository.remove()));
});

function hasKeygen(): boolean {
  return path.split(':').some((folder) => existsSync(join(folder, 'ssh-keygen')));
}

/** A repository, and beside it the home of a user with these settings. */
async function setUp(gitconfig: (home: string) => string) {
  const user = await makeRepository({ files: { a: 'a\n' } });
  made.push(user);
  const home = join(user.home, 'home-of-user');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), gitconfig(home));
  const repository = await openTestRepository(user, { signing: { path, home, env: {} } });
  const commit = async () => {
    const parent = await user.git('rev-parse', 'HEAD');
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    return repository.commit({ branch: 'ticket/1', tree, parent, message: 'Signed\n' });
  };
  return { user, home, commit, repository };
}

(hasKeygen() ? describe : describe.skip)('a signed commit (needs ssh-keygen)', () => {
  const withKey = async () => {
    const at = await setUp((home) => `[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = ${home}/key.pub\n`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', join(at.home, 'key')]);
    return at;
  };

  it('is signed with the key of the user', async () => {
    const { user, home, commit } = await withKey();
    const head = await commit();
    const allowed = join(home, 'allowed');
    writeFileSync(allowed, `ticketmill@localhost ${readFileSync(join(home, 'key.pub'), 'utf8')}`);
    const verify = [
      '-c',
      'gpg.format=ssh',
      '-c',
      `gpg.ssh.allowedSignersFile=${allowed}`,
      'verify-commit',
      head,
    ];
    await expect(user.git(...verify)).resolves.toBeDefined();
  });

  it('is the same commit when it is asked for again', async () => {
    const { commit } = await withKey();
    expect(await commit()).toBe(await commit());
  });

  it('does not heed what the repository says of signing', async () => {
    const { user, home, commit } = await withKey();
    const planted = join(home, 'PWN');
    writeFileSync(join(home, 'evil.sh'), `#!/bin/sh\ntouch ${planted}\n`, { mode: 0o755 });
    await user.git('config', 'gpg.ssh.program', join(home, 'evil.sh'));
    await user.git('config', 'gpg.program', join(home, 'evil.sh'));
    await commit();
    expect(existsSync(planted)).toBe(false);
  });

  it('is not made for what no person will see', async () => {
    const { user, repository } = await withKey();
    const tree = await user.git('rev-parse', 'HEAD^{tree}');
    const sha = await repository.writeCommit({ tree, parents: [], message: 'Between us\n', unsigned: true });
    expect(await user.git('cat-file', 'commit', sha)).not.toContain('gpgsig');
  });
});

describe('a commit that cannot be signed', () => {
  it('is not made, and says what is missing', async () => {
    const { commit } = await setUp(() => '');
    await expect(commit()).rejects.toMatchObject({ code: 'GIT_FAILED', message: /user\.signingkey/ });
  });

  it('is not made with a key that is not there', async () => {
    const { commit } = await setUp(
      (home) => `[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = ${home}/none.pub\n`,
    );
    await expect(commit()).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
