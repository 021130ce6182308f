/** What the story needs of the world, named by role. Types only; adapters are built and joined in `app.ts`. */
import type { Candidate } from './domain/admission.ts';
import type { Base, CapturedTree, CheckCommand, CheckReport, Remark, Spending } from './domain/change.ts';
import type { ChatReply, ChatRequest, ModelFacts } from './domain/chat.ts';
import type { ErrorReport, ReadError } from './domain/error-report.ts';
import type { FailureCode } from './domain/failure.ts';
import type { StepHook } from './domain/hook.ts';
import type { Verdict } from './domain/review.ts';
import type { Classification } from './domain/routing/classification.ts';
import type { Identity, Made, Plan, Rework, RunRecord, Task } from './domain/run.ts';
import type { SubTicket } from './domain/sub-ticket.ts';
import type { Ticket, TicketState } from './domain/ticket.ts';
import type { Workspace } from './ports/workspace.ts';

export type { ErrorReport, ReadError } from './domain/error-report.ts';
export type {
  Coder,
  CodingJob,
  CodingOutcome,
  CodingSession,
  OutsideTool,
  RecipeJob,
  Recipes,
} from './ports/coder.ts';
export type { Forge, ForgePeople } from './ports/forge.ts';
export type { Checks, CommandOrder, CommandResult, Workspace, Workspaces } from './ports/workspace.ts';

