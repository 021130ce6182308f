import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { FakeAnswer, FakeOllama } from './fake-ollama.ts';
import { startFakeOllama } from './fake-ollama.ts';
import type { TestRepository } from './git-repository.ts';
import { makeRepository } from './git-repository.ts';
import { environmentOf } from './mill.ts';

/** Where somebody types what a page of the documentation shows. */
export type ReaderBench = AsyncDisposable & {
  repository: TestRepository;
  ollama: FakeOllama;
  /** Standard output, and the rest of what was said when the command failed. */
  type: (command: string) => Promise<{ code: number; text: string }>;
};

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** A repository of the reader's own, and a server with a model that greets people by their name. */
export async function openReaderBench(): Promise<ReaderBench> {
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
  const surroundings = environmentOf(home);
  const env = {
    ...surroundings,
    PATH: [dirname(process.execPath), surroundings['PATH']].join(delimiter),
    OLLAMA_HOST: ollama.url,
    // Any free port: another test may have the usual one.
    TICKETMILL_SERVER__PORT: '0',
    npm_config_update_notifier: 'false',
  };
  return {
    repository,
    ollama,
    type: (command) => runShell(command, { cwd: root, env }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Makes `npx ticketmill` this checkout there. */
export async function linkCheckout({ root }: TestRepository): Promise<void> {
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await symlink(join(checkout, 'scripts/ticketmill.cjs'), join(root, 'node_modules/.bin/ticketmill'));
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
