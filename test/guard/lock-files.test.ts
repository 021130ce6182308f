import { describe, expect, it } from '@jest/globals';
import { hasManifest, isLockFile, manifestsOf } from '../../src/guard/lock-files.ts';

describe('lock files', () => {
  it.each(['package-lock.json', 'a/yarn.lock', 'Gemfile.lock', 'go.sum', 'x/packages.lock.json'])(
    '%s is one',
    (path) => {
      expect(isLockFile(path)).toBe(true);
      expect(manifestsOf(path)).not.toEqual([]);
    },
  );

  it.each(['lock.ts', 'flock', 'toString', 'constructor', ''])('%s is none', (path) => {
    expect(isLockFile(path)).toBe(false);
    expect(hasManifest(path, ['package.json'])).toBe(false);
  });

  it.each([
    ['Gemfile.lock', 'my.gemspec'],
    ['Gemfile.lock', 'Gemfile'],
    ['src/packages.lock.json', 'src/App.csproj'],
    ['gradle.lockfile', 'app/build.gradle.kts'],
  ])('%s follows %s', (lock, manifest) => {
    expect(hasManifest(lock, ['other.txt', manifest])).toBe(true);
  });
});
