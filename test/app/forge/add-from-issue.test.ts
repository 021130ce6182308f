import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addFromIssue } from '../../../src/app/forge/add-from-issue.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { startFakeForge } from '../../support/fake-forge.ts';
import type { FakeForge } from '../../support/fake-forge.ts';
import { openHouses } from '../../support/open-house.ts';
import { realClock } from '../../support/real-clock.ts';

const houses = openHouses();
let fake: FakeForge;
beforeEach(async () => {
  fake = await startFakeForge();
  fake.issues.push({
    number: 12,
    title: 'Say hello',
    body: 'Whoever it is.\n\n## Acceptance Criteria\n- [ ] Hello',
    html_url: 'https://github.com/acme/greeter/issues/12',
    state: 'open',
    updated_at: '2026-01-02T10:00:00Z',
    labels: [{ name: 'priority: high' }],
    user: { login: 'eve' },
  });
});
afterEach(() => fake.close());

async function open(config: object, env: Record<string, string> = { GITHUB_TOKEN: 'made-up' }) {
  const opened = await houses({ config, env });
  const paths = resolvePaths(opened.loaded.config, opened.root, opened.env);
  const warn = (): void => undefined;
  const place = { loaded: { ...opened.loaded, paths }, env: opened.env, clock: realClock, warn };
  return { ...opened, add: (reference: string) => addFromIssue(reference, place) };
}

const at = () => ({ kind: 'github', baseUrl: fake.url, repository: 'acme/greeter', writeInterval: 0 });

describe('a ticket of an issue', () => {
  it('is written once, with its text as it is now and a link back', async () => {
    const opened = await open({ forge: at() });
    expect(await opened.add('Acme/Greeter#12')).toEqual({ id: 'GH-12', file: 'gh-12.md' });
    const text = readFileSync(join(opened.root, 'backlog/todo/gh-12.md'), 'utf8');
    expect(text).toContain('https://github.com/acme/greeter/issues/12');
    expect(text).toContain('Whoever it is.');
    expect(text).toContain('priority: high');
    for (const issue of fake.issues) issue.body = 'Something else.';
    expect(await opened.add('acme/greeter#12')).toBeNull();
    expect(readFileSync(join(opened.root, 'backlog/todo/gh-12.md'), 'utf8')).toBe(text);
  });

  it('is known by its id, whatever its file is called by now', async () => {
    const opened = await open({ forge: at() });
    await opened.add('acme/greeter#12');
    const todo = join(opened.root, 'backlog/todo');
    renameSync(join(todo, 'gh-12.md'), join(todo, 'greet.md'));
    expect(await opened.add('acme/greeter#12')).toBeNull();
    expect(readdirSync(todo)).toEqual(['greet.md']);
  });

  it('is a task of a Backlog.md project, and known there by its label, whoever has the task', async () => {
    const opened = await open({ forge: at() });
    const config = 'project_name: "Sample"\nstatuses: ["To Do", "In Progress", "Done"]\n';
    writeFileSync(join(opened.root, 'backlog/config.yml'), config);
    expect(await opened.add('acme/greeter#12')).toEqual({ id: 'TASK-1', file: 'task-1 - Say-hello.md' });
    const file = join(opened.root, 'backlog/tasks/task-1 - Say-hello.md');
    const text = readFileSync(file, 'utf8');
    for (const words of [
      'gh-12',
      '@ticketmill',
      'https://github.com/acme/greeter/issues/12',
      'Whoever it is.',
    ])
      expect(text).toContain(words);
    expect(await opened.add('acme/greeter#12')).toBeNull();
    writeFileSync(file, text.replace("'@ticketmill'", "'@bob'"));
    expect(await opened.add('acme/greeter#12')).toBeNull();
    expect(readdirSync(join(opened.root, 'backlog/tasks'))).toHaveLength(1);
  });

  it('of another configured repository is about that one', async () => {
    const url = 'https://github.com/acme/greeter';
    const opened = await open({
      repositories: { web: { url, forge: { kind: 'github', baseUrl: fake.url } } },
    });
    expect(await opened.add('acme/greeter#12')).toEqual({ id: 'GH-web-12', file: 'gh-web-12.md' });
    expect(readFileSync(join(opened.root, 'backlog/todo/gh-web-12.md'), 'utf8')).toContain('repo: web');
  });

  it.each([
    ['12', 'expected OWNER/REPO#NUMBER'],
    ['other/one#12', 'those are acme/greeter'],
    ['acme/greeter#99', 'There is no issue acme/greeter#99'],
  ])('is none of %s', async (reference, why) => {
    fake.trouble = ({ path }) => (path.endsWith('/99') ? { status: 404 } : undefined);
    const opened = await open({ forge: at() });
    await expect(opened.add(reference)).rejects.toThrow(why);
  });

  it('needs a forge', async () => {
    const opened = await open({}, {});
    await expect(opened.add('acme/greeter#12')).rejects.toThrow('none is on a forge with a token');
  });
});
