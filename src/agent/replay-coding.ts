import { Failure } from '../domain/failure.ts';
import type { Recorded } from '../domain/recording.ts';
import type { Workspace } from '../ports.ts';
import { createCoder } from './coder.ts';
import { openReel, type Reel } from './reel.ts';

export type Replay = {
  /** What was recorded, in its order. */
  recorded: readonly Recorded[];
  workspace: Workspace;
  /** Whether commands may reach the network. */
  network: boolean;
};

export type Replayed = {
  /** Answers that were given again in the place of a model. */
  replies: number;
  /** What first went another way than it was recorded, in one sentence; null when nothing did. */
  departed: string | null;
};

/** Codes again in a worktree of the same commit, with every answer as it was recorded and no model. */
export async function replayCoding(replay: Replay, signal: AbortSignal): Promise<Replayed> {
  const reel = openReel(replay.recorded);
  for (let begun = reel.take('coding:begun'); begun !== null; begun = reel.take('coding:begun')) {
    await replay.workspace.restore(begun.base.sha, signal);
    const { task, model, protocol, maxSteps, split = false, contextLength, mode, planner } = begun;
    const coder = createCoder({
      ...{ model: reel.model, contextLength, network: replay.network, mode },
      ...(planner === null ? {} : { planner }),
    });
    const silent = { onStep: () => undefined, onText: () => undefined };
    const job = { task, model, protocol, maxSteps, split, workspace: replay.workspace };
    const session = coder.begin({ ...job, ...silent });
    await workAgain(reel, session, signal);
  }
  return reel.end();
}

async function workAgain(
  reel: Reel,
  session: ReturnType<ReturnType<typeof createCoder>['begin']>,
  signal: AbortSignal,
): Promise<void> {
  for (let asked = reel.take('coding:asked'); asked !== null; asked = reel.take('coding:asked')) {
    try {
      await session.work(asked.feedback, signal);
    } catch (error) {
      // What failed when it was recorded fails again here, and the run went on from there.
      if (!(error instanceof Failure)) throw error;
    }
  }
}
