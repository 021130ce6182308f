import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { forgeTokens } from '../../../src/app/forge/forge-tokens.ts';
import { startFakeForge } from '../../support/fake-forge.ts';
import { openHouses } from '../../support/open-house.ts';

const houses = openHouses();

describe('a daemon with a forge', () => {
  it('opens a pull request there, with the token in no file, and merges it on command', async () => {
    const fake = await startFakeForge();
    try {
      const config = {
        forge: {
          kind: 'github',
          baseUrl: fake.url,
          repository: 'acme/greeter',
          writeInterval: 0,
          labels: ['mill'],
        },
      };
      const token = ['made', 'up', 'for', 'this'].join('-');
      const opened = await houses({ config, env: { GITHUB_TOKEN: token } });
      const { settled, stop } = await opened.settle('task-1');
      expect(settled).toMatchObject({ to: 'review' });
      expect(fake.pulls).toMatchObject([
        { number: 1, title: '[task-1] Say hello', labels: [{ name: 'mill' }] },
      ]);
      expect(fake.pulls[0]?.body).toContain('## Checks');
      expect(new Set(fake.calls.map((call) => call.token))).toEqual(new Set([`token ${token}`]));
      const merged = await opened.house.act('merge', { id: 'task-1' }, new AbortController().signal);
      expect(merged).toMatchObject({ state: 'done', pullRequest: { number: 1, state: 'merged' } });
      await stop();
      expect(filesBelow(opened.root).filter((file) => readFileSync(file).includes(token))).toEqual([]);
    } finally {
      await fake.close();
    }
  });

  it('acts as a GitHub App, whose key goes nowhere and whose token into no file', async () => {
    const fake = await startFakeForge();
    try {
      const token = ['made', 'up', 'for', 'an', 'app'].join('-');
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const body = { token, expires_at, permissions: {}, repository_selection: 'all' };
      fake.trouble = ({ path }) => (path === appTokenPath ? { status: 201, body } : undefined);
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const key = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
      const forge = {
        kind: 'github',
        baseUrl: fake.url,
        repository: 'acme/greeter',
        writeInterval: 0,
        app: { id: '7', installation: 42 },
      };
      const opened = await houses({ config: { forge }, env: { GITHUB_APP_PRIVATE_KEY: key } });
      const { settled, stop } = await opened.settle('task-1');
      expect(settled).toMatchObject({ to: 'review' });
      await stop();
      expect(fake.pulls).toHaveLength(1);
      const [asked, ...others] = fake.calls;
      expect(asked?.path).toBe(appTokenPath);
      expect(new Set(others.map((call) => call.token))).toEqual(new Set([`token ${token}`]));
      const said = [
        ...filesBelow(opened.root).map((file) => readFileSync(file, 'utf8')),
        JSON.stringify(opened.events),
        JSON.stringify(fake.calls),
      ];
      const [, line = ''] = key.split('\n');
      expect(said.filter((text) => text.includes(line))).toEqual([]);
      expect(said.slice(0, -1).filter((text) => text.includes(token))).toEqual([]);
    } finally {
      await fake.close();
    }
  });
});

const appTokenPath = '/app/installations/42/access_tokens';

describe('the local forge', () => {
  it('merges while what `init` has written is not committed yet', async () => {
    const opened = await houses();
    const { settled, stop } = await opened.settle('task-1');
    expect(settled).toMatchObject({ to: 'review' });
    await stop();
    appendFileSync(join(opened.root, 'config.json'), '\n');
    const merged = await opened.house.act('merge', { id: 'task-1' }, new AbortController().signal);
    expect(merged).toMatchObject({ state: 'done' });
    expect(readFileSync(join(opened.root, 'config.json'), 'utf8')).toMatch(/\n$/);
  });
});

describe('tokens', () => {
  it('go to the forge that they are for, and are read anew each time', async () => {
    const opened = await houses({ config: { forge: { baseUrl: 'https://forge.example.org/api/v1' } } });
    const env: Record<string, string> = { ...opened.env, GITHUB_TOKEN: 'one', GITEA_TOKEN: 'two' };
    const tokens = forgeTokens(loadConfig({ cwd: opened.root, env }), env);
    expect(tokens.has).toEqual({ github: true, gitea: true });
    expect(await tokens.forRemote(new URL('https://github.com/a/b'))).toBe('one');
    expect(await tokens.forRemote(new URL('https://forge.example.org/a/b'))).toBe('two');
    expect(await tokens.forRemote(new URL('https://evil.example.org/a/b'))).toBeNull();
    env['GITHUB_TOKEN'] = 'three';
    expect(await tokens.github()).toBe('three');
  });
});

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
