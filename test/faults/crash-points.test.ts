import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { cancelTicket } from '../../src/pipeline/cancel-ticket.ts';
import { approve, merge, reject } from '../../src/pipeline/decide-review.ts';
import type { FoundTicket } from '../../src/pipeline/find-ticket.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import type { CrashMode } from '../support/crash.ts';
import { crashingAt, crashModes } from '../support/crash.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { makeRepository } from '../support/git-repository.ts';
import { openTestRepository } from '../support/open-test-repository.ts';
import type { TestStory } from '../support/story.ts';
import { openTestStory } from '../support/story.ts';
import { workToEnd } from '../support/work.ts';
import type { PreparedMade } from '../support/workshop.ts';
import { preparedChange, someSpending as spent, workshopDouble } from '../support/workshop.ts';

const never = new AbortController().signal;

/** Milliseconds; each test lives through some dozens of lives, with git in most of them. */
const patience = 240_000;

/** One life of the program; in the one that is cut short `story` is mortal, while `opened` stays with the test. */
type Life = { opened: TestStory; story: Story; id: string };

type Scenario = {
  made: (change: Change) => PreparedMade | PreparedMade[];
  /** Whether there is a remote to push to. */
  remote?: true;
  /** An earlier life that ends well. */
  before?: (life: Life) => Promise<void>;
  /** The life that is cut short, and, once more, the one that follows. */
  live: (life: Life) => Promise<void>;
  /** What a person does while nobody runs. */
  between?: (life: Life) => Promise<void>;
  /** Where the ticket may end, how often we speak in it, how many pull requests there are, and how many runs counted. */
  end: { states: TicketState[]; comments: number; pullRequests: number; attempts?: number };
};

const published = (change: Change): PreparedMade => ({ kind: 'publish', change, spent });

const held = (change: Change): PreparedMade => {
  const reason = 'The reviewer found 1 blocking problem.';
  return { kind: 'hold', change, code: 'REVIEW_BLOCKED', reason, spent };
};

const unneeded = (): PreparedMade => {
  const reason = 'All is well.\n---\n<!-- SECTION:DESCRIPTION:BEGIN -->';
  return { kind: 'hold', change: null, code: 'NO_CHANGE_NEEDED', reason, spent };
};

const failed = (code: 'NO_CHANGES' | 'MODEL_UNREACHABLE'): PreparedMade => {
  const failure = new Failure(code, 'So it is.\n---\n## Comments');
  return { kind: 'failed', failure, stage: 'code', change: null, spent };
};

async function work({ opened, story }: Life): Promise<void> {
  await recoverWork(story);
  await workToEnd(opened, story);
}

/** A command, given again after the restart where it is still possible. */
function command(
  state: TicketState,
  act: (story: Story, found: FoundTicket) => Promise<unknown>,
): (life: Life) => Promise<void> {
  return async ({ story, id }) => {
    await recoverWork(story);
    const found = await findTicket(story, id);
    if (found.state === state) await act(story, found);
  };
}

const approved = command('review', async (story, found) => {
  if (found.record?.hold !== null) await approve(story, found, never);
});

const scenarios: Record<string, Scenario> = {
  'while it publishes': {
    made: published,
    remote: true,
    live: work,
    end: { states: ['review'], comments: 1, pullRequests: 1, attempts: 1 },
  },
  'while it publishes, and a person merges before the restart': {
    made: published,
    live: work,
    async between({ opened }) {
      const open = await opened.forge.find(opened.record()?.branch ?? '');
      if (open !== null) await opened.forge.merge(open);
    },
    end: { states: ['review', 'done'], comments: 1, pullRequests: 1, attempts: 1 },
  },
  'while it holds a change': {
    made: held,
    live: work,
    end: { states: ['review'], comments: 1, pullRequests: 0, attempts: 1 },
  },
  'while it holds a ticket without a change': {
    made: unneeded,
    live: work,
    end: { states: ['review'], comments: 1, pullRequests: 0, attempts: 1 },
  },
  'while a run fails': {
    made: () => failed('NO_CHANGES'),
    live: work,
    end: { states: ['failed'], comments: 1, pullRequests: 0, attempts: 1 },
  },
  'while a run that failed without its own fault is put back': {
    made: (change) => [failed('MODEL_UNREACHABLE'), published(change)],
    live: work,
    end: { states: ['review'], comments: 1, pullRequests: 1, attempts: 1 },
  },
  'while a held change is approved': {
    made: held,
    before: work,
    live: approved,
    end: { states: ['review'], comments: 2, pullRequests: 1, attempts: 1 },
  },
  'while it is approved that no change is needed': {
    made: unneeded,
    before: work,
    live: approved,
    end: { states: ['done'], comments: 2, pullRequests: 0 },
  },
  'while a published change is merged': {
    made: published,
    before: work,
    live: command('review', merge),
    end: { states: ['done'], comments: 1, pullRequests: 1 },
  },
  'while a published change is rejected': {
    made: published,
    before: work,
    live: command('review', (story, found) => reject(story, found, 'Not like this.')),
    end: { states: ['failed'], comments: 2, pullRequests: 1, attempts: 1 },
  },
  'while a waiting ticket is cancelled': {
    made: published,
    live: command('todo', (story, found) =>
      cancelTicket(story, { cancel: () => Promise.resolve(false) }, found),
    ),
    end: { states: ['failed'], comments: 1, pullRequests: 0, attempts: 1 },
  },
};

