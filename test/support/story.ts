import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDrafts } from '../../src/backlog/drafts.ts';
import type { Event } from '../../src/domain/event.ts';
import { noQuotas } from '../../src/domain/quotas.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import type { LocalForge } from '../../src/forge/local.ts';
import { openLocalForge } from '../../src/forge/local.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { openRunFiles } from '../../src/journal/run-files.ts';
import { isAtWork } from '../../src/pipeline/is-at-work.ts';
import type { Story, StorySettings } from '../../src/pipeline/story.ts';
import type { WaitList } from '../../src/pipeline/wait-list.ts';
import { openWaitList } from '../../src/pipeline/wait-list.ts';
import { mergeBranch } from '../../src/workspace/merge-branch.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import type { ManualClock } from './clock.ts';
import { manualClock } from './clock.ts';
import { noFastPath, plainRouting } from './plain-routing.ts';
import type { Backlog } from './folder-store.ts';
import { openBacklog } from './folder-store.ts';
import { openProjectBacklog } from './project-store.ts';

export type TestStory = {
  story: Story;
  backlog: Backlog;
  forge: LocalForge;
  clock: ManualClock;
  waits: WaitList;
  events: Event[];
  /** Drops a ticket into todo: a title, whatever stands in its front matter, and a body. */
  drop: (id: string, more?: { front?: string; body?: string; file?: string }) => void;
  /** The states in which there is a file of that name. */
  statesOf: (file: string) => TicketState[];
  text: (state: TicketState, file: string) => string;
  /** The only record in the journal. */
  record: () => RunRecord | undefined;
  types: () => Event['type'][];
};

export type TestStoryOptions = Partial<Omit<Story, 'settings' | 'observe'>> & {
  /** Whether its tickets are the tasks of a Backlog.md project. */
  project?: boolean;
  settings?: Partial<Omit<StorySettings, 'plan'>> & { plan?: Partial<StorySettings['plan']> };
};

/**
 * A story over a directory and a repository, with real folders, journal, forge and git. Opened again on the same
 * places it is the next life of the same installation.
 */
export async function openTestStory(
  root: string,
  repository: OpenedRepository,
  { settings, project = false, ...parts }: TestStoryOptions = {},
): Promise<TestStory> {
  const clock = manualClock();
  const waits = openWaitList(clock);
  const now = (): Date => clock.now();
  const state = join(root, 'state');
  const journal = await openJournal({ directory: state, repository: 'sample', now });
  const places = {
    arrivedByRename: () => true,
    waitSeconds: (file: string) => waits.seconds(file),
    clock: { now, monotonic: () => clock.monotonic(), wait: () => Promise.resolve() },
  };
  const isOurs = (file: string, id: string): boolean => isAtWork(journal.byFile(file, id));
  const backlog = project
    ? await openProjectBacklog(root, { ...places, isAtWork: isOurs })
    : await openBacklog(root, places);
  for (const { file, waitSeconds } of journal.all()) waits.hold(file, waitSeconds);
  const forge = openLocalForge({
    directory: join(state, 'pull-requests'),
    mergeBranch: (order) =>
      mergeBranch(repository, { ...order, message: 'Merge\n' }, [], new AbortController().signal),
    now,
  });
  const events: Event[] = [];
  let ids = 0;
  const story: Story = {
    store: backlog.store,
    drafts: openDrafts({ directory: join(root, 'drafts'), todo: backlog.path('todo', '.'), now }),
    journal,
    workshop: { makeChange: () => Promise.reject(new Error('no workshop is prepared')) },
    classify: () => Promise.resolve(null),
    guard: {
      inspect: () => Promise.resolve({ refusals: [], remarks: [] }),
      inspectTexts: () => Promise.resolve([]),
    },
    repository,
    forge,
    elsewhere: new Map(),
    archive: openRunFiles({ directory: join(state, 'runs'), now, redact: (text) => text }),
    clock,
    observe: (event) => void events.push(event),
    newId: () => `run-${(ids += 1)}`,
    redact: (text) => text,
    settings: () => ({ ...plain, ...settings, plan: { ...plain.plan, ...settings?.plan } }),
    ...parts,
  };
  return {
    story,
    backlog,
    forge,
    clock,
    waits,
    events,
    drop(id, { front = '', body = 'Please greet people.\n', file = `${id}.md` } = {}) {
      backlog.drop(
        file,
        `---\nid: ${id}\ntitle: Greet\nstatus: To Do\ncreated_date: '2026-01-02'\n${front}---\n\n${body}`,
      );
    },
    statesOf: (file) => ticketStates.filter((each) => backlog.files()[each]?.includes(file) === true),
    text: (where, file) => readFileSync(backlog.path(where, file), 'utf8'),
    record: () => journal.all()[0],
    types: () => events.map((event) => event.type),
  };
}

/** A person writes something at the end of a ticket. */
export function appendTo({ backlog }: TestStory, state: TicketState, file: string, text: string): void {
  appendFileSync(backlog.path(state, file), text);
}

const plain: StorySettings = {
  plan: {
    defaultModel: 'ollama/coder',
    availableModels: [],
    routing: plainRouting,
    fastPath: noFastPath,
    protocol: 'auto',
    protocols: {},
    maxSteps: null,
    minutes: 60,
    budget: {},
    alertAt: 0.8,
    branchFormat: 'ticket/{id}',
    checks: null,
    review: {
      enabled: true,
      model: null,
      strictness: 'medium',
      blockOnCritical: true,
      onBlock: 'fix',
      byPriority: {},
      maxRounds: 2,
    },
  },
  commitMessage: '{title}',
  pullRequestTitle: '{title}',
  pullRequestBody: null,
  createPullRequest: true,
  quotas: noQuotas,
  maxOpenPullRequests: null,
  draft: false,
  bot: '@ticketmill',
};
