import type { Environment } from '../../config/environment.ts';
import { runCommand } from '../../workspace/command.ts';

export type SetUpCommit = { root: string; env: Environment; paths: readonly string[] };

/** Commits these files as the user would, identity and hooks included; what git said when it would not. */
export async function commitSetUp(
  { root, env, paths }: SetUpCommit,
  signal: AbortSignal,
): Promise<string | null> {
  for (const args of [
    ['add', '--'],
    ['commit', '--quiet', '--message', 'Set up ticketmill', '--only', '--'],
  ]) {
    const request = {
      argv: ['git', ...args, ...paths],
      cwd: root,
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      timeoutMs: 120_000,
      maxOutput: 4000,
    };
    const { exitCode, output } = await runCommand(request, signal);
    if (exitCode !== 0) return output.trim();
  }
  return null;
}
