import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { FakeOllama } from '../support/fake-ollama.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
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

  it('tells the faults of a config before anything else', async () => {
    const said = await see({ ollama: { timeout: 'x' } });
    expect(said).toMatchObject({ code: 2, out: '' });
  });
});
