import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideDependencies } from '../../src/workspace/dependencies.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { writeFiles } from '../support/git-repository.ts';

const never = new AbortController().signal;
const path = process.env['PATH'] ?? '/usr/bin:/bin';
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ticketmill-dependencies-'));
  await mkdir(join(home, 'checkout'));
  await mkdir(join(home, 'worktree'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function provide() {
  const sandbox = await createSandbox({ mode: 'off', path, userHome: home, warn: () => undefined });
  const options = { sandbox, checkout: join(home, 'checkout'), cache: join(home, 'cache') };
  return provideDependencies(join(home, 'worktree'), options, never);
}

/** A package whose one dependency is a packed directory, so that npm can install it without a network. */
function lockedPackage(script: string) {
  const manifest = { name: 'sample', version: '1.0.0', dependencies: { dep: 'file:dep' } };
  const lock = {
    ...{ name: 'sample', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'sample', version: '1.0.0', dependencies: { dep: 'file:dep' } },
      dep: { version: '1.0.0', hasInstallScript: true },
      'node_modules/dep': { resolved: 'dep', link: true },
    },
  };
  const dependency = { name: 'dep', version: '1.0.0', scripts: { install: script } };
  return {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'dep/package.json': JSON.stringify(dependency),
  };
}

describe('provideDependencies', () => {
  it('gives nothing to a project without a lock file, and none where nothing is needed', async () => {
    expect(await provide()).toEqual({ views: [], places: [] });
    await writeFiles(join(home, 'worktree'), { 'package.json': '{"scripts":{}}', 'package-lock.json': '{}' });
    expect(await provide()).toEqual({ views: [], places: [] });
    expect(existsSync(join(home, 'cache'))).toBe(false);
  });

  it('copies what the checkout has installed for the same lock file, by value', async () => {
    const files = { 'package.json': '{}', 'yarn.lock': 'same' };
    await writeFiles(join(home, 'worktree'), files);
    await writeFiles(join(home, 'checkout'), {
      ...files,
      'node_modules/a/i.js': 'x',
      'node_modules/.bin/a': { link: '../a/i.js' },
    });
    expect(await provide()).toEqual({ views: [], places: ['node_modules'] });
    await writeFiles(join(home, 'worktree'), { 'node_modules/.bin/a': 'written' });
    expect(await readFile(join(home, 'checkout/node_modules/a/i.js'), 'utf8')).toBe('x');
    expect(await readFile(join(home, 'worktree/node_modules/a/i.js'), 'utf8')).toBe('written');
  });

  it('does not take what belongs to another lock file', async () => {
    await writeFiles(join(home, 'worktree'), { 'requirements.txt': 'a==2' });
    await writeFiles(join(home, 'checkout'), { 'requirements.txt': 'a==1', '.venv/x': 'x' });
    expect(await provide()).toEqual({ views: [], places: [] });
  });

  it('installs by the lock file, starts no script of a package, and does it once', async () => {
    const files = lockedPackage(`echo ran > ${join(home, 'sprung')}`);
    await writeFiles(join(home, 'worktree'), files);
    const first = await provide();
    expect(first.places).toEqual(['node_modules']);
    expect(await readdir(join(home, 'worktree/node_modules'))).toContain('dep');
    expect(existsSync(join(home, 'sprung'))).toBe(false);
    const cached = await readdir(join(home, 'cache'));
    await rm(join(home, 'worktree/node_modules'), { recursive: true });
    expect(await provide()).toEqual(first);
    expect(await readdir(join(home, 'cache'))).toEqual(cached);
  });

  it('says what the installation said when it fails', async () => {
    await writeFiles(join(home, 'worktree'), {
      ...lockedPackage('x'),
      'package-lock.json': 'no lock at all',
    });
    await expect(provide()).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('npm ci'),
    });
  });
});
