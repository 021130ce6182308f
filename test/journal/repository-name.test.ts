import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rememberRepository } from '../../src/journal/repository-name.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

describe('the name of the repository', () => {
  it('is the first one that the installation had', async () => {
    const state = join(directory(), 'state');
    expect(await rememberRepository(state, '/home/somebody/project')).toBe('/home/somebody/project');
    expect(await rememberRepository(state, 'https://example.org/project.git')).toBe('/home/somebody/project');
    expect(statSync(join(state, 'repository')).mode & 0o777).toBe(0o600);
  });

  it('is taken anew where none was kept', async () => {
    const state = directory();
    writeFileSync(join(state, 'repository'), '\n');
    expect(await rememberRepository(state, 'project')).toBe('project');
    expect(await rememberRepository(state, 'other')).toBe('project');
  });

  it('is not made up where the kept one cannot be read', async () => {
    const state = directory();
    mkdirSync(join(state, 'repository'));
    await expect(rememberRepository(state, 'project')).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
