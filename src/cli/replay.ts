import type { Command } from 'commander';
import type { ReplayedRun } from '../app/workshop/replay-run.ts';
import { examples } from './examples.ts';
import { paintDiff } from './paint-diff.ts';
import type { Run, Session } from './session.ts';

export function addReplayCommand(program: Command, run: Run): void {
  program
    .command('replay')
    .argument('<run>', 'id of a run, as `show` names it')
    .description('code a run again from its transcript, offline; exits 1 when it comes to another diff')
    .option('--diff', 'show what it came to')
    .addHelpText('after', examples('replay 0f8fad5b-d9cb-469f-a165-70867728950e', 'replay RUN --diff'))
    .action(run(replay));
}

async function replay(session: Session, runId: string, options: { diff?: boolean }): Promise<number> {
  const { load, output, env, clock, signal } = session;
  const { paths, ...loaded } = load();
  const warn = (message: string): void => output.warn(message);
  const { replayRun } = await import('../app/workshop/replay-run.ts');
  const replayed = await replayRun({ loaded, paths, env, clock, warn }, runId, signal);
  if (output.json) await output.printJson(replayed);
  else {
    await output.print(describe(replayed));
    if (options.diff === true) await output.print(paintDiff(replayed.diff, output.paint));
  }
  return replayed.same === false ? 1 : 0;
}

function describe({ same, baseSha, files, replies, departed }: ReplayedRun): string {
  const came = `${files === 1 ? '1 file' : `${files} files`} changed from ${baseSha.slice(0, 12)} with ${replies} recorded answers`;
  const verdict =
    same === null
      ? 'the run left no diff to compare with'
      : same
        ? 'the same diff'
        : 'ANOTHER diff than the run left';
  return `${verdict}: ${came}${departed === null ? '' : `; ${departed}`}`;
}
