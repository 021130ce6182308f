import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { startFakeForge } from '../support/fake-forge.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { makeRepository } from '../support/git-repository.ts';
import { environmentOf } from '../support/mill.ts';
import { linkCheckout } from '../support/reader-bench.ts';
import { hasRedis, startRedis } from '../support/redis-server.ts';

/** A reader's machine: a repository, a home, a model server, a forge, a Redis and a manager of services. */
export type Place = AsyncDisposable & {
  root: string;
  home: string;
  env: Record<string, string>;
  /** Makes files of the repository, or above it with `../`. */
  write: (files: Record<string, string>) => void;
  /** Runs a command line that must succeed; its output. */
  run: (line: string) => Promise<string>;
};

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const model = 'qwen2.5-coder:7b';

/** `ticketmill` is the checkout there; nothing is set up. */
export async function openPlace(): Promise<Place> {
  await using stack = new AsyncDisposableStack();
  const ollama = stack.use(
    await startFakeOllama({
      models: [{ name: model }, { name: 'qwen3:8b' }],
      registry: [{ name: model }],
      script: answering(),
    }),
  );
  const forge = await startFakeForge();
  stack.defer(() => forge.close());
  forge.issues.push(issue);
  const redis = hasRedis ? stack.use(await startRedis()) : null;
  const repository = await makeRepository({
    files: { 'greet.js': "export const greet = () => 'Hello!';\n", '.gitignore': 'node_modules\n' },
  });
  stack.defer(() => repository.remove());
  const { home, root } = repository;
  await linkCheckout(repository);
  await repository.git('config', 'user.name', 'A Reader');
  await repository.git('config', 'user.email', 'reader@example.org');
  await repository.git('push', '-q', 'origin', 'main:release');
  await repository.git('fetch', '-q', 'origin');
  const surroundings = environmentOf(home);
  const write = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files)) writeAt(join(root, name), text);
  };
  write({ '../tmp/.keep': '', '../bin/systemctl': '#!/bin/sh\necho active\n' });
  chmodSync(join(home, 'bin/systemctl'), 0o755);
  const env = {
    ...surroundings,
    PATH: [
      join(root, 'node_modules/.bin'),
      join(home, 'bin'),
      dirname(process.execPath),
      surroundings['PATH'],
    ].join(':'),
    OLLAMA_HOST: ollama.url,
    TERM: 'xterm',
    TMPDIR: join(home, 'tmp'),
    TICKETMILL_SERVER__PORT: '0',
    npm_config_update_notifier: 'false',
    FORGE_URL: forge.url,
    ...(redis === null ? {} : { REDIS_URL: redis.url }),
  };
  const run = async (line: string): Promise<string> =>
    (await promisify(execFile)('bash', ['-c', line], { cwd: root, env })).stdout;
  const owned = stack.move();
  return { root, home, env, write, run, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The sources with what is installed, to run what writes into a checkout. */
export async function copyCheckout(place: Place): Promise<string> {
  const copy = join(place.home, 'ticketmill');
  await place.run(`git clone -q --no-hardlinks '${checkout}' '${copy}'`);
  await place.run(
    `cp -al '${checkout}node_modules' '${copy}/' 2>/dev/null || cp -a '${checkout}node_modules' '${copy}/'`,
  );
  return copy;
}

/** Sets it up as `init` does, for tickets that nobody merges at once. */
export async function setUp({ root, env, write, run }: Place): Promise<void> {
  await run('ticketmill init --yes');
  const config = JSON.parse(readFileSync(join(root, 'config.json'), 'utf8')) as object;
  const forge = { kind: 'local' };
  const more = { ...config, forge, processing: { maxOpenPullRequests: 1000 }, server: { port: 0 } };
  const hosted = { kind: 'github', baseUrl: env['FORGE_URL'], repository: 'acme/greeter', writeInterval: 0 };
  write({
    'config.json': JSON.stringify(more),
    'held.json': JSON.stringify({ ...more, checks: { test: { run: ['false'] } } }),
    'hosted.json': JSON.stringify({ ...more, forge: hosted }),
  });
  await run('git add -A && git commit -qm "Set up ticketmill"');
}

const issue = {
  number: 12,
  title: 'Say hello',
  body: 'Whoever it is.',
  html_url: 'https://github.com/acme/greeter/issues/12',
  state: 'open',
  updated_at: '2026-01-02T10:00:00Z',
  labels: [],
  user: { login: 'eve' },
};

/** A coder whose every ticket becomes a file of its own, so that each can be merged, and a reviewer that minds nothing. */
function answering(): (chat: WireChat) => FakeAnswer {
  let made = 0;
  return ({ body, messages }) => {
    const { format } = body as { format?: { properties: { nonce?: { enum: string[] } } } };
    if (format !== undefined)
      return { json: { nonce: format.properties.nonce?.enum[0], summary: 'Sound.', findings: [] } };
    const hasWritten = messages.some(({ role }) => role === 'assistant');
    if (!hasWritten) made += 1;
    const file = { path: `greetings/${made}.js`, content: `export const greeting = 'Hello ${made}!';\n` };
    const [name, args] = hasWritten ? ['done', { summary: 'It greets.' }] : ['write', file];
    return { toolCalls: [{ name, arguments: args }] };
  };
}

function writeAt(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
