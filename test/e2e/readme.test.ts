import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { environmentOf } from '../support/mill.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';

/**
 * Blocks marked `sh` are commands that a reader types in a repository of their own; they are run here, in their order.
 * `md` is a ticket, `jsonc` a config. Blocks without a mark are only shown.
 */
const checkout = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(checkout, 'README.md'), 'utf8');
const commands = blocksOf('sh').flatMap((block) => block.split('\n'));

describe('the README', () => {
  it('opens with what ticketmill is, and the two commands to begin with', () => {
    const [title, , sentence] = readme.split('\n');
    expect(title).toBe('# ticketmill');
    const { description } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    expect(sentence).toBe(description);
    const beginning = readme.split('\n').slice(0, 20);
    for (const command of ['npm run demo', 'npm test'])
      expect(beginning.some((line) => line.startsWith(command))).toBe(true);
  });

  it.each(relativeLinks())('links to %s, which is there', (target) => {
    expect(existsSync(join(checkout, target))).toBe(true);
  });

  it('names the commands that its test is meant to run', () => {
    for (const each of ['init', 'doctor', 'add', 'start', 'status', 'show', 'merge'])
      expect(commands).toContainEqual(expect.stringContaining(`ticketmill ${each}`));
  });

  it('is right in every command for a repository of one’s own', async () => {
    await using bench = await readerBench();
    for (const command of commands) {
      const { code, text } = await bench.type(command);
      expect({ command, code, text }).toMatchObject({ code: 0 });
    }
    const { repository } = bench;
    expect(readFileSync(join(repository.root, 'greet.js'), 'utf8')).toContain('`Hello, ${name}!`');
    expect(await repository.git('log', '-1', '--format=%s')).toBe('feat(task-1): Greet people by their name');
    expect(await repository.git('status', '--porcelain', '--untracked-files=no')).toBe('');
    expect(existsSync(join(repository.root, 'backlog/done/task-1 - Greet-people-by-their-name.md'))).toBe(
      true,
    );
  }, 120_000);

  it('shows a ticket and a config that are in order', async () => {
    await using bench = await readerBench();
    const [ticket = '', config = ''] = [...blocksOf('md'), ...blocksOf('jsonc')];
    await bench.repository.write({ 'ticket.md': ticket, 'config.json': config });
    const linted = await bench.type('npx ticketmill lint --json ticket.md');
    expect(linted.code).toBe(0);
    expect(JSON.parse(linted.text).ticket).toMatchObject({ id: 'task-7', dependencies: ['task-3'] });
    expect(await bench.type('npx ticketmill config validate')).toMatchObject({ code: 0 });
  }, 60_000);
});

type Bench = AsyncDisposable & {
  repository: TestRepository;
  type: (command: string) => Promise<{ code: number; text: string }>;
};

/** A repository where `npx ticketmill` is this checkout, and a server with the model that the README speaks of. */
async function readerBench(): Promise<Bench> {
  const stack = new AsyncDisposableStack();
  const ollama = stack.use(
    await startFakeOllama({ models: [{ name: 'qwen2.5-coder:7b' }], script: answerTo }),
  );
  const repository = await makeRepository({
    files: { 'greet.js': "export const greet = () => 'Hello!';\n", '.gitignore': 'node_modules\n' },
    remote: 'none',
  });
  stack.defer(() => repository.remove());
  const { home, root } = repository;
  await repository.git('config', 'user.name', 'A Reader');
  await repository.git('config', 'user.email', 'reader@example.org');
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await symlink(join(checkout, 'scripts/ticketmill.cjs'), join(root, 'node_modules/.bin/ticketmill'));
  const surroundings = environmentOf(home);
  const env = {
    ...surroundings,
    PATH: [dirname(process.execPath), surroundings['PATH']].join(delimiter),
    OLLAMA_HOST: ollama.url,
    // Any free port: another test may have the usual one.
    TICKETMILL_SERVER__PORT: '0',
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  return {
    repository,
    type: (command) => runShell(command, { cwd: root, env }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function runShell(
  command: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile('sh', ['-c', command], options, (error, stdout, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error(`${command} was killed`));
      else resolve({ code: child.exitCode, text: child.exitCode === 0 ? stdout : stdout + stderr });
    });
  });
}

function answerTo({ body, messages }: WireChat): FakeAnswer {
  const { format } = body as { format?: { properties: { nonce: { enum: string[] } } } };
  if (format !== undefined)
    return { json: { nonce: format.properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  const hasEdited = messages.some(({ role }) => role === 'assistant');
  const [name, args] = hasEdited
    ? ['done', { summary: 'It greets by name.' }]
    : ['edit', { path: 'greet.js', old: "() => 'Hello!'", new: '(name) => `Hello, ${name}!`' }];
  return { toolCalls: [{ name: name, arguments: args }] };
}

function blocksOf(mark: string): string[] {
  const blocks = readme.matchAll(new RegExp(`^\`\`\`${mark}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, text = '']) => text.trimEnd());
}

function relativeLinks(): string[] {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => !/^https?:/.test(target));
}
