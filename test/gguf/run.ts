// The library itself, with a model of noise: what a stand-in can't show. `npm run test:gguf`; it needs a registry, or
// TICKETMILL_TEST_LLAMA, the folder of an installed node-llama-cpp, and says so when it has neither.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/app/system-clock.ts';
import type { ChatReply, ChatRequest } from '../../src/domain/chat.ts';
import { createGguf } from '../../src/models/gguf/gguf.ts';
import type { Gguf } from '../../src/models/gguf/gguf.ts';
import { writeTinyGguf } from '../support/tiny-gguf.ts';

const version = '3.22.1';
const binaries: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-arm64': 'mac-arm64-metal',
  'darwin-x64': 'mac-x64',
  'win32-x64': 'win-x64',
};

const library = process.env['TICKETMILL_TEST_LLAMA'] ?? installed();
if (library === null) {
  say('SKIPPED: node-llama-cpp is not installed and cannot be fetched; nothing was tested.');
  process.exit(0);
}

const place = mkdtempSync(join(tmpdir(), 'ticketmill-gguf-'));
const file = join(place, 'tiny.gguf');
const unaborted = new AbortController().signal;
try {
  await writeTinyGguf(file);
  await answersAndStops(library);
  await refusesWhatItCannotRun(library);
  commandsKnowIt(library);
  assert.equal(processes().length, 0, 'no process of a model is left');
  say('Everything went as it should.');
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Fetched once for all runs, with the plain binary of this machine alone. */
function installed(): string | null {
  const home = join(tmpdir(), `ticketmill-test-llama-${version}`);
  const directory = join(home, 'node_modules', 'node-llama-cpp');
  const binary = binaries[`${process.platform}-${process.arch}`];
  if (existsSync(directory)) return directory;
  if (binary === undefined) return null;
  mkdirSync(home, { recursive: true });
  const wanted = [`node-llama-cpp@${version}`, `@node-llama-cpp/${binary}@${version}`];
  const flags = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', '--prefix', home, ...flags, ...wanted], {
    stdio: 'inherit',
  });
  return status === 0 ? directory : null;
}

function open(from: string, of: { file?: string; contextLength?: number } = {}): Gguf & AsyncDisposable {
  const gguf = createGguf(
    {
      models: [{ id: 'here/tiny', file, contextLength: 1024, ...of, library: from, parallel: 1 }],
      limits: { timeout: 600_000, firstTokenTimeout: 300_000, stallTimeout: 120_000 },
      circuit: { failureThreshold: 3, successThreshold: 1, halfOpenRequests: 1, resetTimeout: 1000 },
      keepAlive: '30m',
      env: { PATH: process.env['PATH'] ?? '' },
    },
    systemClock,
  );
  return { ...gguf, [Symbol.asyncDispose]: () => gguf.close() };
}

function ask(gguf: Gguf, request: Partial<ChatRequest> = {}, signal = unaborted): Promise<ChatReply> {
  const messages = [{ role: 'user' as const, content: 'Hello?' }];
  return gguf.chat({ model: 'here/tiny', messages, maxOutputTokens: 8, ...request }, signal);
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = (await call.then(
    () => ({ code: 'none', message: '' }),
    (reason: unknown) => reason,
  )) as { code?: string; message: string };
  say(`      ${error.message}`);
  return error.code ?? error.message;
}

async function answersAndStops(from: string): Promise<void> {
  await using gguf = open(from);
  const heard: string[] = [];
  const reply = await ask(gguf, { onText: (text) => void heard.push(text) });
  tell(`a chat: ${JSON.stringify(reply)}`);
  assert.equal(heard.join(''), reply.text);
  assert.ok(reply.usage.input > 0 && reply.usage.output > 0);
  assert.equal(gguf.loaded()[0]?.contextLength, 512, 'the window that the model was trained with');

  const format = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
  const { text } = await ask(gguf, { format, maxOutputTokens: 60 });
  tell(`an answer in a given form: ${text}`);
  assert.equal(typeof (JSON.parse(text) as { ok: unknown }).ok, 'boolean');

  tell('a prompt that does not fit');
  const messages = [{ role: 'user' as const, content: 'x'.repeat(2000) }];
  assert.equal(await codeOf(ask(gguf, { messages })), 'MODEL_CONTEXT_OVERFLOW');

  tell('a chat that is stopped in the middle, and one after it in the same process');
  const before = processes();
  const stop = new AbortController();
  const onText = (): void => stop.abort(new Error('enough'));
  assert.equal(await codeOf(ask(gguf, { maxOutputTokens: 400, onText }, stop.signal)), 'enough');
  await ask(gguf);
  assert.deepEqual(processes(), before);

  tell('a process that is killed in the middle, and the next chat');
  const kill = (): void => {
    for (const pid of processes()) process.kill(pid, 'SIGKILL');
  };
  assert.equal(await codeOf(ask(gguf, { maxOutputTokens: 400, onText: kill })), 'MODEL_STREAM_BROKEN');
  await ask(gguf);
  assert.notDeepEqual(processes(), before);
}

async function refusesWhatItCannotRun(from: string): Promise<void> {
  const cut = join(place, 'cut.gguf');
  await writeTinyGguf(cut);
  truncateSync(cut, 60_000);
  tell('weights that are cut off');
  assert.equal(await codeOf(warmUp(open(from, { file: cut }))), 'MODEL_FILE_UNUSABLE');

  const strange = join(place, 'strange.gguf');
  await writeTinyGguf(strange, { architecture: 'nobodys' });
  tell('a kind of model that the library does not know');
  assert.equal(await codeOf(warmUp(open(from, { file: strange }))), 'MODEL_FILE_UNUSABLE');
}

async function warmUp(gguf: Gguf & AsyncDisposable): Promise<void> {
  await using held = gguf;
  await held.warmUp('here/tiny', unaborted);
}

/** As a person would meet it. */
function commandsKnowIt(module: string): void {
  const root = join(place, 'root');
  mkdirSync(root);
  const providers = { here: { files: { tiny: file }, module } };
  const ollama = { hosts: ['http://127.0.0.1:9'], defaultModel: 'here/tiny', contextLength: 1024 };
  writeFileSync(join(root, 'config.json'), JSON.stringify({ ollama, providers }));
  const run = (...args: string[]): string => {
    const argv = ['scripts/ticketmill.cjs', ...args, '--root', root];
    return spawnSync(process.execPath, argv, { encoding: 'utf8' }).stdout;
  };
  const listed = run('models', 'list');
  tell(`models list:\n${listed}`);
  assert.match(listed, /here\/tiny/);
  const doctor = run('doctor');
  tell(`doctor:\n${doctor}`);
  assert.match(doctor, /can be run by node-llama-cpp 3\.\d+/);
  const probed = run('models', 'probe', 'here/tiny');
  tell(`models probe:\n${probed}`);
  assert.match(probed, /passed +load/);
}

function processes(): number[] {
  try {
    const found = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'serve-model'], {
      encoding: 'utf8',
    });
    return found.trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

function tell(what: string): void {
  say(`  ok  ${what}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