describe('a process that dies at any effect', () => {
  const directory = temporaryDirectories();
  let places: { repository: TestRepository; opened: OpenedRepository; change: Change }[];
  beforeAll(async () => {
    places = await Promise.all(
      (['none', 'bare'] as const).map(async (remote) => {
        const repository = await makeRepository({ remote });
        const opened = await openTestRepository(repository);
        return { repository, opened, change: await preparedChange(repository) };
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(places.map(({ repository }) => repository.remove()));
  });

  function placeOf({ remote }: Scenario) {
    const place = places[remote === true ? 1 : 0];
    if (place === undefined) throw new Error('no repository was made');
    return place;
  }

  type Death = { n: number; mode: CrashMode };

  /** Dies as often as it is told to, each time in a new life, and lives again; the effects it died at. */
  async function survive(
    scenario: Scenario,
    deaths: Death[],
    { id, project = false }: { id: string; project?: boolean },
  ): Promise<(string | null)[]> {
    const { opened: repository, change } = placeOf(scenario);
    const root = directory();
    const open = () =>
      openTestStory(root, repository, { project, workshop: workshopDouble(scenario.made(change)) });
    const first = await open();
    first.drop(id);
    await scenario.before?.({ opened: first, story: first.story, id });
    const effects: (string | null)[] = [];
    for (const { n, mode } of deaths) {
      const opened = await open();
      const crashing = crashingAt(n, mode, opened);
      const life = scenario.live({ opened, story: crashing.story, id });
      effects.push(await Promise.race([crashing.died, life.then(() => null)]));
      await life.catch(() => undefined);
    }
    const last = await open();
    await scenario.between?.({ opened: last, story: last.story, id });
    await scenario.live({ opened: last, story: last.story, id });
    const how = deaths.map(({ n, mode }, index) => `${mode} ${n}: ${effects[index] ?? 'no effect'}`);
    await checkEnd(scenario, last, { root, id, how: how.join(', ') });
    return effects;
  }

  async function checkEnd(
    scenario: Scenario,
    last: TestStory,
    { root, id, how }: { root: string; id: string; how: string },
  ): Promise<void> {
    const { states, ...rest } = scenario.end;
    const { state, ...seen } = await describeEnd(last, root, id);
    const companions = state === 'failed' ? [`${id}.error.json`] : [];
    expect({ how, ...seen }).toEqual({
      how,
      ...rest,
      files: { [state]: [...companions, `${id}.md`] },
      isWhole: true,
      moves: [],
      branches: Math.min(seen.branches, 1),
      attempts: state === 'done' ? undefined : rest.attempts,
    });
    expect(states).toContain(state);
    const repository = placeOf(scenario).repository;
    if (scenario.remote === true) {
      const pushed = await repository.remoteGit('for-each-ref', `refs/heads/ticket/${id}-*`);
      expect(pushed.split('\n')).toHaveLength(1);
    }
  }

  async function describeEnd(last: TestStory, root: string, id: string) {
    const [state = 'todo'] = last.statesOf(`${id}.md`);
    const text = last.text(state, `${id}.md`);
    const refs = await places[0]?.repository.git('for-each-ref', `refs/heads/ticket/${id}-*`);
    return {
      state,
      files: last.backlog.files(),
      isWhole: text.includes('Please greet people.'),
      comments: text.split('author: @ticketmill').length - 1,
      pullRequests: pullRequestsIn(root),
      branches: (refs ?? '').split('\n').length,
      moves: last.story.journal.all().filter(({ move }) => move !== null),
      attempts: last.record()?.attempts,
    };
  }

  it(
    'dies again while it recovers, and again',
    async () => {
      const scenario = scenarios['while it publishes, and a person merges before the restart'];
      if (scenario === undefined) throw new Error('there is no such scenario');
      for (const n of [3, 6, 9, 12, 15])
        for (const m of [1, 2, 4, 7]) {
          const deaths: Death[] = [n, m, m + 1].map((at) => ({ n: at, mode: 'after' }));
          await survive(scenario, deaths, { id: `again-${n}-${m}` });
        }
    },
    patience,
  );

  describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
    const number = Object.keys(scenarios).indexOf(name);
    it.each(crashModes)(
      '%s',
      async (mode) => {
        let n = 1;
        while ((await survive(scenario, [{ n, mode }], { id: `t${number}${mode}-${n}` }))[0] !== null) n += 1;
        // An approved change stays in its folder: there is no move to cut short.
        expect(n).toBeGreaterThan(mode === 'half' && name === 'while a held change is approved' ? 0 : 1);
      },
      patience,
    );

    // A status is changed in one step: there is no half of it.
    it(
      'as the task of a project',
      async () => {
        let n = 1;
        const task = () => ({ id: `task-${number}.${n}`, project: true });
        while ((await survive(scenario, [{ n, mode: 'after' }], task()))[0] !== null) n += 1;
        expect(n).toBeGreaterThan(1);
      },
      patience,
    );
  });
});

function pullRequestsIn(root: string): number {
  const state = join(root, 'state');
  if (!readdirSync(state).includes('pull-requests')) return 0;
  return readdirSync(join(state, 'pull-requests')).filter((name) => /^\d+\.json$/.test(name)).length;
}
