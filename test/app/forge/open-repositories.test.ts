import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { openHouse } from '../../../src/app.ts';
import { startFakeForge } from '../../support/fake-forge.ts';
import type { FakeForge } from '../../support/fake-forge.ts';
import type { TestRepository } from '../../support/git-repository.ts';
import { makeRepository } from '../../support/git-repository.ts';
import type { OpenedHouse } from '../../support/open-house.ts';
import { houseTicket, openHouses } from '../../support/open-house.ts';

const houses = openHouses();
const made: { remove: () => unknown }[] = [];
const forges: FakeForge[] = [];
afterEach(async () => {
  for (const each of made.splice(0)) await each.remove();
  for (const each of forges.splice(0)) await each.close();
});
const never = new AbortController().signal;
const files = { 'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n" };

async function another(): Promise<TestRepository> {
  const repository = await makeRepository({ files, remote: 'bare' });
  made.push(repository);
  return repository;
}

const ticketFor = (id: string, repo: string): string =>
  houseTicket(id).replace('---\n', `---\nrepo: ${repo}\n`);

/** The same root, read again with other settings. */
async function reopen(opened: OpenedHouse, config: object): Promise<OpenedHouse> {
  writeFileSync(join(opened.root, 'config.json'), JSON.stringify(config));
  const loaded = loadConfig({ cwd: opened.root, env: opened.env });
  return Promise.resolve({ ...opened, loaded, house: openHouse(loaded, opened.env) });
}

describe('several repositories', () => {
  it('get their branches and pull requests each, with checks of their own; an unknown one is told', async () => {
    const near = await another();
    await near.git('push', '-q', 'origin', 'main:refs/heads/develop');
    const fake = await startFakeForge();
    forges.push(fake);
    const github = { kind: 'github', baseUrl: fake.url, repository: 'acme/greeter' };
    const opened = await houses({
      config: {
        forge: { writeInterval: 0 },
        repositories: {
          near: { path: near.root, baseBranch: 'develop', checks: { own: { run: ['true'] } }, forge: github },
        },
      },
      env: { GITHUB_TOKEN: 'made-up' },
    });
    await opened.drop('task-1.md', ticketFor('task-1', 'near'));
    await opened.drop('task-4.md', ticketFor('task-4', 'nowhere'));
    const before = await near.fingerprint();
    const daemon = await opened.start({ once: true });
    const { settled } = await daemon.ended;
    expect(settled.map(({ id, state, code }) => [id, state, code]).sort()).toEqual([
      ['task-1', 'review', null],
      ['task-4', 'failed', 'TICKET_REPOSITORY_UNKNOWN'],
    ]);
    const branchesOf = async (repository: TestRepository): Promise<string[]> =>
      [...(await repository.git('ls-remote', 'origin')).matchAll(/refs\/heads\/(ticket\/task-\d)/g)].map(
        ([, name = '']) => name,
      );
    expect(await branchesOf(near)).toEqual(['ticket/task-1']);
    expect(await branchesOf(opened.repository)).toEqual([]);
    expect(await near.fingerprint()).toEqual(before);

    expect(fake.pulls).toMatchObject([{ title: '[task-1] Say hello', base: { ref: 'develop' } }]);
    expect(fake.pulls[0]?.body).toContain('own');
    const unknown = await opened.house.act('show', { id: 'task-4', diff: false }, never);
    expect(JSON.stringify(unknown)).toContain('configured: default, near');
    const shown = await opened.house.act('show', { id: 'task-1', diff: true }, never);
    expect(shown.diff).toContain("+  return 'Hello ' + name;");

    const without = await reopen(opened, { server: { port: 0 }, sandbox: { mode: 'off' } });
    await expect(without.house.act('merge', { id: 'task-1' }, never)).rejects.toMatchObject({
      code: 'TICKET_REPOSITORY_UNKNOWN',
      message: 'The ticket is about repository "near"; configured: default.',
    });
    const merged = await opened.house.act('merge', { id: 'task-1' }, never);
    expect(merged).toMatchObject({ state: 'done', pullRequest: { state: 'merged' } });
  }, 120_000);

  it('go on where they were after a life that was cut short', async () => {
    const far = await another();
    const remote = (await far.git('remote', 'get-url', 'origin')).trim();
    const fake = await startFakeForge();
    forges.push(fake);
    const forge = { kind: 'github', baseUrl: fake.url, repository: 'acme/greeter' };
    const opened = await houses({
      config: { forge: { writeInterval: 0 }, repositories: { far: { url: `file://${remote}`, forge } } },
      env: { GITHUB_TOKEN: 'made-up' },
    });
    await opened.drop('task-5.md', ticketFor('task-5', 'far'));
    // The pull request is opened, and nobody hears of it.
    fake.trouble = ({ method, path }) =>
      method === 'POST' && path.endsWith('/pulls')
        ? 'lost'
        : fake.pulls.length > 0
          ? { status: 502 }
          : undefined;
    const pushed = opened.next('branch:pushed');
    const first = await opened.start();
    await pushed;
    first.stop();
    first.stop();
    await first.ended;
    expect(opened.listFolder('todo')).toContain('task-5.md');
    fake.trouble = () => undefined;
    const settled = opened.next('ticket:settled');
    const second = await opened.start();
    expect(await settled).toMatchObject({ to: 'review', code: null });
    second.stop();
    await second.ended;
    expect(await far.git('ls-remote', 'origin')).toContain('refs/heads/ticket/task-5');
    expect(fake.pulls).toHaveLength(1);
    const mirrors = join(opened.root, '.ticketmill/repositories/far');
    expect(existsSync(join(mirrors, 'mirror/.git/HEAD'))).toBe(true);
    expect(readdirSync(mirrors)).not.toContain('journal');
  }, 120_000);

  it('are refused where a path holds none, with its name', async () => {
    const opened = await houses({ config: { repositories: { gone: { path: '../no-such-folder' } } } });
    await expect(opened.start()).rejects.toMatchObject({
      code: 'NO_REPOSITORY',
      message: expect.stringContaining('`repositories.gone`'),
    });
  });
});

describe('the settings of repositories', () => {
  it.each([
    [{ web: {} }, 'either a `path` or a `url`'],
    [{ web: { path: 'a', url: 'https://h/o/n' } }, 'either a `path` or a `url`'],
    [{ web: { url: 'https://me:pass@h/o/n' } }, 'an address of git without a login in it'],
    [{ web: { url: 'ext::sh -c id' } }, 'an address of git'],
    [{ web: { url: '--upload-pack=id' } }, 'an address of git'],
    [{ default: { path: 'a' } }, 'not "default"'],
    [{ web: { path: 'a', baseBranch: '--force' } }, 'a branch name'],
  ])('%j are refused', async (repositories, expected) => {
    await expect(houses({ config: { repositories } })).rejects.toThrow(expected);
  });
});
