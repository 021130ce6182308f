import { describe, expect, it } from '@jest/globals';
import { printConfig } from '../../src/config/print.ts';
import { loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

function load() {
  const root = directory();
  const env = {
    TICKETMILL_SERVER__PORT: '4',
    OLLAMA_HOST: 'http://me:password@box',
    GITHUB_TOKEN: 'secret-token',
  };
  return { root, loaded: loadWritten(root, { folders: { doing: 'doing' }, mcp: {} }, env) };
}

describe('printConfig', () => {
  it('shows every value in effect and where it came from', () => {
    const { root, loaded } = load();
    const lines = printConfig(loaded, 'text').split('\n');
    expect(lines.slice(0, 2)).toEqual([`# root ${root}`, `# file ${root}/config.json`]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'server.port = 4  # TICKETMILL_SERVER__PORT',
        'server.host = "127.0.0.1"  # default',
        'folders.processing = "doing"  # config.json:3:14',
        'ollama.hosts = ["http://***@box"]  # OLLAMA_HOST',
        'budget.perTicket = {}  # default',
      ]),
    );
    expect(lines.some((line) => line.startsWith('git.baseBranch'))).toBe(false);
  });

  it('is one object as JSON', () => {
    const { root, loaded } = load();
    const printed = JSON.parse(printConfig(loaded, 'json')) as Record<string, unknown>;
    expect(Object.keys(printed)).toEqual([
      'root',
      'file',
      'config',
      'origins',
      'secrets',
      'warnings',
      'notices',
    ]);
    expect(printed).toMatchObject({
      root,
      config: { server: { port: 4 } },
      origins: { 'server.port': 'TICKETMILL_SERVER__PORT' },
      secrets: { GITHUB_TOKEN: 'set', GITEA_TOKEN: 'unset' },
      notices: [expect.stringContaining('mcp')],
    });
  });

  it.each(['text', 'json'] as const)('shows no secret in %s', (form) => {
    const printed = printConfig(load().loaded, form);
    expect(printed).not.toMatch(/secret-token|password/);
    expect(printed).toContain('GITHUB_TOKEN');
  });

  it('says when there is no file', () => {
    const { loaded } = load();
    expect(printConfig({ ...loaded, file: null }, 'text')).toContain('# file none');
  });
});
