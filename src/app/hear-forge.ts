import { toFailure } from '../domain/failure.ts';
import { openInbox } from '../forge/inbox.ts';
import { openPeople } from '../forge/people.ts';
import type { WebhookSource } from '../http/routes/webhook.ts';
import { followed, followPullRequest } from '../pipeline/follow-pull-request.ts';
import { oneAtOnce } from '../pipeline/one-at-once.ts';
import { repeatEvery } from '../pipeline/repeat-every.ts';
import type { Actions } from './act-on-command.ts';
import { carryOutSignal } from './carry-out-signal.ts';
import type { RoomOptions, Rooms } from './open-rooms.ts';
import { openIssues } from './open-issues.ts';
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
  if (forge.hosted === null) return null;
  const { pollInterval, onClosed, maxReworks } = loaded.config.forge;
  const people = openPeople({ ...forge.hosted, clock });
  const inbox = await openInbox({ directory: paths.state, now: () => clock.now() });
  const ended = new AbortController();
  const rules = { maxReworks, onClosed };
  const toldOf = new Set<string>();
  let heardAt: number | null = null;
  let round = 0;

  const tellOnce = (message: string): void => {
    if (!toldOf.has(message)) story.observe({ type: 'daemon:warning', message });
    toldOf.add(message);
  };
  const follow = (key: string): Promise<void> =>
    options.inTurn(async () => {
      if (await followPullRequest(story, { people, rules }, key)) options.wake();
    });
  const issues = await openIssues(rooms, { people, env: options.env, wake: options.wake, tellOnce });
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
