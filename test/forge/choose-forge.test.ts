import { describe, expect, it } from '@jest/globals';
import type { ForgeWishes } from '../../src/forge/choose-forge.ts';
import { chooseForge } from '../../src/forge/choose-forge.ts';

const wishes = (changes: Partial<ForgeWishes>): ForgeWishes => ({
  kind: 'auto',
  baseUrl: undefined,
  repository: undefined,
  remoteUrl: null,
  hasToken: { github: true, gitea: true },
  ...changes,
});
const place = { owner: 'acme', repo: 'greeter' };

describe('the forge of a repository', () => {
  it.each([
    ['https://github.com/acme/greeter.git', 'https://api.github.com'],
    ['git@github.com:acme/greeter.git', 'https://api.github.com'],
    ['ssh://git@github.com/acme/greeter', 'https://api.github.com'],
  ])('is GitHub for %s', (remoteUrl, baseUrl) => {
    expect(chooseForge(wishes({ remoteUrl }))).toEqual({ kind: 'github', baseUrl, place });
  });

  it('is Gitea where the remote is at its address, and what is asked for by name', () => {
    const remoteUrl = 'https://forge.example.org/acme/greeter';
    const baseUrl = 'https://forge.example.org/api/v1';
    expect(chooseForge(wishes({ remoteUrl, baseUrl }))).toEqual({ kind: 'gitea', baseUrl, place });
    expect(chooseForge(wishes({ remoteUrl, kind: 'gitea' }))).toEqual({ kind: 'gitea', baseUrl, place });
    expect(chooseForge(wishes({ remoteUrl, kind: 'github' }))).toMatchObject({
      baseUrl: 'https://forge.example.org/api/v3',
    });
    const elsewhere = wishes({ remoteUrl: '/srv/git/x.git', kind: 'github', repository: 'a/b' });
    expect(chooseForge(elsewhere)).toMatchObject({ place: { owner: 'a', repo: 'b' } });
  });

  it.each([
    [{ remoteUrl: null }, null],
    [{ remoteUrl: '/srv/git/greeter.git' }, null],
    [{ kind: 'local', remoteUrl: 'https://github.com/acme/greeter' }, null],
    [
      { remoteUrl: 'https://github.com/a/b', hasToken: { github: false, gitea: false } },
      /GITHUB_TOKEN is not set/,
    ],
    [{ remoteUrl: 'https://gitlab.com/acme/greeter' }, /gitlab.com is not supported/],
    [{ remoteUrl: 'git@bitbucket.org:acme/greeter' }, /bitbucket.org is not supported/],
  ] as const)('stays on this machine for %j', (changes, notice) => {
    const chosen = chooseForge(wishes(changes));
    expect(chosen.kind).toBe('local');
    if (notice === null) expect(chosen).toMatchObject({ notice });
    else expect(chosen).toMatchObject({ notice: expect.stringMatching(notice) });
  });

  it('that cannot be reached is refused with what to set', () => {
    const none = { github: false, gitea: false };
    expect(() => chooseForge(wishes({ kind: 'gitea', hasToken: none }))).toThrow(/GITEA_TOKEN is not set/);
    expect(() => chooseForge(wishes({ kind: 'github', remoteUrl: '/srv/x.git' }))).toThrow(
      /forge.repository/,
    );
    expect(() => chooseForge(wishes({ kind: 'gitea', repository: 'a/b' }))).toThrow(/forge.baseUrl/);
  });
});
