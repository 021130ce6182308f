import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { FakeOllama } from '../support/fake-ollama.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { writeFiles } from '../support/config-root.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill init', () => {
  const directory = temporaryDirectories();
  let ollama: FakeOllama;
  let repository: TestRepository;
  beforeEach(async () => {
    ollama = await startFakeOllama({ models: [{ name: 'llama3:8b' }, { name: 'qwen2.5-coder:7b' }] });
    repository = await makeRepository({ remote: 'none' });
  });
  afterEach(async () => {
    await ollama.close();
    await repository.remove();
  });
  const say = (
    argv: string[],
    given: { stdin?: string; terminal?: boolean; env?: Record<string, string> } = {},
  ) =>
    typed(['init', ...argv], {
      cwd: repository.root,
      env: { OLLAMA_HOST: ollama.url, ...given.env },
      stdin: given.stdin ?? '',
      isTerminal: { stdin: given.terminal ?? false },
    });
  const read = (path: string) => readFileSync(join(repository.root, path), 'utf8');

  it('makes a repository ready and chooses a model for code', async () => {
    const said = await say(['--yes']);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain('Ready with ollama/qwen2.5-coder:7b. Next:');
    expect(JSON.parse(read('config.json'))).toEqual({ ollama: { defaultModel: 'ollama/qwen2.5-coder:7b' } });
    for (const state of ['todo', 'processing', 'review', 'done', 'failed'])
      expect(existsSync(join(repository.root, 'backlog', state, '.gitkeep'))).toBe(true);
    expect(read('.gitignore')).toBe(
      '# ticketmill\n.ticketmill/\n.*.ticketmill-tmp\nlogs/*\nbacklog/PAUSE\n.env\n',
    );
    expect((await typed(['config', 'validate'], { cwd: repository.root })).out).toMatch(
      /config\.json is valid\.\n/,
    );
  });

  it('names the schema where the package is installed', async () => {
    await repository.write({ 'node_modules/ticketmill/config.schema.json': '{}' });
    await say(['--yes']);
    expect(JSON.parse(read('config.json'))).toHaveProperty(
      '$schema',
      './node_modules/ticketmill/config.schema.json',
    );
  });

  it('changes nothing the second time, and never a config that is there', async () => {
    const config = '{ "ollama": { "defaultModel": "mine" } } // mine';
    await repository.write({ 'config.json': config, '.gitignore': 'dist\nlogs\n/.ticketmill' });
    await say(['--yes']);
    expect(read('config.json')).toBe(config);
    expect(read('.gitignore')).toBe(
      'dist\nlogs\n/.ticketmill\n\n# ticketmill\n.*.ticketmill-tmp\nbacklog/PAUSE\n.env\n',
    );
    const again = await say(['--yes', '--json']);
    const files = (again.json()[0] as { files: { outcome: string }[] }).files;
    expect(files.map(({ outcome }) => outcome)).toEqual(files.map(() => 'kept'));
  });

  it('goes on without a model server', async () => {
    await ollama.close();
    const said = await say(['--yes']);
    expect(said.code).toBe(0);
    expect(said.err).toContain('cannot be reached');
    expect(said.out).toContain('ollama pull');
    expect(JSON.parse(read('config.json'))).toEqual({});
  });

  it('leaves a model that the environment names to the environment', async () => {
    await say(['--yes'], { env: { TICKETMILL_OLLAMA__DEFAULT_MODEL: 'llama3:8b' } });
    expect(JSON.parse(read('config.json'))).toEqual({});
    expect(ollama.requests).toEqual([]);
  });

  it('asks nobody where nobody can answer', async () => {
    expect(await say([])).toMatchObject({ code: 2, err: expect.stringContaining('use --yes') as unknown });
    expect(existsSync(join(repository.root, 'config.json'))).toBe(false);
  });

  it('asks on a terminal', async () => {
    const said = await say([], { terminal: true, stdin: '9\n1\n\n' });
    expect(said.code).toBe(0);
    expect(said.err).toContain('9 is none of them');
    expect(JSON.parse(read('config.json'))).toEqual({ ollama: { defaultModel: 'ollama/llama3:8b' } });
  });

  it('does nothing when the answer is no, or when there is none', async () => {
    expect(await say([], { terminal: true, stdin: '\nno\n' })).toMatchObject({ code: 1 });
    const ended = await say([], { terminal: true, stdin: '' });
    expect(ended).toMatchObject({
      code: 2,
      err: expect.stringContaining('ended before an answer') as unknown,
    });
    expect(existsSync(join(repository.root, 'config.json'))).toBe(false);
  });

  it('wants a git repository', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'a.txt': 'x' });
    const said = await typed(['init', '--yes'], { cwd });
    expect(said.code).toBe(3);
    expect(said.err).toContain('is in no git repository');
    expect(existsSync(join(cwd, 'backlog'))).toBe(false);
  });
});
