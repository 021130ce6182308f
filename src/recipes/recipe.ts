import type { CommandOrder, CommandResult } from '../ports.ts';

/** A text file of the worktree; its path has forward slashes. */
export type TextFile = { path: string; text: string };

/** What a recipe can see and use. */
export type Site = {
  /** Absolute path of the worktree. */
  directory: string;
  /** Every path of the worktree, sorted. */
  paths: () => Promise<readonly string[]>;
  /** Every text file that is somebody's own work: no lock file, nothing installed. */
  texts: () => Promise<readonly TextFile[]>;
  run: (order: CommandOrder, signal: AbortSignal) => Promise<CommandResult>;
  now: () => Date;
};

/** What is to be done, as data: moves first, then whole files. */
export type Change = {
  moves?: readonly { from: string; to: string }[];
  writes: readonly TextFile[];
  /** What was done, with every place. */
  summary: string;
};

/** A recipe does all of what is asked, in the one way it can be read, or says why that is not to be had. */
export type Recipe = (
  site: Site,
  args: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Change | { declined: string }>;

export function declined(reason: string): { declined: string } {
  return { declined: reason };
}
