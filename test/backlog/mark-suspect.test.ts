import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Suspects } from '../../src/backlog/mark-suspect.ts';
import { openSuspects } from '../../src/backlog/mark-suspect.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { openBacklog } from '../support/folder-store.ts';

const fresh = temporaryDirectories();
const script = fileURLToPath(new URL('../support/die-parsing.ts', import.meta.url));

describe('a file that ends the process that parses it', () => {
  let root: string;
  let directory: string;
  let corrupt: string;
  let file: string;
  let warnings: string[];
  beforeEach(() => {
    root = fresh();
    directory = join(root, 'suspect');
    corrupt = join(root, 'corrupt');
    file = join(root, 'poison.md');
    warnings = [];
    writeFileSync(file, 'Poison.\n');
  });

  const nextLife = (): Suspects =>
    openSuspects({
      directory,
      corrupt: { directory: corrupt, now: () => new Date('2026-01-02T10:00:00Z') },
      warn: (message) => void warnings.push(message),
    });

  /** One life that parses the file, for real, and is over. */
  const die = () => spawnSync(process.execPath, [script, directory, corrupt, file], { encoding: 'utf8' });

  const remembered = (): string[] => readdirSync(directory).filter((name) => name !== 'parsing.json');

  const putAside = (): string[] => (existsSync(corrupt) ? readdirSync(corrupt) : []);

  it('ends two lives and no third, and is kept with the reason', () => {
    expect(die().signal).toBe('SIGABRT');
    expect(readdirSync(directory)).toEqual(['parsing.json']);
    expect(die().signal).toBe('SIGABRT');
    const third = die();
    expect(third.stdout).toContain('the file is gone');
    expect(third.stdout).toContain('is put aside as');
    expect(existsSync(file)).toBe(false);
    const [kept = '', why = ''] = putAside();
    expect(readFileSync(join(corrupt, kept), 'utf8')).toBe('Poison.\n');
    expect(readFileSync(join(corrupt, why), 'utf8')).toContain(
      'died 2 times while this file was being parsed',
    );
    expect(remembered()).toEqual([]);
  });

  it('is forgiven once it has been parsed: the death came from outside', async () => {
    die();
    for (let lives = 0; lives < 3; lives += 1) {
      const suspects = nextLife();
      await suspects.judge();
      expect(suspects.during(file, statSync(file, { bigint: true }), () => 'parsed')).toBe('parsed');
      expect(remembered()).toEqual([]);
    }
    die();
    await nextLife().judge();
    expect(putAside()).toEqual([]);
  });

  it('stays remembered over lives that end before they come to it', async () => {
    die();
    for (let lives = 0; lives < 5; lives += 1) await nextLife().judge();
    expect(putAside()).toEqual([]);
    die();
    await nextLife().judge();
    expect(putAside()).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  it('is another one once a person replaced it', async () => {
    die();
    writeFileSync(`${file}.new`, 'Mended.\n');
    spawnSync('mv', [`${file}.new`, file]);
    const suspects = nextLife();
    await suspects.judge();
    expect(remembered()).toEqual([]);
    expect(putAside()).toEqual([]);
  });

  it('is not blamed for a death after its parsing, nor for another file that was parsed then', async () => {
    const other = join(root, 'other-with-a-much-longer-name-than-the-poison.md');
    writeFileSync(other, 'Good.\n');
    nextLife().during(other, statSync(other, { bigint: true }), () => 'parsed');
    await nextLife().judge();
    expect(remembered()).toEqual([]);
    die();
    const suspects = nextLife();
    await suspects.judge();
    expect(JSON.parse(readFileSync(join(directory, remembered()[0] ?? ''), 'utf8'))).toMatchObject({
      path: file,
      deaths: 1,
    });
  });

  it('is looked for in what is no marker of ours without harm', async () => {
    mkdirSync(directory);
    writeFileSync(join(directory, 'torn.json'), '{ "path": ');
    writeFileSync(join(directory, 'strange.json'), '[]');
    writeFileSync(join(directory, 'parsing.json'), '{ "path": ');
    await nextLife().judge();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is parsed unmarked where no marker can be written', () => {
    writeFileSync(directory, 'no directory');
    expect(nextLife().during(file, statSync(file, { bigint: true }), () => 'parsed')).toBe('parsed');
  });
});

describe('a backlog', () => {
  it('puts such a ticket aside before it reads anything, and works on the others', async () => {
    const root = fresh();
    const first = await openBacklog(root);
    first.save('todo', 'good.md', 'Please.\n');
    first.save('todo', 'poison.md', 'Poison.\n');
    const poison = first.path('todo', 'poison.md');
    const suspects = join(root, 'suspect');
    for (let lives = 0; lives < 2; lives += 1)
      spawnSync(process.execPath, [script, suspects, join(root, 'corrupt'), poison]);
    const warnings: string[] = [];
    const { store, files } = await openBacklog(root, {
      warn: (message) => void warnings.push(message),
      arrivedByRename: () => true,
    });
    await store.recover(() => null);
    expect(files()).toEqual({ todo: ['good.md'] });
    expect(warnings).toEqual([expect.stringContaining('poison.md is put aside')]);
    expect((await store.candidates()).map(({ file }) => file)).toEqual(['good.md']);
    expect(readdirSync(suspects)).toEqual(['parsing.json']);
  });
});
