import type { Base, CapturedTree, CheckCommand, CheckReport } from '../domain/change.ts';
import type { ToolOrder } from '../domain/tool-order.ts';

export interface Workspaces {
  /** A fresh worktree of the base branch, its dependencies in place; with `earlier`, a commit, what it changed too. */
  open(
    order: { key: string; base: string | null; earlier?: string },
    signal: AbortSignal,
  ): Promise<Workspace>;
}

export interface Workspace {
  /** Absolute path of the worktree. */
  readonly directory: string;
  readonly base: Base;
  /** What the earlier change came to on this base; files that changed on both sides hold markers. */
  readonly begunWith?: { tree: string; conflicts: string[] };
  /** Writes what the worktree holds as a tree and compares it with the base. */
  capture(signal: AbortSignal): Promise<CapturedTree>;
  /** Takes back what was written since `tree` was captured, as by a check; ignored files stay. */
  restore(tree: string, signal: AbortSignal): Promise<void>;
  /** Runs a command of a model or a check: sandboxed, limited, killed whole. */
  run(command: CommandOrder, signal: AbortSignal): Promise<CommandResult>;
  /**
   * How a program that stays is started so that it is sandboxed like any command. Who starts it ends it; what it leaves
   * is killed with the worktree. Absent where none can stay.
   */
  enclose?(argv: string[]): Promise<{ argv: string[]; env: Record<string, string>; cwd: string }>;
  close(options: { keep: boolean }): Promise<void>;
}

export type CommandOrder = {
  argv: string[];
  timeoutMs: number;
  /** For a command of ours that starts nothing of the repository's, such as npm without scripts. */
  network?: true;
  /** For a coding program of somebody else; `argv` names it. */
  tool?: ToolOrder;
};

export type CommandResult = {
  exitCode: number | null;
  /** Standard output and error in the order they came, capped; the middle is cut out, never the ends. */
  output: string;
  timedOut: boolean;
  elapsedMs: number;
  /** Of a coding program: standard output alone, and whether it was ended for its silence. */
  tool?: { stdout: string; stalled: boolean };
};

export interface Checks {
  /** The named or found checks run on the worktree, each compared with the same command on the base commit. */
  run(
    workspace: Workspace,
    tree: string,
    commands: CheckCommand[] | null,
    signal: AbortSignal,
  ): Promise<CheckReport>;
}
