import type { Observe } from '../domain/event.ts';
import type { PlanSettings } from '../domain/plan.ts';
import type {
  Archive,
  Classify,
  Clock,
  Drafts,
  Forge,
  Guard,
  Journal,
  Repository,
  TicketStore,
  Workshop,
} from '../ports.ts';

/** All that the story of a ticket is told with. */
export type Story = {
  store: TicketStore;
  drafts: Drafts;
  journal: Journal;
  workshop: Workshop;
  classify: Classify;
  guard: Guard;
  repository: Repository;
  forge: Forge;
  archive: Archive;
  clock: Clock;
  observe: Observe;
  newId: () => string;
  /** Takes secrets out of a text that leaves the house: into a ticket, a commit, a pull request. */
  redact: (text: string) => string;
  settings: () => StorySettings;
};

export type StorySettings = {
  plan: PlanSettings;
  /** Templates; a body of null is written by ourselves. */
  commitMessage: string;
  pullRequestTitle: string;
  pullRequestBody: string | null;
  createPullRequest: boolean;
  /** Pull requests that may wait for people before no more are made; null: any number. */
  maxOpenPullRequests: number | null;
  draft: boolean;
  /** Author of comments in tickets. */
  bot: string;
};

/** What is written into a ticket's `status`. */
export const statusOf = {
  todo: 'To Do',
  processing: 'In Progress',
  review: 'In Review',
  done: 'Done',
  failed: 'Failed',
} as const;

/** Backlog.md's form of a time: minutes, in UTC. */
export function stamp(clock: Pick<Clock, 'now'>): string {
  return clock.now().toISOString().slice(0, 16).replace('T', ' ');
}
