import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { typed } from '../support/command-line.ts';

const block = (path: string, search: string, replace: string) =>
  `${path}\n<<<<<<< SEARCH\n${search}\n=======\n${replace}\n>>>>>>> REPLACE\n`;

describe('ticketmill apply', () => {
  const directory = temporaryDirectories();

  it('applies what can be applied and tells the rest', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'sub/a.txt': 'one\ntwo\n', 'sub/b.txt': 'three\n' });
    const stdin = block('a.txt', 'two', 'zwei') + block('b.txt', 'nothing like it', 'drei');
    const said = await typed(['apply', '--dir', 'sub', '--json'], { cwd, stdin });
    expect(said.code).toBe(1);
    expect(said.json()).toEqual([
      { applied: [{ path: 'a.txt' }], failed: [{ path: 'b.txt', reason: expect.any(String) as unknown }] },
    ]);
    expect(readFileSync(join(cwd, 'sub/a.txt'), 'utf8')).toBe('one\nzwei\n');
  });

  it('speaks to a person', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'a.txt': 'one\n' });
    const good = await typed(['apply'], { cwd, stdin: block('a.txt', 'one', 'eins') });
    expect(good).toMatchObject({ code: 0, out: 'applied a.txt\n', err: '' });
    const bad = await typed(['apply'], { cwd, stdin: 'I did nothing.', isTerminal: { stdin: true } });
    expect(bad).toMatchObject({ code: 1, out: 'failed: the reply holds no edit\n' });
    expect(bad.err).toContain('Ctrl-D');
  });

  it('says so when the directory is none', async () => {
    const said = await typed(['apply', '--dir', 'nowhere'], { cwd: directory() });
    expect(said.code).toBe(2);
    expect(said.err).toContain('nowhere, expected a directory that exists');
  });
});
