import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { addFile, addTickets, applyReply, lint, listModels, listTickets } from '../../src/app/tools.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { loadWritten, writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { realClock } from '../support/real-clock.ts';

const never = new AbortController().signal;

describe('tools', () => {
  const directory = temporaryDirectories();

  it('lint stops when it is told to', async () => {
    const reading = lint([{ path: 'a', name: 'a' }], AbortSignal.abort());
    await expect(reading.next()).rejects.toThrow('aborted');
  });

  it('lint refuses a link, as the inbox does', async () => {
    const folder = directory();
    writeFiles(folder, { 'a.md': '# A' });
    symlinkSync('a.md', join(folder, 'b.md'));
    const lines = [];
    for await (const { line } of lint(await listTickets(['.'], folder), never)) lines.push(line);
    expect(lines).toMatchObject([
      { file: 'a.md', ok: true },
      { file: 'b.md', ok: false, error: 'b.md: it is a symbolic link' },
    ]);
  });

  it('addFile keeps the name, numbers a taken one, and takes the same bytes for the same file', async () => {
    const folder = directory();
    writeFiles(folder, { 'x/a.md': '# A', 'y/a.md': '# Other' });
    const todo = join(folder, 'backlog/todo');
    expect(await addFile(join(folder, 'x/a.md'), todo)).toBe('a.md');
    expect(await addFile(join(folder, 'y/a.md'), todo)).toBe('a-2.md');
    expect(await addFile(join(folder, 'y/a.md'), todo)).toBe('a-2.md');
    expect(readdirSync(todo).sort()).toEqual(['a-2.md', 'a.md']);
    expect(readFileSync(join(todo, 'a.md'), 'utf8')).toBe('# A');
  });

  it('addFile refuses what is no plain file', async () => {
    const folder = directory();
    writeFiles(folder, { 'a.md': '# A' });
    symlinkSync('a.md', join(folder, 'b.md'));
    await expect(addFile(join(folder, 'b.md'), join(folder, 'todo'))).rejects.toThrow(
      'it is a symbolic link',
    );
    expect(existsSync(join(folder, 'todo'))).toBe(false);
  });

  it('addTickets writes ids as the config has them', async () => {
    const root = directory();
    const loaded = loadWritten(root, { taskIdFormat: { pattern: 'ABC-{id}', extractRegex: 'ABC-(\\d+)' } });
    const paths = resolvePaths(loaded.config, root, { HOME: '/home/somebody' });
    const added = await addTickets(
      [{ title: 'One' }],
      { config: loaded.config, paths },
      { env: {}, clock: realClock, warn: () => undefined },
    );
    expect(added).toEqual([{ id: 'ABC-1', file: 'abc-1 - One.md' }]);
  });

  it('applyReply changes files of a directory', async () => {
    const folder = directory();
    const { applied, failed } = await applyReply(
      '```diff\n--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+hello\n```\n',
      folder,
    );
    expect({ applied, failed }).toEqual({ applied: [{ path: 'a.txt' }], failed: [] });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('hello\n');
  });

  it('listModels asks the configured hosts', async () => {
    await using ollama = await startFakeOllama({ models: [{ name: 'coder:7b' }] });
    const { config } = loadWritten(directory(), { ollama: { hosts: [ollama.url] } });
    expect(await listModels(config, realClock, never)).toMatchObject([{ id: 'ollama/coder:7b' }]);
  });
});
