import { toFailure } from '../domain/failure.ts';
import { openInbox } from '../forge/inbox.ts';
import { openPeople } from '../forge/people.ts';
import type { WebhookSource } from '../http/routes/webhook.ts';
import { followed, followPullRequest } from '../pipeline/follow-pull-request.ts';
import { oneAtOnce } from '../pipeline/one-at-once.ts';
import { repeatEvery } from '../pipeline/repeat-every.ts';
import type { ForgePeople } from '../ports.ts';
import type { Actions } from './act-on-command.ts';
import { carryOutSignal } from './carry-out-signal.ts';
import type { RoomOptions, Rooms } from './open-rooms.ts';
import { openIssues } from './open-issues.ts';
import type { Issues } from './open-issues.ts';
import { receiveDeliveries } from './receive-deliveries.ts';

export type HearOptions = {
  act: Actions;
  env: RoomOptions['env'];
  /** Something waits in `todo`. */
  wake: () => void;
  /** Keeps what decides about tickets from deciding at the same time. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  stack: AsyncDisposableStack;
};

/** Milliseconds after which a delivery shows that webhooks arrive, and rounds between two that look all the same. */
const heardMs = 3_600_000;
const quietRounds = 10;

/**
 * Hears of people: by deliveries where they arrive, and by asking, seldom while they do. Null where the forge has no
 * server, or no deliveries are taken.
 */
export async function hearForge(rooms: Rooms, options: HearOptions): Promise<WebhookSource | null> {
  const { forge, story, clock, loaded, paths } = rooms;
  const peopleAt = openAllPeople(rooms);
  if (peopleAt.size === 0) return null;
  const { pollInterval, onClosed, maxReworks } = loaded.config.forge;
  const inbox = await openInbox({ directory: paths.state, now: () => clock.now() });
  const ended = new AbortController();
  const rules = { maxReworks, onClosed, autoMerge: loaded.config.webhook.autoMergePR };
  const tellOnce = teller(story);
  let heardAt: number | null = null;
  let round = 0;

  const follow = (key: string): Promise<void> =>
    options.inTurn(async () => {
      const people = peopleAt.get(story.journal.get(key)?.repo ?? null);
      if (people === undefined) return;
      if (await followPullRequest(story, { people, rules }, key)) options.wake();
    });
  const people = peopleAt.get(null) ?? null;
  const { env, wake } = options;
  const issues = people === null ? noIssues : await openIssues(rooms, { people, env, wake, tellOnce });
  const effects = { people, act: options.act, follow, take: issues.take };

  async function carryOutAll(): Promise<void> {
    for (const { name, signal } of inbox.waiting()) {
      if (ended.signal.aborted) return;
      try {
        await carryOutSignal(rooms, signal, effects);
      } catch (error) {
        const failure = toFailure(error);
        // Stays in the inbox; the next round tries again.
        if (failure.isInfrastructure) throw failure;
        tellOnce(`A delivery of the forge could not be carried out: ${failure.message}`);
      }
      await inbox.done(name);
    }
  }

  async function ask(): Promise<void> {
    round += 1;
    await work.now();
    const isHeard = heardAt !== null && clock.monotonic() - heardAt < heardMs;
    if (forge.outage() !== null || (isHeard && round % quietRounds !== 0)) return;
    for (const { key } of followed(story)) await follow(key);
    await issues.lookForLabelled();
  }

  const onFault = (error: unknown): void =>
    tellOnce(`The forge could not be asked: ${toFailure(error).message}`);
  const work = oneAtOnce(carryOutAll, { onFault, signal: ended.signal });
  const asking = repeatEvery(pollInterval, ask, { clock, signal: ended.signal, onFault });
  options.stack.defer(async () => {
    ended.abort();
    await Promise.all([asking, work.ended()]);
  });
  work.wake();
  return receiveDeliveries(rooms, {
    inbox,
    onAccepted() {
      heardAt = clock.monotonic();
      work.wake();
    },
  });
}

function teller({ observe }: Rooms['story']): (message: string) => void {
  const toldOf = new Set<string>();
  return (message) => {
    if (!toldOf.has(message)) observe({ type: 'daemon:warning', message });
    toldOf.add(message);
  };
}

/** By name of the repository, null for the root's own; those without a server are left out. */
function openAllPeople({ forge, elsewhere, clock }: Rooms): ReadonlyMap<string | null, ForgePeople> {
  const forges = [
    [null, forge] as const,
    ...[...elsewhere].map(([name, each]) => [name, each.forge] as const),
  ];
  return new Map(
    forges.flatMap(([name, { hosted }]) =>
      hosted === null ? [] : [[name, openPeople({ ...hosted, clock })] as const],
    ),
  );
}

const noIssues: Issues = { take: () => Promise.resolve(), lookForLabelled: () => Promise.resolve() };
