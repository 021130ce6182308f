import type { PoolReport } from './agent-pool.ts';
import type { CheckResult, Spending } from './change.ts';
import type { CircuitView } from './circuit.ts';
import type { CacheFigures, CostReport } from './costs.ts';
import type { Event } from './event.ts';
import type { FailureCode } from './failure.ts';
import type { PullRequest } from './forge.ts';
import type { Verdict } from './review.ts';
import type { HoldCode } from './hold-code.ts';
import type { Plan, Stage, Step } from './run.ts';
import type { TicketState } from './ticket.ts';
import type { Triage } from './triage.ts';

/**
 * What a person can ask of the house, with and without a running daemon: `args` go in and `result` comes out as JSON.
 * `id` is a ticket's id in any spelling, its file's name, or its key.
 */
export type Commands = {
  pause: { args: object; result: { paused: boolean } };
  resume: { args: object; result: { paused: boolean } };
  stop: { args: object; result: { stopping: boolean } };
  status: { args: object; result: StatusReport };
  show: { args: { id: string; diff: boolean }; result: TicketReport };
  explain: { args: { id: string }; result: Explanation };
  cancel: { args: { id: string }; result: Settled };
  approve: { args: { id: string }; result: Settled };
  reject: { args: { id: string; reason: string | null }; result: Settled };
  merge: { args: { id: string }; result: Settled };
  /** `since`: ISO 8601; null: since the history begins. */
  costs: { args: { since: string | null }; result: CostReport };
  'retry-failed': { args: RetryOrder; result: RetryReport };
};

export type CommandName = keyof Commands;

/** Where a command left a ticket. */
export type Settled = {
  id: string;
  file: string;
  state: TicketState;
  message: string;
  pullRequest: PullRequest | null;
};

export type RetryOrder = {
  /** Null: every failed ticket. */
  id: string | null;
  /** Null: as configured. */
  maxAgeDays: number | null;
  /** Only says what would be done. */
  dryRun: boolean;
  /** Whatever age, number and sense of another try. */
  force: boolean;
};

export type RetryReport = {
  dryRun: boolean;
  /** One entry for each kind of failure that there is. */
  groups: { errorType: string; tickets: TriagedTicket[] }[];
};

/** A failed ticket, and whether and why it goes back to `todo`. */
export type TriagedTicket = Triage & {
  id: string;
  file: string;
  /** How it failed; null where its companion says nothing that we understand. */
  code: FailureCode | null;
  error: string | null;
  failedAt: string | null;
  /** Times it was brought back, this time included. */
  retryCount: number;
  /** Its name in `todo`; null when it stays where it is. */
  movedTo: string | null;
};

export type StatusReport = {
  /** Null when no daemon runs: the command looked for itself. */
  daemon: {
    pid: number;
    url: string | null;
    /** A link that may be opened once, by whoever may act from the page. */
    invitation: string | null;
    uptimeSeconds: number;
  } | null;
  paused: boolean;
  /** Absent without `processing.pool`, and where nothing is at work. */
  pool?: PoolReport;
  /** Those prepared before a ticket wants one; absent without `worktree.warm`, and where nothing is at work. */
  worktrees?: { ready: number; wanted: number };
  /** What does not work as it should although the work goes on, such as `polling: …`. */
  degraded: string[];
  folders: Record<TicketState, number>;
  running: RunningTicket[];
  queue: QueuedTicket[];
  /** Of the tickets in `review` and in `failed` those that changed last, the newest first; at most 20 of each. */
  settled: SettledTicket[];
  /** One entry a configured model host. */
  hosts: {
    url: string;
    healthy: boolean;
    version: string | null;
    circuit: CircuitView;
    loaded: string[];
  }[];
  /** Per model: runs that say something about it, tokens and money so far. */
  models: Record<string, ModelFigures>;
  /** The same for each kind of work that a model did. */
  categories: CategoryFigures[];
  cache: CacheFigures;
};

/** Latencies are of single requests, in milliseconds; null when there was none. */
export type ModelFigures = {
  attempts: number;
  successes: number;
  tokens: number;
  costUsd: number;
  p50Ms?: number | null;
  p95Ms?: number | null;
};

export type CategoryFigures = ModelFigures & { model: string; category: string };

export type RunningTicket = {
  id: string;
  file: string;
  title: string;
  runId: string;
  stage: Stage | null;
  model: string | null;
  elapsedMs: number;
  /** The coder's turn, and what it did in it. */
  step: number;
  action: string | null;
};

export type QueuedTicket = {
  id: string;
  file: string;
  title: string;
  verdict: 'ready' | 'wait' | 'hold';
  reason: string;
};

/** A ticket that a person may have to look at, and why. */
export type SettledTicket = {
  id: string;
  file: string;
  title: string;
  state: 'review' | 'failed';
  reason: string;
};

export type TicketReport = {
  id: string;
  key: string | null;
  file: string;
  state: TicketState;
  title: string;
  runId: string | null;
  step: Step | null;
  attempts: number;
  retries: number;
  model: string | null;
  branch: string | null;
  base: { branch: string; sha: string } | null;
  head: string | null;
  pullRequest: PullRequest | null;
  spent: Spending;
  checks: CheckResult[];
  verdict: Verdict | null;
  /** Why a person must decide first. */
  hold: { code: HoldCode; reason: string } | null;
  lastError: { code: FailureCode; message: string; hint: string } | null;
  timeline: { time: string; event: Event }[];
  /** Of the whole change against its base; null when it was not asked for, or there is none. */
  diff: string | null;
};

export type Explanation = {
  id: string;
  file: string;
  state: TicketState;
  /** running · ready · wait: goes on by itself · hold: a person must act · ended: settled as `state` says. */
  verdict: 'running' | 'ready' | 'wait' | 'hold' | 'ended';
  reason: string;
  /** What would be done with it; null when it can't be taken. */
  plan: Plan | null;
};
