import { existsSync, readFileSync } from 'node:fs';
import { chmod, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { FakeOllama } from '../support/fake-ollama.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { startTokenOffice } from '../support/token-office.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill doctor', () => {
  const directory = temporaryDirectories();
  let ollama: FakeOllama;
  let repository: TestRepository;
  beforeEach(async () => {
    ollama = await startFakeOllama({ models: [{ name: 'coder:7b' }] });
    repository = await makeRepository();
  });
  afterEach(async () => {
    await ollama.close();
    await repository.remove();
  });
  const see = (config: object, ...argv: string[]) => {
    const cwd = repository.root;
    writeFiles(cwd, {
      'config.json': { ollama: { hosts: [ollama.url], defaultModel: 'coder:7b' }, ...config },
    });
    return typed(['doctor', ...argv], { cwd, env: { HOME: repository.home } });
  };

  it('finds everything in order', async () => {
    const said = await see({});
    expect(said.code).toBe(0);
    for (const line of [
      'node        24',
      'git         2.',
      `repository  ${repository.root}, remote origin`,
      'folders     all',
    ])
      expect(said.out).toContain(`ok    ${line}`);
    expect(said.out).toMatch(/ok {4}ollama {6}http:\S+ answers/);
    expect(said.out).toMatch(/ok {4}model {7}coder:7b/);
    expect(ollama.requests.map(({ path }) => path)).not.toContain('/api/chat');
  });

  it('says of a machine without git that, and nothing that only git knows', async () => {
    const cwd = repository.root;
    writeFiles(cwd, { 'config.json': { ollama: { hosts: [ollama.url], defaultModel: 'coder:7b' } } });
    const said = await typed(['doctor'], { cwd, env: { HOME: repository.home, PATH: '/nowhere' } });
    expect(said.code).toBe(3);
    expect(said.out).toMatch(/fail {2}git {9}was not found\n +Install git/);
    expect(said.out).not.toContain('repository  ');
  });

  it('names the checks, and says when there are none', async () => {
    expect((await see({})).out).toMatch(
      /warn {2}checks {6}none is configured, and none was found .*\n +Name what proves a change in `checks`/,
    );
    const checks = { unit: { run: ['true'] } };
    expect((await see({ checks })).out).toContain('ok    checks      unit\n');
    await repository.commit({ 'package.json': '{"scripts": {"test": "node --test"}}' });
    expect((await see({})).out).toContain('ok    checks      found: test (npm run test)\n');
  });

  it('says what to do about a model that is missing', async () => {
    const said = await see({ codeReview: { model: 'ollama/reviewer:3b' } });
    expect(said.code).toBe(3);
    expect(said.out).toMatch(/fail {2}model .*\n +Run `ticketmill models pull reviewer:3b`/);
  });

  it('says what is known of a model from its probe, and with which window it is loaded', async () => {
    const [before] = (await see({}, '--json')).json() as { findings: { name: string; detail: string }[] }[];
    expect(before?.findings.find(({ name }) => name === 'model')?.detail).toContain('not probed');
    ollama.reply('nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'nothing');
    await typed(['models', 'probe'], { cwd: repository.root });
    const said = await see({});
    expect(said.code).toBe(3);
    expect(said.out).toMatch(/fail {2}model {7}coder:7b gets no tickets: .*\n +Use another model, or run/);
    expect(said.out).toMatch(/ok {4}loaded {6}ollama\/coder:7b is loaded at http\S+, .*window 32768/);
  });

  it('says so when nothing answers', async () => {
    await ollama.close();
    const said = await see({}, '--json');
    expect(said.code).toBe(3);
    const [report] = said.json() as { ok: boolean; findings: { name: string; state: string }[] }[];
    expect(report?.ok).toBe(false);
    expect(report?.findings.filter(({ state }) => state === 'fail')).toEqual([
      {
        name: 'ollama',
        state: 'fail',
        detail: expect.any(String) as unknown,
        advice: expect.stringContaining('ollama serve') as unknown,
        why: expect.stringContaining('the others wait') as unknown,
      },
    ]);
  });

  it('warns of what is not as good as it could be', async () => {
    const gone = await startFakeOllama();
    await gone.close();
    const said = await see({
      ollama: { hosts: [ollama.url, gone.url] },
      sandbox: { mode: 'off' },
      nonsense: 1,
    });
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/warn {2}config [\s\S]*`nonsense`/);
    expect(said.out).toMatch(/warn {2}ollama /);
    expect(said.out).toMatch(/warn {2}model {7}no default model is set/);
    expect(said.out).toMatch(/warn {2}sandbox {5}is switched off/);
  });

  it('misses a repository', async () => {
    const cwd = directory();
    const said = await typed(['doctor'], { cwd, env: { OLLAMA_HOST: ollama.url } });
    expect(said.code).toBe(3);
    expect(said.out).toMatch(/fail {2}repository .*\n +Run `git init`/);
  });

  it('misses a first commit', async () => {
    await repository.git('checkout', '-q', '--orphan', 'empty');
    expect((await see({})).out).toMatch(/fail {2}repository .* has no commit\n/);
  });

  it('says which statuses a Backlog.md project lacks, and which leave no room', async () => {
    const { root } = repository;
    const file = join(root, 'backlog/config.yml');
    const written = (statuses: string) =>
      writeFiles(root, { 'backlog/config.yml': `project_name: "P"\nstatuses: ${statuses}\n` });
    written('["To Do", "In Progress", "Blocked", "Done"]');
    const lacking = await see({});
    expect(lacking.code).toBe(0);
    expect(lacking.out).toMatch(/warn {2}statuses {4}.*no "In Review";.*\n +Run .ticketmill init./);
    expect(readFileSync(file, 'utf8')).not.toContain('In Review');
    written('["To Do", "In Progress", "In Review", "Blocked", "Done"]');
    expect((await see({})).out).toContain('ok    statuses    To Do, In Progress');
    written('["To Do", "Done"]');
    const cramped = await see({});
    expect(cramped.code).toBe(3);
    expect(cramped.out).toMatch(/fail {2}statuses {4}.*would mean both/);
  });

  it('mends what is safe to mend, and says what it did', async () => {
    const { root } = repository;
    await see({});
    const old = new Date(Date.now() - 2 * 60 * 60_000);
    const written = join(root, 'backlog/todo/.half.0123456789ab.ticketmill-tmp');
    writeFiles(root, {
      'backlog/todo/.half.0123456789ab.ticketmill-tmp': 'x',
      'backlog/todo/.new.0123456789ab.ticketmill-tmp': 'x',
      '.env': 'A=1',
      '.ticketmill/daemon.json': { pid: 2 ** 22 + 1, version: '1', startedAt: '', url: null },
    });
    await utimes(written, old, old);
    await chmod(join(root, '.ticketmill'), 0o755);
    await chmod(join(root, '.env'), 0o644);
    const before = await see({});
    expect(before.code).toBe(0);
    for (const name of ['ignored ', 'private ', 'leftovers'])
      expect(before.out).toMatch(new RegExp(`warn  ${name} .*\n +Run .ticketmill doctor --fix.`));
    const said = await see({}, '--fix');
    expect(said.code).toBe(0);
    for (const line of [
      'made backlog/done/.gitkeep',
      'made .gitignore',
      `closed ${root}/.env`,
      `removed ${written}`,
    ])
      expect(said.out).toContain(`fixed ${line}`);
    expect(said.out).not.toMatch(/warn {2}(ignored|private|leftovers)/);
    expect(existsSync(join(root, '.ticketmill/daemon.json'))).toBe(false);
    expect(existsSync(join(root, 'backlog/todo/.new.0123456789ab.ticketmill-tmp'))).toBe(true);
    expect((await see({}, '--fix', '--json')).json()).toMatchObject([{ ok: true, mended: [] }]);
  });

  it('fetches models that are missing when that is wanted too', async () => {
    await ollama.close();
    ollama = await startFakeOllama({ models: [], registry: [{ name: 'coder:7b' }] });
    const mended = await see({}, '--fix', '--json');
    expect(mended.code).toBe(3);
    expect(mended.json()).toMatchObject([
      { ok: false, mended: expect.arrayContaining(['made .gitignore']) as unknown },
    ]);
    const said = await see({}, '--fix', '--pull');
    expect(said.out).toContain('fixed fetched coder:7b');
    expect(said.out).toMatch(/ok {4}model {7}coder:7b/);
    expect(said.code).toBe(0);
    expect(await see({}, '--pull')).toMatchObject({ code: 2 });
  });

  it('proves the token of GitHub', async () => {
    await repository.git('remote', 'set-url', 'origin', 'https://github.com/acme/greeter.git');
    expect((await see({})).out).toMatch(/warn {2}forge {7}no GITHUB_TOKEN for acme\/greeter/);
    const github = await startTokenOffice();
    const forge = { forge: { baseUrl: github.url } };
    const said = async (token: string, more: Partial<typeof github.may>) => {
      Object.assign(github.may, { push: true, pulls: 200, issues: 200, scopes: '' }, more);
      writeFiles(repository.root, { '.env': `GITHUB_TOKEN=${token}` });
      const { out } = await see(forge);
      expect(out).not.toContain(token);
      return out.split('\n').find((line) => line.includes('forge       ')) ?? '';
    };
    const token = ['made', 'up'].join('-');
    expect(await said(token, {})).toBe('ok    forge       the token is good for acme/greeter');
    expect(await said(token, { pulls: 403 })).toMatch(/^fail .*cannot open pull requests/);
    expect(await said(token, { push: false })).toMatch(/^fail .*cannot open pull requests/);
    expect(await said(token, { issues: 403 })).toMatch(/^warn .*for pull requests in acme\/greeter alone/);
    expect(await said(token, { scopes: 'repo, workflow' })).toMatch(/^warn .*and for more: workflow/);
    expect(await said(`${token}-refused`, {})).toMatch(/^fail .*does not take the token/);
    await github.close();
    expect(await said(token, {})).toMatch(/^warn .*cannot be reached/);
  });

  it('tells the faults of a config before anything else', async () => {
    const said = await see({ ollama: { timeout: 'x' } });
    expect(said).toMatchObject({ code: 2, out: '' });
  });
});
