import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { openMirror } from '../../src/workspace/open-mirror.ts';
import { temporaryDirectories } from '../support/directory.ts';

describe('the address of a mirror', () => {
  const directory = temporaryDirectories();

  it.each([
    'https://a.example.org/b.git',
    '/with "quotes" and \\ a # b',
    'x"\n[core]\n\tfsmonitor = touch y',
  ])('is one value, whatever it says: %j', async (url) => {
    const mirror = directory();
    await openMirror(mirror, 'https://an.earlier.one/');
    await openMirror(mirror, url);
    const listed = execFileSync('git', ['config', '--file', `${mirror}/.git/config`, '--list', '-z']);
    const values = listed.toString().split('\0').filter(Boolean);
    expect(values).toContain(`remote.origin.url\n${url}`);
    expect(values.map((value) => value.split('\n')[0])).toEqual([
      'core.repositoryformatversion',
      'core.safecrlf',
      'remote.origin.url',
    ]);
  });
});
