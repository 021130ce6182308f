import type { TokenUsage, ToolOffer } from '../domain/chat.ts';
import type { RecipeOrder } from '../domain/fast-path/recipe-order.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { Protocol, Task } from '../domain/run.ts';
import type { ProposedPart } from '../domain/sub-ticket.ts';
import type { Workspace } from './workspace.ts';

export interface Coder {
  begin(job: CodingJob): CodingSession;
}

export type CodingJob = {
  task: Task;
  workspace: Workspace;
  model: string;
  protocol: Protocol;
  /** Turns of the model; null for the default of its protocol. */
  maxSteps: number | null;
  /** Whether parts may be proposed where the task is too large for one change. */
  split?: boolean;
  onStep: (step: { step: number; action: string; detail: string }) => void;
  onText: (text: string) => void;
};

/** One coder at one worktree. Each `work` goes on from the files as they are now. */
export interface CodingSession {
  /** `feedback` is null at first, then why the change so far is not good enough. */
  work(feedback: string | null, signal: AbortSignal): Promise<CodingOutcome>;
}

/** How one stretch of coding ended. Only the worktree says whether anything was done. */
export type CodingOutcome = { summary: string; usage: TokenUsage; requests: number } & (
  | { end: 'finished' }
  /** The model says that nothing needs to change, and why. */
  | { end: 'no-change-needed'; reason: string }
  | { end: 'question'; question: string }
  /** A question of the ticket is answered; nothing was to be changed. */
  | { end: 'answered'; answer: string }
  /** The task is too large, why, and what it could be split into. */
  | { end: 'split'; reason: string; parts: ProposedPart[] }
  | { end: 'gave-up'; code: FailureCode; reason: string }
);

/** A tool that a program of somebody else carries out. What it answers is data. */
export interface OutsideTool {
  offer: ToolOffer;
  use(args: Record<string, unknown>, signal: AbortSignal): Promise<{ ok: boolean; text: string }>;
}

export interface Recipes {
  /** One mechanical change: done in full, or declined with nothing promised about the files. */
  begin(job: RecipeJob): CodingSession;
}

export type RecipeJob = {
  order: RecipeOrder;
  workspace: Workspace;
  onStep: CodingJob['onStep'];
};
