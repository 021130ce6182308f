// Runs every coding CLI that is installed, or that npm can install, against a model server of ours: does the task reach
// it, does its change come back, is its end read rightly? In the sandbox, with no network but the way to that server.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCoder } from '../src/agent/coder.ts';
import { createCliCoder } from '../src/agent/cli/cli-coder.ts';
import { cliTemplates } from '../src/agent/cli/templates.ts';
import { createSandbox, findProgram } from '../src/workspace/sandbox.ts';
import { openRepository } from '../src/workspace/repository.ts';
import { createWorkspaces } from '../src/workspace/worktree.ts';
import type { ChatModel, Coder } from '../src/ports.ts';
import { startModelServer } from './adapters/model-server.ts';
import type { ModelServer } from './adapters/model-server.ts';

const packages: Record<string, string> = {
  opencode: 'opencode-ai',
  kilo: '@kilocode/cli',
  codex: '@openai/codex',
  claude: '@anthropic-ai/claude-code',
  gemini: '@google/gemini-cli',
  qwen: '@qwen-code/qwen-code',
  pi: '@mariozechner/pi-coding-agent',
  copilot: '@github/copilot',
  cline: 'cline',
  continue: '@continuedev/cli',
};

const folder = process.env['TICKETMILL_ADAPTERS'] ?? join(tmpdir(), 'ticketmill-adapters');
const wanted = process.argv.slice(2);
/** The built-in coder first, for comparison. */
const kinds = ['builtin', ...Object.keys(cliTemplates)].filter(
  (kind) => wanted.length === 0 || wanted.includes(kind),
);
const path = `${join(folder, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
const limit = AbortSignal.timeout(kinds.length * 180_000);
const command = "echo 'made by a tool' > made.txt";
let failures = 0;

for (const kind of kinds) {
  const { word, detail } = await tryOne(kind).catch((error: unknown) => ({
    word: 'FAILED',
    detail: String(error),
  }));
  if (word === 'FAILED') failures += 1;
  process.stdout.write(`${kind.padEnd(10)} ${word.padEnd(8)} ${detail}\n`);
}
process.exitCode = failures > 0 ? 1 : 0;

async function tryOne(kind: string): Promise<{ word: string; detail: string }> {
  const why = await whyNot(kind);
  if (why !== null) return { word: 'skipped', detail: why };
  const server = await startModelServer(command);
  const home = mkdtempSync(join(tmpdir(), 'adapter-'));
  try {
    const { outcome, files, walls } = await runIn(home, { kind, server });
    const { requests } = server;
    // Some ask for a title first, without tools.
    const first = requests.find(({ tools }) => tools > 0) ?? { bytes: 0, tools: 0 };
    const size = `${first.bytes} bytes at first, about ${Math.round(first.bytes / 4)} tokens, ${first.tools} tools`;
    const isGood = outcome.end === 'finished' && files.length === 1 && files[0] === 'made.txt';
    const reason = outcome.end === 'gave-up' ? `; ${outcome.reason}` : '';
    const detail = `${size}; ${requests.length} requests, changed [${files.join(', ')}], ${outcome.end}, ${walls}${reason}`;
    return { word: isGood ? 'ok' : 'FAILED', detail: detail.replaceAll('\n', ' ').slice(0, 400) };
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function whyNot(kind: string): Promise<string | null> {
  if (kind === 'builtin') return null;
  const template = cliTemplates[kind];
  if (template === undefined) throw new Error(`there is no adapter ${kind}`);
  if (template.endpoint === 'account') return 'it needs a login of its maker';
  if ((await findProgram(template.bin, path)) !== null || install(kind)) return null;
  return `${template.bin} is not installed, and npm could not install it`;
}

/** The same task and answers for the built-in coder, which needs no wire for it. */
function ownCoder({ requests }: ModelServer): Coder {
  const calls = [
    { name: 'run', arguments: { command } },
    { name: 'done', arguments: { summary: 'Done.' } },
  ];
  const model: ChatModel = {
    facts: (id) => Promise.resolve({ id, capabilities: ['completion', 'tools'], contextLength: null }),
    chat({ model: name, messages, tools = [] }) {
      const offers = tools.map((each) => ({ type: 'function', function: each }));
      const body = JSON.stringify({ model: name, messages, tools: offers, stream: true });
      requests.push({ path: 'in process', bytes: Buffer.byteLength(body), tools: tools.length });
      const call = calls[requests.length - 1];
      const toolCalls = call === undefined ? [] : [call];
      const usage = { input: 100, output: 10 };
      return Promise.resolve({ text: '', thinking: '', toolCalls, finish: 'tools', usage });
    },
  };
  return createCoder({ model, contextLength: 131_072 });
}

function install(kind: string): boolean {
  const name = packages[kind];
  if (name === undefined) return false;
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, name], {
      stdio: 'pipe',
      timeout: 300_000,
    });
    return true;
  } catch {
    return false;
  }
}

async function runIn(home: string, { kind, server }: { kind: string; server: ModelServer }) {
  const root = join(home, 'repository');
  mkdirSync(root);
  writeFileSync(join(root, 'README.md'), '# A repository\n');
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'first');
  const repository = await openRepository(root, {
    ...{ path, stateDirectory: join(home, 'state'), remote: 'origin', baseBranch: 'main' },
    ...{ author: { name: 'a', email: 'a@b.c' }, pushRetries: 0, pushRetryDelay: 0, remoteEnv: {} },
    ...{ token: () => Promise.resolve(null), now: () => new Date() },
  });
  const sandbox = await createSandbox({ mode: 'auto', path, userHome: homedir(), warn: () => undefined });
  const workspaces = createWorkspaces({
    ...{ repository, sandbox, directory: join(home, 'worktrees'), path, network: false },
    ...{ dependencies: 'none', copy: [], setup: [], setupTimeoutMs: 1000, maxOutput: 1_000_000 },
  });
  const workspace = await workspaces.open({ key: kind, base: null }, limit);
  const template = cliTemplates[kind];
  const coder =
    template === undefined
      ? ownCoder(server)
      : createCliCoder({ template, server: server.url, window: 131_072, ownLogin: false });
  const session = coder.begin({
    task: { id: 'T-1', title: 'Make made.txt', brief: 'Make a file made.txt.', criteria: [], notes: '' },
    ...{ workspace, model: 'ollama/fake', protocol: 'auto', maxSteps: null },
    ...{ onStep: () => undefined, onText: () => undefined },
  });
  const outcome = await session.work(null, AbortSignal.any([limit, AbortSignal.timeout(150_000)]));
  const files = (await workspace.capture(limit)).files.map((file) => file.path);
  await workspace.close({ keep: false });
  return { outcome, files, walls: sandbox.kind === 'none' ? 'without walls' : 'in the sandbox' };
}
