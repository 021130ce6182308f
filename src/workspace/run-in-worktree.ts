import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CommandOrder, CommandResult, Workspace } from '../ports.ts';
import type { Place } from './check-out.ts';
import { runCommand, type Ran } from './command.ts';
import { handOver } from './hand-over.ts';
import { killMarked } from './kill-marked.ts';
import { openWays, type Walls, type Ways } from './open-ways.ts';
import { arrangeTool } from './run-tool.ts';
import type { View } from './sandbox.ts';

export type WorktreePrograms = {
  run: (command: CommandOrder, signal: AbortSignal) => Promise<CommandResult>;
  enclose: NonNullable<Workspace['enclose']>;
  /** Kills what was started to stay. */
  endStaying: () => Promise<void>;
};

type Surroundings = Walls & {
  /** The folder of all worktrees; programs are marked by it. */
  directory: string;
  network: boolean;
  maxOutput: number;
  views: readonly View[];
};

/** Starts programs in one worktree: each within the walls, marked so that it is found again, and with what it may reach. */
export function runInWorktree(place: Place, around: Surroundings): WorktreePrograms {
  const { sandbox, views } = around;
  const staying = new Map<string, Ways>();
  let count = 0;
  const cwd = sandbox.kind === 'none' ? place.checkout : '/';
  const prepare = async (network = around.network) => {
    count += 1;
    if (sandbox.user !== null) await handOver(place.checkout, sandbox.user);
    const enclosure = { directory: place.checkout, views, network, home: join(place.home, 'home') };
    return { enclosure, marker: `${markerPrefix(around.directory)}${place.name}/${count}` };
  };
  return {
    async run({ argv, timeoutMs, tool, network }, signal) {
      const { enclosure, marker } = await prepare(network);
      const ways = await openWays(around, enclosure, tool?.server);
      try {
        const limits = { cwd, marker, timeoutMs };
        if (tool === undefined) {
          const { maxOutput } = around;
          const request = { ...ways.enclose(argv, enclosure), ...limits, maxOutput };
          return commandResult(await runCommand(request, signal));
        }
        const ordered = { tool, program: argv[0] ?? '' };
        const request = await arrangeTool(ordered, { sandbox, enclosure, ways });
        return toolResult(await runCommand({ ...request, ...limits, maxOutput: longestToolOutput }, signal));
      } finally {
        await ways.close();
      }
    },
    async enclose(command) {
      const { enclosure, marker } = await prepare();
      const ways = await openWays(around, enclosure);
      staying.set(marker, ways);
      const { argv, env } = ways.enclose(command, enclosure);
      return { argv, env: { ...env, TICKETMILL_RUN: marker }, cwd };
    },
    async endStaying() {
      if (staying.size > 0) await killMarked((marker) => staying.has(marker));
      for (const ways of staying.values()) await ways.close();
      staying.clear();
    },
  };
}

/** Begins the marker of every program in one of the worktrees below a folder. */
export function markerPrefix(directory: string): string {
  return `${createHash('sha256').update(directory).digest('hex').slice(0, 16)}/`;
}

/** Programs that tell of every word need room. */
const longestToolOutput = 16 * 1024 * 1024;

function commandResult({ exitCode, output, timedOut, elapsedMs }: Ran): CommandResult {
  return { exitCode, output, timedOut, elapsedMs };
}

function toolResult(ran: Ran): CommandResult {
  return { ...commandResult(ran), tool: { stdout: ran.stdout, stalled: ran.stalled } };
}