export interface Clock {
  /** Wall clock, for what people read. Never for a decision. */
  now(): Date;
  /** Milliseconds of a clock that only goes forward, for every decision about time. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it fires. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

// Tickets

/**
 * A ticket where it lies. `sha256` is over what was parsed, without its state where that is part of it; `inputHash` over
 * what its author asks for: what we write into a ticket ourselves leaves it as it is.
 */
export type StoredTicket = {
  file: string;
  state: TicketState;
  id: string;
  ticket: Ticket;
  sha256: string;
  inputHash: string;
};

/** What a list tells of a ticket. */
export type ListedTicket = {
  file: string;
  state: TicketState;
  id: string;
  title: string;
  labels: string[];
  priority: string | null;
  /** The model that the ticket names. */
  model: string | null;
  /** What it says that it changes, or came to change. */
  modifiedFiles: string[];
  createdDate: string;
  /** When its file was last written: milliseconds since 1970, for people. */
  changedAt: number;
  /** Why the file cannot be read as a ticket; null when it can. */
  problem: string | null;
  /** The name under which it was dropped, where it has another one now. */
  droppedAs?: string;
};

/** What is written back into a ticket's file; every other byte stays. */
export type TicketEdits = {
  status?: string;
  updatedDate?: string;
  addReferences?: string[];
  modifiedFiles?: string[];
  checkCriteria?: number[];
  comment?: { author: string; createdDate: string; body: string };
  finalSummary?: string;
  /** Put behind the implementation notes. */
  addNotes?: string;
};

/** Where tickets are. The store is the truth; everything else is memory. */
export interface TicketStore {
  /** One look at the inbox: every file that could be a ticket, parsed or with its problem. */
  candidates(): Promise<Candidate[]>;
  /** How many files that could be tickets lie in each state. */
  counts(): Promise<Record<TicketState, number>>;
  /** The tickets of one state; files that cannot be read as a ticket are left out. */
  list(state: TicketState): Promise<StoredTicket[]>;
  /** Every ticket of some states, or of all, from memory; an edit in place may show some seconds later. */
  index(states?: readonly TicketState[]): Promise<ListedTicket[]>;
  /** Whether a ticket is called so, by its id or by a label that keeps an id; whoever has it now. */
  isTaken(id: string): Promise<boolean>;
  /** Some hundreds of finished tickets, as new as can be told without a look at all of them. */
  newest(): Promise<ListedTicket[]>;
  /** Normalised ids of the finished tickets among `ids`; `elsewhere`: of those that are somewhere else for all we know. */
  finished(ids: readonly string[], elsewhere: ReadonlySet<string>): Promise<ReadonlySet<string>>;
  read(file: string, state: TicketState): Promise<StoredTicket | null>;
  /** Why a ticket that somebody asks for is none of ours although it is there, and what to do; null for any other. */
  stranger(asked: string): Promise<string | null>;
  /** Moves without overwriting and returns the name it has there; null when a person moved it meanwhile. */
  transition(file: string, from: TicketState, to: TicketState): Promise<string | null>;
  /** Edits the file in place of its bytes, whole or not at all; false when it is no longer there. */
  edit(file: string, state: TicketState, edits: TicketEdits): Promise<boolean>;
  writeError(file: string, report: ErrorReport): Promise<void>;
  /** What the companion of a ticket in `failed` says; it stays there. */
  readError(file: string): Promise<ReadError>;
  /** Removes the companion of a ticket that left `failed`; returns what it said, or null. */
  takeError(file: string): Promise<ErrorReport | null>;
  /** Mends half-done moves and removes our own temporary files; called once, under the daemon's lock. */
  recover(intended: (file: string) => RunRecord['move']): Promise<void>;
}

/** Tickets that nobody has agreed to yet, known by their ids: a person may have edited, renamed or removed one. */
export interface Drafts {
  /** Writes those that are not there yet. */
  write(parts: readonly SubTicket[]): Promise<void>;
  /** Moves those that are there into todo, never over another ticket. */
  release(parts: readonly SubTicket[]): Promise<void>;
  discard(parts: readonly SubTicket[]): Promise<void>;
}

/** Durable memory of what was intended and done; every write is on disk when its promise resolves. */
export interface Journal {
  /** Identity of a ticket: known by its file, derived from id and creation date, or newly numbered. */
  identify(ticket: { id: string; createdDate: string; file: string }): Promise<Identity>;
  all(): readonly RunRecord[];
  get(key: string): RunRecord | undefined;
  /** Of several tickets under one name the one with this id; without an id the one that is on its way. */
  byFile(file: string, id?: string): RunRecord | undefined;
  save(record: RunRecord): Promise<void>;
  remove(key: string): Promise<void>;
}

// Making a change

/** Makes a change somewhere: in this process, or on another machine. */
export interface Workshop {
  /** `onSpent` is told after every call of a model what the run has used so far, and awaited before the next. */
  makeChange(
    order: ChangeOrder,
    signal: AbortSignal,
    onSpent: (spent: Spending) => Promise<void>,
  ): Promise<Made>;
}

export type ChangeOrder = {
  identity: Identity;
  runId: string;
  task: Task;
  plan: Plan;
  file: string;
  /** As the ticket says it. */
  priority?: string;
  /** The earlier change that is to be changed; absent for one that begins with nothing. */
  rework?: Rework;
};

/**
 * Asks a model what kind of work a ticket is. Null when it does not say: routing goes on without it, so nothing is
 * thrown but the signal's reason.
 */
export type Classify = (
  question: {
    task: Task;
    model: string;
    about: { taskId: string; runId: string; key: string };
    /** Told of what the question used, whatever comes of it. */
    onSpent: (spent: Spending) => void;
  },
  signal: AbortSignal,
) => Promise<Pick<Classification, 'category' | 'complexity'> | null>;

export interface Guard {
  /** Deterministic refusals of a change; none when nothing speaks against it. */
  inspect(change: CapturedTree): Promise<Inspection>;
  /** The same for what is written about a change: its commit message, its pull request. */
  inspectTexts(texts: readonly { name: string; text: string }[]): Promise<Refusal[]>;
}

/** Asks package managers about what a change installs. */
export type Audit = (workspace: Workspace, change: CapturedTree, signal: AbortSignal) => Promise<Inspection>;

/** Looks for a test that fails without the change; `text` says what was found, or why nothing was. */
export type Prove = (
  subject: { change: CapturedTree; base: Base; checks: CheckReport; commands: CheckCommand[] | null },
  signal: AbortSignal,
) => Promise<{ proven: boolean; path: string; text: string }>;

export type Inspection = { refusals: Refusal[]; remarks: Remark[] };

export type Refusal = { code: FailureCode; path: string; line: number; reason: string };

export interface Reviewer {
  /** One verdict on one tree. Throws `REVIEW_FAILED` when there is no valid one: silence is no approval. */
  review(request: ReviewRequest, signal: AbortSignal): Promise<Verdict>;
}

/** `task` is null for a change that no ticket asked for. */
export type ReviewRequest = { task: Task | null; change: CapturedTree; checks: CheckReport; model: string };

export interface ChatModel {
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatReply>;
  facts(model: string, signal: AbortSignal): Promise<ModelFacts>;
}

/**
 * Lets commands of the user prepare a step, or refuse it. Throws `HOOK_REFUSED`. `directory` is the worktree, where there
 * is one.
 */
export type RunHook = (
  moment: { hook: StepHook; taskId: string; runId: string; key: string; directory?: string; branch?: string },
  signal: AbortSignal,
) => Promise<void>;

// Publishing

export interface Repository {
  /** One commit of `tree` on `parent`, on our branch; returns its id. The same again is no error. */
  commit(order: CommitOrder): Promise<string>;
  /** Pushes our branch, never over somebody else's commits; false when there is no remote. */
  push(branch: string, head: string, signal: AbortSignal): Promise<boolean>;
  /** Removes our branch here and on the remote where it still is at `head`. */
  removeBranch(branch: string, head: string): Promise<void>;
  /** The diff of two commits as a person reads it. */
  diff(from: string, to: string): Promise<string>;
}

/** What stays of a run for a while after its ticket is settled, for people to look at. */
export interface Archive {
  keep(runId: string, name: ArchivedFile, text: string): Promise<void>;
  read(runId: string, name: ArchivedFile): Promise<string | null>;
}

/** `record.json` is the ticket's last record in the journal, which ends when the ticket is done. */
export type ArchivedFile = 'diff.patch' | 'review.json' | 'record.json';

export type CommitOrder = { branch: string; tree: string; parent: string; message: string };
