import { describe, expect, it } from '@jest/globals';
import { schemaFile } from '../../src/config/written-schema.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill config', () => {
  const directory = temporaryDirectories();

  it('prints what is in effect and where it comes from', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'config.json': { ollama: { defaultModel: 'm' } } });
    const text = await typed(['config', 'print'], { cwd });
    expect(text.out).toContain('ollama.defaultModel = "m"  # config.json:');
    const json = await typed(['config', 'print', '--json'], { cwd });
    expect(JSON.parse(json.out)).toMatchObject({ root: cwd, config: { ollama: { defaultModel: 'm' } } });
  });

  it('tells all faults and warnings at once, and ends with 2', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'config.json': { ollama: { timeout: 'long', hots: [] }, server: { port: -1 } } });
    const said = await typed(['config', 'validate'], { cwd });
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/ollama\.timeout[\s\S]*server\.port[\s\S]*did you mean `ollama\.hosts`/);
    const json = await typed(['config', 'validate', '--json'], { cwd });
    expect(json.code).toBe(2);
    expect(json.json()).toEqual([
      {
        error: expect.objectContaining({
          code: 'CONFIG_INVALID',
          faults: [
            expect.objectContaining({ path: 'ollama.timeout' }),
            expect.objectContaining({ path: 'server.port' }),
          ],
        }) as object,
      },
    ]);
  });

  it('finds a good config good', async () => {
    const cwd = directory();
    expect(await typed(['config', 'validate'], { cwd })).toMatchObject({
      code: 0,
      out: 'The default config is valid.\n',
    });
    writeFiles(cwd, { 'config.json': { nonsense: 1, mcp: { enabled: true } } });
    const said = await typed(['config', 'validate'], { cwd });
    expect(said.out).toContain('is valid, with 1 warning.');
    expect(said.err).toMatch(/warning: `nonsense`[\s\S]*`mcp`/);
    const json = await typed(['config', 'validate', '--json'], { cwd });
    expect(json.json()).toEqual([expect.objectContaining({ ok: true })]);
  });

  it('prints the schema', async () => {
    expect((await typed(['config', 'schema'], { cwd: directory() })).out).toBe(schemaFile());
  });
});
