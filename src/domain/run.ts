import type { LifeBudget } from './budget.ts';
import type { Attempt, CapturedTree, Change, CheckCommand, Spending } from './change.ts';
import type { Failure, FailureCode } from './failure.ts';
import type { RecipeOrder } from './fast-path/recipe-order.ts';
import type { HoldCode } from './hold-code.ts';
import type { Finding, ReviewPolicy } from './review.ts';
import type { Route } from './routing/choose-models.ts';
import type { ProposedPart, Split } from './sub-ticket.ts';
import type { TicketState } from './ticket.ts';

/** A ticket's identity: `key` is 64 hex digits over repository, id and first creation; `id` is what people read. */
export type Identity = { key: string; id: string; created: string };

export const stages = ['open', 'code', 'check', 'guard', 'review', 'publish'] as const;
export type Stage = (typeof stages)[number];

export type Protocol = 'auto' | 'tools' | 'blocks';

/** `architect`: a plan before the edits; `ask`: an answer in place of them. */
export const modes = ['code', 'architect', 'ask'] as const;
export type Mode = (typeof modes)[number];

/** What was decided about a run before it began; printable, and all that the workshop needs besides the task. */
export type Plan = {
  /** Who begins: the recipe where there is one, else the first of `models`. */
  model: string;
  /** A mechanical change that is tried before any model is asked. */
  recipe: RecipeOrder | null;
  /** In the order in which they are tried when one fails; empty only where a recipe begins and no model is known. */
  models: string[];
  /** Models that are tried only when those make no progress, weakest first. */
  escalation: string[];
  /** What kind of work it is, and why the first model is first. */
  route: Route;
  reviewer: string | null;
  /** Of which configured repository; absent: of the root's own. */
  repo?: string;
  protocol: Protocol;
  /** By model id, where another one is known for it. */
  protocols: Record<string, Protocol>;
  /** Branch to start from; null for the repository's own base branch. */
  base: string | null;
  branch: string;
  /** Null: the checks found in the repository. */
  checks: CheckCommand[] | null;
  review: ReviewPolicy;
  /** For a bug: whether a test that fails without the change is looked for, or demanded. */
  failToPass?: 'report' | 'require';
  /** What becomes of a change that the guards refuse to the end; absent: it fails. */
  onRefusal?: 'fail' | 'hold';
  /** Who codes, and how the built-in coder does; absent: as the config says. */
  agent?: { kind: string; mode: Mode };
  /** Whether a ticket that is too large for the model may be proposed in parts; absent: no. */
  split?: boolean;
  /** Turns of the model; null for the default of its protocol. */
  maxSteps: number | null;
  minutes: number;
  /** Tokens, read and written, that the run may still use; null: no limit. */
  tokens: number | null;
  budget: LifeBudget;
};

/** An earlier change of the ticket that is to be changed, on the same branch. */
export type Rework = {
  /** Counts from 1, over the life of the pull request. */
  round: number;
  /** For people. */
  reason: string;
  /** What was asked for, as data; null when only the base moved. */
  feedback: string | null;
  /** The commits of the change, and of what it was made on. */
  base: string;
  head: string;
  /** What was answered already: reviews, checks and conflicts by their ids. */
  answered: string[];
  /** Whether it is still to be done. */
  isDue: boolean;
};

/** The ticket as the coder and the reviewer see it. */
export type Task = { id: string; title: string; brief: string; criteria: string[]; notes: string };

/** A model that failed within a run, which went on with the next one. */
export type Tried = Omit<Attempt, 'attempt'>;

/** The models of a run: the last one, where it was not the plan's first, and those that failed before it. */
type Trail = { spent: Spending; model?: string; tried?: Tried[] };

/** How the making of a change ended. `spent` counts everything, whatever the end. */
export type Made = Trail &
  (
    | { kind: 'publish'; change: Change }
    /** `parts`: what the ticket could be split into, where that is why it is held. */
    | { kind: 'hold'; change: Change | null; code: HoldCode; reason: string; parts?: ProposedPart[] }
    /** `change` is what the worktree held when it was given up; null when that is not known. */
    | { kind: 'failed'; failure: Failure; stage: Stage; change: CapturedTree | null }
  );

/**
 * A ticket's record in the journal: what was intended and what is known to have happened. An intent is synced before its
 * effect begins, what happened before anything builds on it. Its steps, in order:
 *   claimed    a runner has it; nothing outside the worktree has happened
 *   committed  `head` exists on the local branch; the change is made and judged, and `hold` says whether it is held
 *   pushed     the branch is on the remote (or there is none)
 *   published  the pull request exists; on record with what ends the run
 *   settled    the run is over: in `review` or in `failed`, where a person decides, or the person took the ticket away;
 *              kept for what was tried and spent
 *   waiting    in `todo` again by our own decision, before anything was committed
 * A step never goes back except by a new claim, and by an approval, which publishes what was held and settles again. A
 * ticket that is claimed while its step is `committed`, `pushed` or `published` goes on from there, to `review` when it
 * is held, unless its text has changed meanwhile.
 */
export const steps = ['claimed', 'committed', 'pushed', 'published', 'settled', 'waiting'] as const;
export type Step = (typeof steps)[number];

export type RunRecord = Identity & {
  version: 1;
  /** Base name of the ticket's file, unique among the live tickets. */
  file: string;
  /** Name of the configured repository that is changed; absent: the root's own. */
  repo?: string;
  /** Hash of the bytes that were claimed. */
  sha256: string;
  /** Hash of what the ticket asked for when it was claimed; what we write into it does not change that. */
  inputHash: string;
  runId: string;
  step: Step;
  /** A move that is about to happen; null when the last one is known to be done. */
  move: { from: TicketState; to: TicketState } | null;
  /** Whether a person edited the ticket while it was at work: what was made is about what it said before. */
  edited: boolean;
  /** Runs that counted, over the ticket's whole life. */
  attempts: number;
  /** Times `retry-failed` brought it back. */
  retries: number;
  spent: Spent;
  model: string | null;
  base: { branch: string; sha: string } | null;
  branch: string | null;
  head: string | null;
  tree: string | null;
  /** The tree that the reviewer judged; publishing compares it. Null when the review was off. */
  reviewedTree: string | null;
  /** All that publishing needs; null until a change was made. */
  publication: Publication | null;
  /** Why a person must decide first; null when nothing stands in the way. */
  hold: { code: HoldCode; reason: string } | null;
  pullRequest: { number: number; url: string } | null;
  /** Seconds to wait before the next claim, counted anew after a restart; a date would trust the clock. */
  waitSeconds: number;
  lastError: { code: FailureCode; message: string; stage: string; elapsedMs: number } | null;
  /** The parts that the ticket is, or once was, to be split into. */
  split?: Split;
  /** What was asked of its pull request last; absent while nothing was. */
  rework?: Rework;
  /** How often the forge refused to merge this head, where merges are ours to ask for; absent while it never did. */
  refusedMerges?: { head: string; count: number };
  /** How its earlier runs failed, oldest first. */
  history: Attempt[];
};

/** What a ticket has used up over its whole life; `input` and `output` are tokens. */
export type Spent = Spending & { minutes: number };

/** A finished change in words: what its commit, its pull request and its ticket say. */
export type Publication = {
  task: Task;
  message: string;
  title: string;
  body: string;
  findings: Finding[];
  files: string[];
  /** Numbers, from 1, of the acceptance criteria that a check or the diff shows to be met. */
  met?: number[];
  /** The ticket's own, which the forge may have as well. */
  milestone?: string;
  /** For the ticket's own history. */
  report: string;
};
