// Runs every coding CLI that is installed, or that npm can install, against a model server of ours: does the task reach
// it, does its change come back, is its end read rightly? In the sandbox, with no network but the way to that server.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCliCoder } from '../src/agent/cli/cli-coder.ts';
import { cliTemplates } from '../src/agent/cli/templates.ts';
import { createSandbox, findProgram } from '../src/workspace/sandbox.ts';
import { openRepository } from '../src/workspace/repository.ts';
import { createWorkspaces } from '../src/workspace/worktree.ts';
import { startModelServer } from './adapters/model-server.ts';

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
const kinds = Object.keys(cliTemplates).filter((kind) => wanted.length === 0 || wanted.includes(kind));
const path = `${join(folder, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
const limit = AbortSignal.timeout(kinds.length * 180_000);
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
  const template = cliTemplates[kind];
  if (template === undefined) throw new Error(`there is no adapter ${kind}`);
  if (template.endpoint === 'account') return { word: 'skipped', detail: 'it needs a login of its maker' };
  if ((await findProgram(template.bin, path)) === null && !install(kind))
    return { word: 'skipped', detail: `${template.bin} is not installed, and npm could not install it` };
  const server = await startModelServer("echo 'made by a tool' > made.txt");
  const home = mkdtempSync(join(tmpdir(), 'adapter-'));
  try {
    const { outcome, files, walls } = await runIn(home, { kind, url: server.url });
    const sizes = server.requests.map(({ bytes }) => bytes);
    const first = sizes[0] === undefined ? 'no request' : `first request ${sizes[0]} bytes`;
    const isGood = outcome.end === 'finished' && files.length === 1 && files[0] === 'made.txt';
    const reason = outcome.end === 'gave-up' ? `; ${outcome.reason}` : '';
    const detail = `${first}, ${sizes.length} requests, changed [${files.join(', ')}], ${outcome.end}, ${walls}${reason}`;
    return { word: isGood ? 'ok' : 'FAILED', detail: detail.replaceAll('\n', ' ').slice(0, 400) };
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
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

async function runIn(home: string, { kind, url }: { kind: string; url: string }) {
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
  if (template === undefined) throw new Error(kind);
  const coder = createCliCoder({ template, server: url, window: 131_072, ownLogin: false });
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
