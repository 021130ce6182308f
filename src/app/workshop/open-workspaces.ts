import type { Environment } from '../../config/environment.ts';
import type { Config } from '../../config/schema.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';
import { createSandbox } from '../../workspace/sandbox.ts';
import { createWorkspaces } from '../../workspace/worktree.ts';
import type { OpenedWorkspaces } from '../../workspace/worktree.ts';

type WorkspaceParts = {
  config: Config;
  env: Environment;
  repository: OpenedRepository;
  warn: (message: string) => void;
  /** Told of hosts that commands in a worktree asked for and may not reach. */
  onHostRefused?: (key: string, reason: string) => void;
};

/** Milliseconds of a set-up command. */
const setupTimeout = 900_000;
const longestOutput = 1024 * 1024;

/** Worktrees below `directory`, with the sandbox and the dependencies that the config wants. */
export async function openWorkspaces(
  { config, env, repository, warn, onHostRefused = () => undefined }: WorkspaceParts,
  directory: string,
  leaveOut: readonly string[] = [],
): Promise<OpenedWorkspaces> {
  const path = env['PATH'] ?? '';
  const { mode, network, allowedHosts } = config.sandbox;
  return createWorkspaces({
    repository,
    sandbox: await createSandbox({ mode, path, userHome: env['HOME'] ?? '/', warn }),
    directory,
    path,
    network,
    egress: { hosts: allowedHosts, onRefused: onHostRefused },
    dependencies: config.worktree.dependencies,
    copy: config.worktree.copy,
    leaveOut,
    setup: config.worktree.setup,
    setupTimeoutMs: setupTimeout,
    maxOutput: longestOutput,
  });
}

/** Whether commands have any way out, if only to some hosts. */
export function reachesOut({ sandbox }: Config): boolean {
  return sandbox.network || sandbox.allowedHosts.length > 0;
}
