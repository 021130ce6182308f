import type { Environment } from '../../config/environment.ts';
import type { Paths } from '../../config/paths.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Clock } from '../../ports.ts';
import { findInBase } from '../../workspace/checks.ts';
import { createGit } from '../../workspace/git.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import { remoteUrls } from '../../workspace/remote-urls.ts';
import { createSandbox } from '../../workspace/sandbox.ts';
import { runCommand } from '../../workspace/command.ts';
import { inspectAgents } from './inspect-agents.ts';
import { inspectForge } from './inspect-forge.ts';
import { inspectLeftovers } from './inspect-leftovers.ts';
import { inspectModels } from './inspect-models.ts';
import type { ModelConfig } from '../models/open-models.ts';
import { inspectIgnored, inspectPrivacy } from './inspect-privacy.ts';
import type { FindingName } from './why-it-matters.ts';
import { inspectStatuses } from './project-statuses.ts';
import { inspectDisk, inspectFolders, inspectWatching } from './inspect-system.ts';

/** One thing that was looked at. `advice` says what to do, and is empty when it is in order. */
export type Finding = { name: FindingName; state: 'ok' | 'warn' | 'fail'; detail: string; advice: string };

export type Machine = ModelConfig & {
  paths: Paths;
  env: Environment;
  nodeVersion: string;
  clock: Clock;
};

/** Looks at everything that work depends on and changes nothing; in the order in which it should be mended. */
export async function inspectMachine(machine: Machine, signal: AbortSignal): Promise<Finding[]> {
  const { paths } = machine;
  const git = await inspectGit(machine, signal);
  // Without git nothing can be said of what only git knows.
  const withGit = (inspect: typeof inspectChecks) =>
    git.state === 'ok' ? inspect(machine, signal) : Promise.resolve([]);
  // That there is no repository has a finding of its own.
  const repositoryOnly = (inspect: typeof inspectForge) =>
    withGit((...of) =>
      inspect(...of).catch((error: unknown) => {
        if (toFailure(error).code === 'NO_REPOSITORY') return [];
        throw error;
      }),
    );
  const findings = await Promise.all([
    withGit(inspectRepository),
    inspectFolders(paths),
    repositoryOnly(inspectIgnored),
    inspectPrivacy(paths),
    inspectLeftovers(paths, machine.clock),
    inspectModels(machine, signal),
    withGit(inspectChecks),
    inspectSandbox(machine),
    inspectAgents(machine, signal),
    repositoryOnly(inspectForge),
    inspectWatching(),
    inspectDisk(paths),
  ]);
  return [inspectNode(machine.nodeVersion), git, ...inspectStatuses(machine), ...findings.flat()];
}

export function inspectNode(version: string): Finding {
  const name = 'node';
  if (Number.parseInt(version, 10) >= 24) return { name, state: 'ok', detail: version, advice: '' };
  return { name, state: 'fail', detail: `${version}, expected 24 or newer`, advice: 'Install Node 24.' };
}

async function inspectGit({ env }: Machine, signal: AbortSignal): Promise<Finding> {
  const path = env['PATH'] ?? '';
  const request = {
    argv: ['git', '--version'],
    cwd: '/',
    env: { PATH: path },
    timeoutMs: 10_000,
    maxOutput: 1000,
  };
  const { stdout } = await runCommand(request, signal);
  return judgeGit(/(\d+)\.(\d+)[\d.]*/.exec(stdout));
}

/** Merging without a checkout, and the refusal of bare repositories inside others, came with 2.38. */
export function judgeGit(version: RegExpExecArray | null): Finding {
  const name = 'git';
  if (version === null)
    return { name, state: 'fail', detail: 'was not found', advice: 'Install git 2.38 or newer.' };
  const [detail, major, minor] = version;
  if (Number(major) * 1000 + Number(minor) >= 2038) return { name, state: 'ok', detail, advice: '' };
  return { name, state: 'fail', detail: `${detail}, expected 2.38 or newer`, advice: 'Install a newer git.' };
}

async function inspectRepository({ config, paths, env }: Machine, signal: AbortSignal): Promise<Finding[]> {
  const name = 'repository';
  try {
    const { workTree, gitDir } = await locateRepository(paths.root);
    const git = createGit({ gitDir }, { path: env['PATH'] ?? '', home: paths.state });
    const commit = await git.attempt(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], {}, signal);
    if (commit.exitCode !== 0) {
      const advice = 'Commit something: a change needs a commit to start from.';
      return [{ name, state: 'fail', detail: `${workTree} has no commit`, advice }];
    }
    const { remote } = config.git;
    const urls = await remoteUrls(git, remote, { signal });
    const where = urls === null ? `no remote ${remote}: branches stay here` : `remote ${remote}`;
    return [{ name, state: 'ok', detail: `${workTree}, ${where}`, advice: '' }];
  } catch (error) {
    signal.throwIfAborted();
    const advice = 'Run `git init` and commit something, or name another folder with --root.';
    return [{ name, state: 'fail', detail: toFailure(error).message, advice }];
  }
}

/** What is found is what a change from the current commit would be judged by. */
async function inspectChecks({ config, paths, env }: Machine, signal: AbortSignal): Promise<Finding[]> {
  const name = 'checks';
  const named = Object.keys(config.checks ?? {});
  if (named.length > 0) return [{ name, state: 'ok', detail: named.join(', '), advice: '' }];
  const path = env['PATH'] ?? '';
  try {
    const { gitDir } = await locateRepository(paths.root);
    const contents = createGit({ gitDir }, { path, home: paths.state });
    const sha = (await contents.run(['rev-parse', '--verify', 'HEAD^{commit}'], {}, signal)).trim();
    const found = await findInBase({ contents, path, timeout: 0 }, { branch: 'HEAD', sha });
    const detail = found.map(({ name, run }) => `${name} (${run.join(' ')})`).join(', ');
    if (found.length > 0) return [{ name, state: 'ok', detail: `found: ${detail}`, advice: '' }];
  } catch {
    signal.throwIfAborted();
    // What is wrong with the repository has a finding of its own.
    return [];
  }
  const advice = 'Name what proves a change in `checks`, such as {"test": {"run": ["npm", "test"]}}.';
  return [
    { name, state: 'warn', detail: 'none is configured, and none was found in the repository', advice },
  ];
}

async function inspectSandbox({ config, env }: Machine): Promise<Finding[]> {
  const { mode, network, allowedHosts } = config.sandbox;
  const name = 'sandbox';
  if (mode === 'off')
    return [{ name, state: 'warn', detail: 'is switched off', advice: 'Set `sandbox.mode` to "auto".' }];
  const options = { path: env['PATH'] ?? '', userHome: env['HOME'] ?? '/', warn: () => undefined };
  const { kind } = await createSandbox({ mode: 'auto', ...options });
  const reach = network ? 'everything' : allowedHosts.join(', ') || 'nothing';
  if (kind === 'bubblewrap') {
    const detail = `bubblewrap works; of the network commands reach ${reach}`;
    return [{ name, state: 'ok', detail, advice: '' }];
  }
  const advice = 'Install bubblewrap (`apt install bubblewrap`) and allow unprivileged user namespaces.';
  const state = mode === 'required' ? 'fail' : 'warn';
  return [{ name, state, detail: 'bubblewrap cannot run: checks and agents run without walls', advice }];
}
