import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base, CheckCommand } from '../domain/change.ts';
import type { Workspace } from '../ports.ts';
import { takeTurns } from './take-turns.ts';

/** How a command ended on a base commit; `exitCode` is null when it did not end in time. */
export type Baseline = { exitCode: number | null };

export type Baselines = {
  /** What is known already, without running anything. */
  known(base: Base, command: CheckCommand): Promise<Baseline | null>;
  /** Runs the command in a clean worktree of the base commit, unless that was done before. */
  measure(base: Base, command: CheckCommand, signal: AbortSignal): Promise<Baseline>;
  /** The same for a commit that nobody will ask about again. */
  look(base: Base, command: CheckCommand, signal: AbortSignal): Promise<Baseline>;
};

export type BaselineOptions = {
  openAt: (key: string, base: Base, signal: AbortSignal) => Promise<Workspace>;
  /** Directory that keeps what was measured, one file a commit and command. */
  directory: string;
};

export function createBaselines({ openAt, directory }: BaselineOptions): Baselines {
  // One at a time: they share the worktree of their base, and two at once would only be slower.
  const turns = takeTurns();
  const fileOf = (base: Base, command: CheckCommand) => {
    const identity = JSON.stringify([base.sha, command.run, command.timeout]);
    return join(directory, `${createHash('sha256').update(identity).digest('hex').slice(0, 32)}.json`);
  };

  async function known(base: Base, command: CheckCommand): Promise<Baseline | null> {
    const text = await readFile(fileOf(base, command), 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as Baseline);
  }

  async function run(base: Base, command: CheckCommand, signal: AbortSignal): Promise<Baseline> {
    const workspace = await openAt(`baseline-${base.sha.slice(0, 12)}`, base, signal);
    try {
      const { exitCode } = await workspace.run({ argv: command.run, timeoutMs: command.timeout }, signal);
      return { exitCode };
    } finally {
      await workspace.close({ keep: false });
    }
  }

  async function runOnce(base: Base, command: CheckCommand, signal: AbortSignal): Promise<Baseline> {
    const baseline = await run(base, command, signal);
    await remember(fileOf(base, command), baseline);
    return baseline;
  }

  return {
    known,
    measure: (base, command, signal) =>
      turns(async () => (await known(base, command)) ?? (await runOnce(base, command, signal))),
    look: (base, command, signal) => turns(() => run(base, command, signal)),
  };
}

async function remember(file: string, baseline: Baseline): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.tmp`, JSON.stringify(baseline));
  await rename(`${file}.tmp`, file);
}
