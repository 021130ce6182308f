import { Failure } from '../../domain/failure.ts';
import type { Ticket, TicketState } from '../../domain/ticket.ts';
import { ticketStates } from '../../domain/ticket.ts';
import type { FileEdits } from '../edit-ticket.ts';
import type { BacklogProject } from './find-project.ts';

/** How a state of ours shows in a task: its status, and a label where the project has no status for it. */
export type StatusMap = Readonly<Record<TicketState, { status: string; label: string | null }>>;

/** Names of the project's statuses by our states, where the usual ones are not meant. */
export type WantedStatuses = Partial<Record<TicketState, string>>;

/** On a task that waits for a person's review, in a project without a status for that. */
export const reviewLabel = 'in-review';
/** On a task that failed, in a project without a status for that; it is taken again once a person removes the label. */
export const failedLabel = 'ticketmill-failed';

/** Backlog.md compares statuses without case and blanks. */
export function sameStatus(a: string, b: string): boolean {
  const bare = (status: string): string => status.toLowerCase().replace(/\s+/g, '');
  return bare(a) === bare(b);
}

/** Throws `BACKLOG_MD_INVALID` when two states would have to share a status, or one is named that is not there. */
export function mapStatuses(
  { configFile, config }: Pick<BacklogProject, 'configFile' | 'config'>,
  wanted: WantedStatuses,
): StatusMap {
  const { statuses, defaultStatus } = config;
  const list = statuses.map((status) => JSON.stringify(status)).join(', ');
  const find = (...names: string[]): string | undefined =>
    names
      .map((name) => statuses.find((status) => sameStatus(status, name)))
      .find((found) => found !== undefined);
  const choose = (state: TicketState, ...usual: string[]): string | undefined => {
    const name = wanted[state];
    if (name === undefined) return find(...usual);
    const found = find(name);
    if (found !== undefined) return found;
    const message = `backlogMd.statuses.${state} is ${JSON.stringify(name)}, expected one of the statuses in ${configFile}: ${list}.`;
    throw new Failure('BACKLOG_MD_INVALID', message);
  };
  const todo = choose('todo', defaultStatus) ?? defaultStatus;
  const processing = choose('processing', 'In Progress') ?? statuses[1] ?? '';
  const review = choose('review', 'In Review', 'Review');
  const failed = choose('failed', 'Failed', 'Blocked');
  const map = {
    todo: { status: todo, label: null },
    processing: { status: processing, label: null },
    review:
      review === undefined ? { status: processing, label: reviewLabel } : { status: review, label: null },
    done: { status: choose('done') ?? statuses.at(-1) ?? '', label: null },
    failed: failed === undefined ? { status: todo, label: failedLabel } : { status: failed, label: null },
  };
  const shared = findShared(map);
  if (shared === null) return map;
  const there = list === '' ? 'no statuses' : `the statuses ${list}`;
  const message = `${configFile} has ${there}: ${shared}. Expected at least one to begin with, one for work and, last, one for what is done.`;
  throw new Failure('BACKLOG_MD_INVALID', message);
}

function findShared(map: StatusMap): string | null {
  for (const [index, state] of ticketStates.entries()) {
    const { status, label } = map[state];
    if (status === '') return `there is none for ${state}`;
    const twin = ticketStates
      .slice(0, index)
      .find((other) => sameStatus(map[other].status, status) && map[other].label === label);
    if (twin !== undefined) return `${JSON.stringify(status)} would mean both ${twin} and ${state}`;
  }
  return null;
}

/** The state that a task's status and labels say; null when its status is none of those that we know. */
export function stateOf(
  { status, labels }: Pick<Ticket, 'status' | 'labels'>,
  map: StatusMap,
): TicketState | null {
  const is = (state: TicketState): boolean => sameStatus(status, map[state].status);
  if (is('done')) return 'done';
  // Whatever the project has a status for by now: only a person takes the label away.
  if (is('todo') && labels.includes(failedLabel)) return 'failed';
  if (is('processing') && labels.includes(reviewLabel)) return 'review';
  const plain = ticketStates.filter((state) => map[state].label === null);
  return plain.find(is) ?? null;
}

/** What is to be edited for a task to be in a state. */
export function editsFor(to: TicketState, map: StatusMap): FileEdits {
  const { status, label } = map[to];
  const others = [reviewLabel, failedLabel].filter((each) => each !== label);
  return { status, addLabels: label === null ? [] : [label], removeLabels: others };
}

/** Handles are compared without their `@` and without case. */
export function isAssigned({ assignee }: Pick<Ticket, 'assignee'>, bot: string): boolean {
  const bare = (handle: string): string => handle.trim().replace(/^@/, '').toLowerCase();
  return assignee.some((each) => bare(each) === bare(bot));
}
