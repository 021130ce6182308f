import { toFailure } from '../../domain/failure.ts';
import { openInbox } from '../../forge/inbox.ts';
import type { Inbox } from '../../forge/inbox.ts';
import type { WebhookSource } from '../../http/routes/webhook.ts';
import { followed, followPullRequest } from '../../pipeline/follow-pull-request.ts';
import { oneAtOnce } from '../../pipeline/one-at-once.ts';
import { repeatEvery } from '../../pipeline/repeat-every.ts';
import type { Actions } from '../act-on-command.ts';
import { carryOutSignal } from './carry-out-signal.ts';
import type { SignalEffects } from './carry-out-signal.ts';
import { openDesks } from './open-desks.ts';
import type { Desk } from './open-desks.ts';
import type { RoomOptions, Rooms } from '../open-rooms.ts';
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
 * Hears of people: by deliveries where they arrive, and by asking, seldom while they do. Null where no repository's
 * forge has a server, or no deliveries are taken.
 */
export async function hearForge(rooms: Rooms, options: HearOptions): Promise<WebhookSource | null> {
  const { story, clock, loaded, paths } = rooms;
  const tellOnce = teller(story);
  const desks = await openDesks(rooms, { env: options.env, wake: options.wake, tellOnce });
  if (desks.length === 0) return null;
  const { pollInterval, onClosed, maxReworks } = loaded.config.forge;
  const inbox = await openInbox({ directory: paths.state, now: () => clock.now() });
  const ended = new AbortController();
  const { signal } = ended;
  const rules = { maxReworks, onClosed, autoMerge: loaded.config.webhook.autoMergePR };
  const heardAt = new Map<Desk, number>();
  let round = 0;

  const follow = (key: string): Promise<void> =>
    options.inTurn(async () => {
      const people = deskOf(desks, story.journal.get(key)?.repo)?.people;
      if (people === undefined) return;
      if (await followPullRequest(story, { people, rules }, key)) options.wake();
    });
  const onFault = (error: unknown): void =>
    tellOnce(`The forge could not be asked: ${toFailure(error).message}`);
  const hearing = { rooms, desks, inbox, act: options.act, follow, tellOnce, onFault };
  const work = oneAtOnce(() => carryOutAll(hearing, signal), { onFault, signal });

  async function ask(): Promise<void> {
    round += 1;
    await work.now();
    for (const desk of desks) {
      const isHeard = clock.monotonic() - (heardAt.get(desk) ?? -Infinity) < heardMs;
      if (desk.outage() !== null || (isHeard && round % quietRounds !== 0)) continue;
      await askAt(desk, hearing).catch(onFault);
    }
  }

  const asking = repeatEvery(pollInterval, ask, { clock, signal, onFault });
  options.stack.defer(async () => {
    ended.abort();
    await Promise.all([asking, work.ended()]);
  });
  work.wake();
  return receiveDeliveries(rooms, {
    inbox,
    desks,
    onAccepted(desk) {
      heardAt.set(desk, clock.monotonic());
      work.wake();
    },
  });
}

type Hearing = Pick<SignalEffects, 'act' | 'follow'> & {
  rooms: Rooms;
  desks: readonly Desk[];
  inbox: Inbox;
  tellOnce: (message: string) => void;
  onFault: (error: unknown) => void;
};

/** Undefined once its repository is configured no more. */
function deskOf(desks: readonly Desk[], repo: string | undefined): Desk | undefined {
  return desks.find(({ names }) => names.has(repo ?? null));
}

/** One repository whose forge cannot be asked keeps no other waiting. */
async function carryOutAll(
  { rooms, desks, inbox, act, follow, tellOnce, onFault }: Hearing,
  ended: AbortSignal,
): Promise<void> {
  const silent = new Set<Desk>();
  for (const { name, signal } of inbox.waiting()) {
    if (ended.aborted) return;
    const desk = deskOf(desks, signal.repo);
    if (desk !== undefined) {
      if (silent.has(desk)) continue;
      try {
        await carryOutSignal(rooms, signal, { desk, act, follow });
      } catch (error) {
        const failure = toFailure(error);
        if (failure.isInfrastructure) {
          // Stays in the inbox; the next round tries again.
          silent.add(desk);
          onFault(failure);
          continue;
        }
        tellOnce(`A delivery of the forge could not be carried out: ${failure.message}`);
      }
    }
    await inbox.done(name);
  }
}

async function askAt({ names, issues }: Desk, { rooms, follow }: Hearing): Promise<void> {
  for (const { key, repo = null } of followed(rooms.story)) if (names.has(repo)) await follow(key);
  await issues.lookForLabelled();
}

function teller({ observe }: Rooms['story']): (message: string) => void {
  const toldOf = new Set<string>();
  return (message) => {
    if (!toldOf.has(message)) observe({ type: 'daemon:warning', message });
    toldOf.add(message);
  };
}
