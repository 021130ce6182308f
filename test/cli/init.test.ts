import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openHouse } from '../../src/app.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { proposedModels } from '../../src/domain/proposed-models.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { FakeAnswer, FakeOllama } from '../support/fake-ollama.ts';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { writeFiles } from '../support/config-root.ts';
import { startTokenOffice } from '../support/token-office.ts';
import { typed } from '../support/command-line.ts';

const [enter, up, down] = ['\r', '\x1b[A', '\x1b[B'];
const identity = {
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

const sampleText = '# First ticket\n\nThis file was made by ticketmill.\n';

/** A coder that does the sample ticket, and a reviewer that minds nothing. */
function firstTicket({ body, messages }: WireChat): FakeAnswer {
  const { format } = body as { format?: { properties: { nonce: { enum: string[] } } } };
  if (format !== undefined)
    return { json: { nonce: format.properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  const [name, args] = messages.some(({ role }) => role === 'assistant')
    ? ['done', { summary: 'The file is there.' }]
    : ['write', { path: 'docs/first-ticket.md', content: sampleText }];
  return { toolCalls: [{ name, arguments: args }] };
}

/** A program that answers as Ollama does, until it is told to quit or half a minute is over. */
function serving(port: string): string {
  const answers = `{'/api/version':{version:'9.9.9'},'/api/tags':{models:[{name:'started:1b',model:'started:1b',size:1,digest:'d',details:{}}]}}`;
  const answer = `const a=${answers}[q.url];s.writeHead(a||q.method==='POST'?200:404);s.end(JSON.stringify(a??{capabilities:['completion'],details:{},model_info:{}}));if(q.url==='/quit')process.exit()`;
  return `#!${process.execPath}\nrequire('http').createServer((q,s)=>{${answer}}).listen(${port},'127.0.0.1');setTimeout(()=>process.exit(),30000)\n`;
}

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
  const say = (argv: string[], given: { env?: Record<string, string> } = {}) =>
    typed(['init', ...argv], {
      cwd: repository.root,
      env: { OLLAMA_HOST: ollama.url, ...given.env },
    });
  const talk = (answers: [string, string][], env: Record<string, string> = {}) =>
    typed(['init'], {
      cwd: repository.root,
      env: { OLLAMA_HOST: ollama.url, HOME: repository.home, ...identity, ...env },
      answers,
      openHouse,
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
  });

  it('asks nobody where nobody can answer', async () => {
    expect(await say([])).toMatchObject({ code: 2, err: expect.stringContaining('use --yes') as unknown });
    expect(existsSync(join(repository.root, 'config.json'))).toBe(false);
  });

  it('makes secrets that nobody sees, once, in a file that git ignores', async () => {
    await repository.git('remote', 'add', 'origin', 'https://forge.example.org/acme/greeter.git');
    const said = await say(['--yes']);
    const secrets = parseEnv(read('.env'));
    expect(Object.keys(secrets).sort()).toEqual(['GITHUB_WEBHOOK_SECRET', 'TICKETMILL_API_TOKEN']);
    for (const value of Object.values(secrets)) {
      expect(value).toMatch(/^[0-9a-f]{64}$/);
      expect(said.out + said.err).not.toContain(value);
    }
    expect(statSync(join(repository.root, '.env')).mode & 0o777).toBe(0o600);
    expect(await repository.git('check-ignore', '.env')).toBe('.env');
    await say(['--yes']);
    expect(parseEnv(read('.env'))).toEqual(secrets);
  });

  it('adds to the secrets that are there, and writes none where git would keep them', async () => {
    await repository.write({ '.env': 'OTHER=1' });
    await say(['--yes']);
    expect(read('.env')).toMatch(/^OTHER=1\n# .*\nTICKETMILL_API_TOKEN=[0-9a-f]{64}\n$/);
    await repository.write({ '.env': 'OTHER=1\n' });
    await repository.git('add', '-f', '.env');
    const said = await say(['--yes']);
    expect(said.err).toContain('git rm --cached .env');
    expect(read('.env')).toBe('OTHER=1\n');
  });

  it('leaves a ticket to copy, which is none itself', async () => {
    await say(['--yes']);
    const said = await typed(['lint', 'backlog/ticket-template.md', '--json'], { cwd: repository.root });
    expect(said.json()).toMatchObject([
      { ok: true, ticket: { title: expect.stringContaining('Say in') as unknown } },
    ]);
    expect(readdirSync(join(repository.root, 'backlog/todo'))).toEqual(['.gitkeep']);
  });

  it('offers a Backlog.md project the statuses that it lacks, and adds none unasked', async () => {
    const board = 'project_name: "P"\nstatuses: ["To Do", "In Progress", "Done"] # ours\n';
    await repository.write({ 'backlog/config.yml': board });
    await say(['--yes']);
    expect(read('backlog/config.yml')).toBe(board);
    await talk([
      ['Set up', enter],
      ['Add the statuses', 'n'],
      ['Try it', enter],
    ]);
    expect(read('backlog/config.yml')).toBe(board);
    const said = await talk([
      ['Set up', enter],
      ['Add the statuses', enter],
      ['Commit', 'n'],
      ['Try it', enter],
    ]);
    expect(said.code).toBe(0);
    expect(read('backlog/config.yml')).toBe(board.replace('"Done"', '"In Review", "Failed", "Done"'));
  });

  it('asks on a terminal, and commits what it made', async () => {
    const said = await talk([
      ['Set up', enter],
      ['Which model', up + enter],
      ['Commit these', enter],
      ['Try it with a sample', enter],
    ]);
    expect(said.code).toBe(0);
    expect(said.err).toContain('base        main');
    expect(said.err).toMatch(/fetch \S+ {2}[\d.]+ GB to fetch, \d+ GB of memory, Apache-2.0/);
    expect(JSON.parse(read('config.json'))).toEqual({ ollama: { defaultModel: 'ollama/llama3:8b' } });
    expect(await repository.git('log', '-1', '--format=%s')).toBe('Set up ticketmill');
    expect(await repository.git('status', '--porcelain')).toBe('');
  });

  it('works off a sample ticket when that is wanted, and does no harm when it is run again', async () => {
    await ollama.close();
    ollama = await startFakeOllama({ models: [{ name: 'qwen2.5-coder:7b' }], script: firstTicket });
    const said = await talk(
      [
        ['Set up', enter],
        ['Which model', enter],
        ['Commit these', enter],
        ['Try it with a sample', 'y'],
      ],
      { TICKETMILL_SANDBOX__MODE: 'off', TICKETMILL_SERVER__PORT: '0' },
    );
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('Ready with') as unknown });
    expect(said.err).toContain('local://pull-request/1 is ready for review');
    expect(said.err).toMatch(
      /Look at it with `ticketmill show task-1 --diff`, then `ticketmill merge task-1`/,
    );
    const branch = await repository.git('branch', '--list', 'ticket/*', '--format=%(refname)');
    expect(await repository.git('show', `${branch}:docs/first-ticket.md`)).toBe(sampleText.trim());
    expect(readdirSync(join(repository.root, 'backlog/review'))).toContain(
      'task-1 - Add-a-first-page-to-docs.md',
    );
    const before = await repository.fingerprint();
    const again = await talk([
      ['Set up', enter],
      ['Try it with a sample', enter],
    ]);
    expect(again.code).toBe(0);
    expect(await repository.fingerprint()).toEqual(before);
  });

  it('fetches a model that is not there', async () => {
    await ollama.close();
    ollama = await startFakeOllama({ models: [], registry: proposedModels.map(({ name }) => ({ name })) });
    const said = await talk([
      ['Set up', enter],
      ['Which model', enter],
      ['Commit these', 'n'],
      ['Try it', enter],
    ]);
    expect(said.code).toBe(0);
    const { defaultModel } = (JSON.parse(read('config.json')) as { ollama: { defaultModel: string } }).ollama;
    expect(ollama.requests.find(({ path }) => path === '/api/pull')?.body).toMatchObject({
      name: defaultModel.replace('ollama/', ''),
    });
  });

  it('takes a GitHub token when GitHub says what it may do, and shows it to nobody', async () => {
    const github = await startTokenOffice();
    github.may.scopes = 'repo, admin:org';
    await repository.git('remote', 'add', 'origin', 'git@github.com:acme/greeter.git');
    await repository.write({
      'config.json': JSON.stringify({ forge: { baseUrl: github.url }, ollama: { defaultModel: 'm' } }),
    });
    const token = ['not', 'a', 'real', 'one'].join('-');
    const said = await talk([
      ['Set up', enter],
      ['Open pull requests', enter],
      ['The token', `${token}-refused${enter}`],
      ['Take it all the same', enter],
      ['The token', `${token}${enter}`],
      ['Commit these', 'n'],
      ['Try it', enter],
    ]);
    await github.close();
    expect(said.err).toContain('does not take the token');
    expect(said.err).toContain('may do more than is needed: admin:org');
    expect(parseEnv(read('.env'))['GITHUB_TOKEN']).toBe(token);
    expect(said.out + said.err).not.toContain(token);
    expect(github.asked).toContain(`/repos/acme/greeter token ${token}`);
  });

  it('starts Ollama when it is told to, and says how to get it where it is not', async () => {
    await ollama.close();
    const bin = join(repository.home, 'bin');
    const git = (process.env['PATH'] ?? '').split(':').find((each) => existsSync(join(each, 'git'))) ?? '';
    await mkdir(bin);
    await symlink(join(git, 'git'), join(bin, 'git'));
    const port = new URL(ollama.url).port;
    const missing = await talk(
      [
        ['Set up', enter],
        ['look again', down + enter],
        ['Commit', 'n'],
      ],
      { PATH: bin },
    );
    expect(missing.err).toMatch(/How to get Ollama[\s\S]*ollama/);
    rmSync(join(repository.root, 'config.json'));
    await repository.write({ '../bin/ollama': { executable: serving(port) } });
    const said = await talk(
      [
        ['Set up', enter],
        ['start it now', enter],
        ['Which model', enter],
        ['Commit', 'n'],
        ['Try it', enter],
      ],
      { PATH: bin },
    );
    expect(said.err).toContain('It answers, started by `ollama serve`');
    expect(JSON.parse(read('config.json'))).toEqual({ ollama: { defaultModel: 'ollama/started:1b' } });
    await fetch(`${ollama.url}/quit`).catch(() => undefined);
  });

  it('does nothing when the answer is no, or when there is none', async () => {
    expect(await talk([['Set up', 'n']])).toMatchObject({ code: 1 });
    expect(await talk([['Set up', '\x03']])).toMatchObject({ code: 130 });
    expect(await talk([])).toMatchObject({
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
    expect(said.err).toContain('is not in a git repository');
    expect(existsSync(join(cwd, 'backlog'))).toBe(false);
  });
});
