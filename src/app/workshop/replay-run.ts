import { join } from 'node:path';
import { replayCoding, type Replayed } from '../../agent/replay-coding.ts';
import type { Environment } from '../../config/environment.ts';
import type { Paths } from '../../config/paths.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { Failure } from '../../domain/failure.ts';
import type { Recorded } from '../../domain/recording.ts';
import { openRunFiles } from '../../journal/run-files.ts';
import type { Clock } from '../../ports.ts';
import { createRedactor } from '../../telemetry/redact.ts';
import { openRepository } from '../../workspace/repository.ts';
import { openWorkspaces, reachesOut } from './open-workspaces.ts';
import { repositoryOptions } from '../forge/repository-options.ts';

export type ReplayPlace = {
  loaded: LoadedConfig;
  paths: Paths;
  env: Environment;
  clock: Clock;
  warn: (message: string) => void;
};

export type ReplayedRun = Replayed & {
  runId: string;
  /** The commit from which it began. */
  baseSha: string;
  files: number;
  /** Whether it came to the diff that the run left; null when the run left none. */
  same: boolean | null;
  diff: string;
};

/** Codes a finished run again from its transcript: the same commit, the recorded answers, no model. Changes nothing. */
export async function replayRun(
  place: ReplayPlace,
  runId: string,
  signal: AbortSignal,
): Promise<ReplayedRun> {
  const { loaded, paths, env, clock, warn } = place;
  const { config } = loaded;
  const redact = createRedactor(Object.values(loaded.secrets));
  const runs = openRunFiles({ directory: join(paths.state, 'runs'), now: () => clock.now(), redact });
  const lines = await runs.transcript(runId, 0, Number.MAX_SAFE_INTEGER);
  const recorded = (lines ?? []).filter((line) => line.type.startsWith('coding:')) as unknown as Recorded[];
  const begun = recorded.find((entry) => entry.type === 'coding:begun');
  if (begun === undefined) throw nothingToReplay(runId, lines !== null);
  const repository = await openRepository(paths.root, repositoryOptions({ loaded, paths, env, clock }));
  // A name with a dot is left alone when the daemon sweeps.
  const directory = join(paths.worktrees, '.replay');
  const workspaces = await openWorkspaces({ config, env, repository, warn }, directory);
  const workspace = await workspaces.openAt(`replay-${runId}`, begun.base, signal);
  try {
    const replayed = await replayCoding({ recorded, workspace, network: reachesOut(config) }, signal);
    const captured = await workspace.capture(signal);
    const before = await runs.read(runId, 'diff.patch');
    const diff = redact(captured.diff);
    const same = before === null ? null : before === diff;
    return { runId, baseSha: begun.base.sha, files: captured.files.length, same, diff, ...replayed };
  } finally {
    await workspace.close({ keep: false });
  }
}

function nothingToReplay(runId: string, isThere: boolean): Failure {
  const what = isThere
    ? `Run "${runId}" has a transcript without any coding of the built-in agent in it.`
    : `There is no transcript of a run "${runId}".`;
  return new Failure('BAD_USAGE', `${what} \`ticketmill show ID\` names the last run of a ticket.`);
}
