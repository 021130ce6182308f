/** A ticket as it was read from Markdown. Field names follow Backlog.md's own JSON, so that both can be compared. */
export type Ticket = {
  /** The declared `id:`, else empty; see `displayId`. */
  id: string;
  /** The text of `id:` where YAML read something else, such as `0123` or a date; such a ticket must not be taken. */
  idAsWritten?: string;
  title: string;
  status: string;
  assignee: string[];
  reporter?: string;
  /** `YYYY-MM-DD` or `YYYY-MM-DD HH:mm` UTC where it could be read as a date, else verbatim; empty when absent. */
  createdDate: string;
  updatedDate?: string;
  dueDate?: string;
  labels: string[];
  milestone?: string;
  dependencies: string[];
  references: string[];
  documentation: string[];
  modifiedFiles: string[];
  parentTaskId?: string;
  subtasks?: string[];
  priority?: string;
  type?: string;
  project?: string;
  ordinal?: number;
  onStatusChange?: string;
  /** The body without front matter, trimmed. */
  rawContent: string;
  description?: string;
  implementationPlan?: string;
  implementationNotes?: string;
  finalSummary?: string;
  acceptanceCriteriaItems: Criterion[];
  definitionOfDoneItems: Criterion[];
  comments: TicketComment[];
  /** What the author wants, in their words: the description, else every text outside the known sections. */
  brief: string;
  wishes: TicketWishes;
};

export type Criterion = { index: number; text: string; checked: boolean };

export type TicketComment = { index: number; author?: string; createdDate?: string; body: string };

/** What a ticket may choose about its own run. Never a command, a host or a path outside its repository. */
export type TicketWishes = {
  model?: string;
  suggestedModels: string[];
  modelPreference?: string;
  agent?: string;
  repo?: string;
  base?: string;
  checks?: string[];
  budget?: Partial<Budget>;
  review?: ReviewWish;
  estimatedHours?: number;
};

/** How tickets, limits and people call the root's own repository. */
export const ownRepository = 'default';

/** Name of the configured repository that a ticket is about; null for the root's own. */
export function repositoryOf({ repo }: Pick<TicketWishes, 'repo'>): string | null {
  return repo === undefined || repo === ownRepository ? null : repo;
}

/** The same as people call it. */
export function repositoryName(wishes: Pick<TicketWishes, 'repo'>): string {
  return repositoryOf(wishes) ?? ownRepository;
}

export type Budget = { usd: number; tokens: number; minutes: number; attempts: number };

export const reviewWishes = ['off', 'comment', 'hold', 'fix'] as const;
export type ReviewWish = (typeof reviewWishes)[number];

export const ticketStates = ['todo', 'processing', 'review', 'done', 'failed'] as const;
export type TicketState = (typeof ticketStates)[number];

/** Backlog.md compares ids without case and without leading zeros in each numeric segment (`TASK-007` = `task-7`). */
export function normaliseId(id: string): string {
  const plain = id.normalize('NFC').trim().toLowerCase();
  return plain.includes('0') ? plain.replace(/(^|[^0-9])0+(?=[0-9])/g, '$1') : plain;
}

/** The stem of a ticket's file, `task-12 - Fix-login.md` -> `task-12`, for tickets that declare no id. */
export function idFromFileName(file: string): string {
  const stem = file.replace(/\.md$/i, '');
  return /^([a-zA-Z]+-[a-zA-Z0-9]+(?:[._-][a-zA-Z0-9]+)*) -/.exec(stem)?.[1] ?? stem;
}

/** Whether a ticket has this id, or has it as a label: its own may have been given by somebody else. */
export function isCalled({ id, labels }: { id: string; labels: readonly string[] }, wanted: string): boolean {
  const called = normaliseId(wanted);
  return [id, ...labels].some((each) => normaliseId(each) === called);
}
