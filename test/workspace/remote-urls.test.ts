import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createGit } from '../../src/workspace/git.ts';
import { remoteUrls } from '../../src/workspace/remote-urls.ts';
import { temporaryDirectories } from '../support/directory.ts';

const path = process.env['PATH'] ?? '';
const directory = temporaryDirectories();

/** What the remote's addresses are under these settings, and how often git was started to find out. */
async function ask(settings: readonly (readonly [key: string, value: string])[], name = 'origin') {
  const folder = directory();
  execFileSync('git', ['init', '-q', folder]);
  for (const [key, value] of settings) execFileSync('git', ['-C', folder, 'config', '--add', key, value]);
  let started = 0;
  const git = createGit({ gitDir: join(folder, '.git') }, { path, home: folder });
  const counted = {
    ...git,
    attempt: (...call: Parameters<typeof git.attempt>) => (started++, git.attempt(...call)),
    run: (...call: Parameters<typeof git.run>) => (started++, git.run(...call)),
  };
  return { urls: await remoteUrls(counted, name), started };
}

describe('remoteUrls', () => {
  it.each([
    ['one address', [['remote.origin.url', 'https://a.example/x.git']], 'https://a.example/x.git', null],
    [
      'another one to push to',
      [
        ['remote.origin.url', '../x.git'],
        ['remote.origin.pushurl', '/y.git'],
      ],
      '../x.git',
      '/y.git',
    ],
    [
      'other remotes',
      [
        ['remote.origin.b.url', 'other'],
        ['remote.origin.url', 'ours'],
        ['remote.Origin.url', 'other'],
      ],
      'ours',
      null,
    ],
  ] as const)('reads %s in one call of git', async (_case, settings, fetchUrl, pushUrl) => {
    expect(await ask(settings)).toEqual({ urls: { fetchUrl, pushUrl: pushUrl ?? fetchUrl }, started: 1 });
  });

  it.each([
    ['url.https://b.example/.insteadOf', 'https://b.example/x', 'https://b.example/x'],
    ['url.https://b.example/.pushInsteadOf', 'a:x', 'https://b.example/x'],
  ])('follows %s', async (key, fetchUrl, pushUrl) => {
    const settings = [['remote.origin.url', 'a:x'] as const, [key, 'a:'] as const];
    expect((await ask(settings)).urls).toEqual({ fetchUrl, pushUrl });
  });

  it('takes the one of several that git takes', async () => {
    const settings = ['first', 'second'].map((url) => ['remote.origin.url', url] as const);
    expect((await ask(settings)).urls).toEqual({ fetchUrl: 'first', pushUrl: 'first' });
  });

  it('is null without a remote of this name', async () => {
    expect((await ask([['remote.other.url', 'x']])).urls).toBeNull();
    expect((await ask([])).urls).toBeNull();
  });
});
