import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openNewestTickets } from '../../src/backlog/newest-tickets.ts';
import { readSummary, readTicketFile } from '../../src/backlog/read-ticket-file.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

describe('the newest finished tickets', () => {
  it('are told by the numbers of their names, and no others are ever read', async () => {
    const directory = fresh();
    const names = ['task-9 - Nine.md', 'task-10 - Ten.md', 'task-100 - Hundred.md', 'plain.md', 'task-2.md'];
    for (const name of names)
      writeFileSync(join(directory, name), `---\ntitle: ${name}\nmodified_files: [a.ts]\n---\n`);
    const asked: string[] = [];
    const newest = openNewestTickets(
      directory,
      (path) => {
        asked.push(path);
        return readSummary(path, readTicketFile);
      },
      3,
    );
    const titles = async (): Promise<string[]> => (await newest()).map(({ title }) => title);
    expect(await titles()).toEqual(['task-9 - Nine.md', 'task-10 - Ten.md', 'task-100 - Hundred.md']);
    expect(await newest()).toMatchObject([{ state: 'done', modifiedFiles: ['a.ts'] }, {}, {}]);
    expect(asked).toHaveLength(3);
    rmSync(join(directory, 'task-10 - Ten.md'));
    writeFileSync(join(directory, 'task-101 - Broken.md'), '---\nnever closed');
    expect(await titles()).toEqual(['task-9 - Nine.md', 'task-100 - Hundred.md']);
    expect(asked).toHaveLength(4);
  });
});
