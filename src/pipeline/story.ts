import type { Observe } from '../domain/event.ts';
import { Failure } from '../domain/failure.ts';
import type { PlanSettings } from '../domain/plan.ts';
import type { Quotas } from '../domain/quotas.ts';
import type { RunRecord } from '../domain/run.ts';
import { ownRepository } from '../domain/ticket.ts';
import type {
  Archive,
  Classify,
  Clock,
  Drafts,
  Forge,
  Guard,
  Journal,
  Repository,
  RunHook,
  TicketStore,
  Workshop,
} from '../ports.ts';

/** Where changes of one repository go, and what guards them. */
export type Site = { repository: Repository; forge: Forge; guard: Guard };

/** All that the story of a ticket is told with; itself the site of the root's own repository. */
export type Story = Site & {
  store: TicketStore;
  drafts: Drafts;
  journal: Journal;
  workshop: Workshop;
  classify: Classify;
  /** The other repositories, by name. */
  elsewhere: ReadonlyMap<string, Site>;
  archive: Archive;
  /** Commands of the user. */
  hook?: RunHook;
  clock: Clock;
  observe: Observe;
  newId: () => string;
  /** Takes secrets out of a text that leaves the house: into a ticket, a commit, a pull request. */
  redact: (text: string) => string;
  settings: () => StorySettings;
};

export type StorySettings = {
  /** How many tickets of a kind may be at work at the same time. */
  quotas: Quotas;
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

/** The one place where it is decided which repository and which forge a ticket has to do with. */
export function siteOf(story: Site & Pick<Story, 'elsewhere'>, { repo }: Pick<RunRecord, 'repo'>): Site {
  if (repo === undefined) return story;
  const site = story.elsewhere.get(repo);
  if (site !== undefined) return site;
  const names = [ownRepository, ...story.elsewhere.keys()].join(', ');
  throw new Failure(
    'TICKET_REPOSITORY_UNKNOWN',
    `The ticket is about repository "${repo}"; configured: ${names}.`,
  );
}

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
