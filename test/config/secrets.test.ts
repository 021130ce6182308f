import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSecrets } from '../../src/config/secrets.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

function rootWith(content: string, mode = 0o600): string {
  const root = directory();
  writeFiles(root, { '.env': content });
  chmodSync(join(root, '.env'), mode);
  return root;
}

describe('readSecrets', () => {
  it('has none without environment and file', () => {
    expect(readSecrets(directory(), {})).toEqual({ secrets: {}, warnings: [] });
  });

  it('reads .env, with quotes and comments, and only the secrets in it', () => {
    const root = rootWith('# tokens\nGITHUB_TOKEN="abc"\nexport GITEA_TOKEN=def # x\nPATH=/evil\n');
    expect(readSecrets(root, {})).toEqual({
      secrets: { GITHUB_TOKEN: 'abc', GITEA_TOKEN: 'def' },
      warnings: [],
    });
  });

  it('prefers the real environment, except where it is empty', () => {
    const root = rootWith('GITHUB_TOKEN=file\nTICKETMILL_API_TOKEN=file\nGITHUB_WEBHOOK_SECRET= \n');
    const env = { GITHUB_TOKEN: 'real', TICKETMILL_API_TOKEN: ' ' };
    expect(readSecrets(root, env).secrets).toEqual({ GITHUB_TOKEN: 'real', TICKETMILL_API_TOKEN: 'file' });
  });

  it('warns when others can read the file', () => {
    const root = rootWith('GITHUB_TOKEN=abc', 0o644);
    expect(readSecrets(root, {}).warnings).toEqual([
      expect.stringMatching(/open to other users .*chmod 600/),
    ]);
  });

  it('warns of settings, which are not read from there', () => {
    const root = rootWith('TICKETMILL_SERVER__PORT=1');
    expect(readSecrets(root, {}).warnings).toEqual([
      expect.stringMatching(/^TICKETMILL_SERVER__PORT in \.env is no secret/),
    ]);
  });

  it('warns when the file is there and unreadable', () => {
    const root = directory();
    mkdirSync(join(root, '.env'));
    expect(readSecrets(root, { GITEA_TOKEN: 'x' })).toEqual({
      secrets: { GITEA_TOKEN: 'x' },
      warnings: [expect.stringMatching(/can't be read: EISDIR/)],
    });
  });
});
