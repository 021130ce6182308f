import type { TokenUsage } from './chat.ts';
import type { Verdict } from './review.ts';

/** The commit a change starts from. `sha` is 40 hex digits. */
export type Base = { branch: string; sha: string };

/** One file of a diff between two trees; modes are git's, such as `100644`, and `000000` for absent. */
export type ChangedFile = {
  path: string;
  oldPath?: string;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
  oldMode: string;
  newMode: string;
  added: number;
  removed: number;
  binary: boolean;
};

/** What a worktree holds beyond its base: a tree that we wrote, and the diff that shows every byte of it. */
export type CapturedTree = { tree: string; diff: string; files: ChangedFile[] };

/** A repository command that must pass: argv, never a shell line. `timeout` in milliseconds. */
export type CheckCommand = { name: string; run: string[]; timeout: number };

export type CheckResult = {
  name: string;
  /** passed · broken: green on the base, red now · still-red: red on both · mended: red on the base, green now. */
  outcome: 'passed' | 'broken' | 'still-red' | 'mended';
  exitCode: number | null;
  baseExitCode: number | null;
  elapsedMs: number;
  /** What it printed, condensed to what a model or a person needs; empty when it passed. */
  output: string;
};

export type CheckReport = { tree: string; results: CheckResult[] };

/** Something a gate saw that refuses nothing, for whoever reads the pull request. `line` 0: the file as a whole. */
export type Remark = { path: string; line: number; text: string };

/** One model's try at a ticket; `code` as its time called it. */
export type Attempt = {
  model: string;
  attempt: number;
  code: string | null;
  error: string | null;
  elapsedMs: number;
};

export type Spending = TokenUsage & { requests: number; usd: number };

export type Change = CapturedTree & {
  base: Base;
  checks: CheckReport;
  /** What the guards saw and let pass. */
  remarks: Remark[];
  /** Null when the review is switched off. */
  verdict: Verdict | null;
  model: string;
  /** The coder's own words about the change: data, never a reason to believe it. */
  summary: string;
};

export const noSpending: Spending = { input: 0, output: 0, requests: 0, usd: 0 };

export function addSpending(a: Spending, b: Spending): Spending {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    requests: a.requests + b.requests,
    usd: a.usd + b.usd,
  };
}
