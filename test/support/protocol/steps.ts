import type { TicketState } from '../../../src/domain/ticket.ts';
import type { At, Daemon, Name, Variant, World } from './world.ts';
import { isIn } from './world.ts';

/** What one daemon does next: the world after it, and where it is then. Nothing when there is nothing to do. */
export type Next = { world: World; daemon: Daemon };

type Places = { from: TicketState; to: TicketState };
type Saved = NonNullable<World['record']>;

/** The protocol, one effect a step: folders, journal, remote and forge change nowhere else. */
export function step(world: World, daemon: Daemon, variant: Variant): Next | null {
  switch (daemon.at) {
    case 'off':
    case 'idle':
      return begin(world, daemon, variant);
    case 'recover':
      return go(daemon, 'recover record', { ...world, names: keepOne(world) });
    case 'recover record':
      return recoverRecord(world, daemon, variant);
    case 'make':
      return go(daemon, variant.order === 'move first' ? 'settle: intent' : 'commit', world);
    case 'commit':
      return go(daemon, 'commit: done', world);
    case 'commit: done':
      return go(daemon, 'find', save(world, { step: 'committed' }));
    case 'find':
    case 'push':
    case 'push: done':
    case 'open':
      return publish(world, daemon, variant);
    default:
      return move(world, daemon, variant);
  }
}

function begin(world: World, daemon: Daemon, variant: Variant): Next | null {
  if (daemon.at === 'off') {
    const isFree = variant.lock === 'stealable' || world.daemons.every(({ at }) => at === 'off');
    return isFree ? go(daemon, 'recover', world) : null;
  }
  return isIn(world, 'todo') ? go(daemon, 'claim: intent', world) : null;
}

/** A file with two names keeps the one where its move was to end. */
function keepOne({ names, record }: World): Name[] {
  return names.filter(({ state, inode }) => {
    const isTwice = names.some((other) => other.inode === inode && other.state !== state);
    return !isTwice || state === record?.move?.to;
  });
}

function recoverRecord(world: World, daemon: Daemon, { orphans }: Variant): Next {
  const { record } = world;
  const move = record?.move ?? null;
  if (record !== null && move !== null) {
    const isBefore = isIn(world, move.from);
    if (move.to === 'processing')
      return go(daemon, 'recover record', save(world, isBefore ? unclaimed(record) : { move: null }));
    const isThere = isBefore || isIn(world, move.to);
    if (!isThere) return go(daemon, 'idle', save(world, { move: null }));
    const at = move.to === 'todo' ? 'requeue' : 'settle';
    const to = move.to === 'todo' ? daemon.to : move.to;
    return go({ ...daemon, to }, isBefore ? `${at}: link` : `${at}: done`, world);
  }
  const isOrphan = isIn(world, 'processing') && orphans === 'returned';
  return go(daemon, isOrphan ? 'requeue: intent' : 'idle', world);
}

function publish(world: World, daemon: Daemon, variant: Variant): Next {
  const { pulls, remote, record } = world;
  const branch = record?.branch ?? 0;
  const isNotedLast = variant.pushed === 'after opening';
  const published = variant.order === 'move first' ? 'idle' : 'settle: intent';
  switch (daemon.at) {
    case 'find': {
      const found = variant.lookUp === 'none' ? undefined : pulls.findLast((each) => each.branch === branch);
      const saw = variant.lookUp === 'open' && found?.state !== 'open' ? null : (found?.state ?? null);
      const isDecided = saw === 'merged' || saw === 'closed';
      return go({ ...daemon, saw, to: endOf(saw) }, isDecided ? 'settle: intent' : 'push', world);
    }
    case 'push':
      return go(daemon, isNotedLast ? 'open' : 'push: done', {
        ...world,
        remote: [...new Set([...remote, branch])],
      });
    case 'push: done':
      return go(daemon, isNotedLast ? published : 'open', save(world, { step: 'pushed' }));
    default: {
      const existing = pulls.findLast(
        (each) => each.branch === branch && (each.state === 'open' || variant.openLooksAt === 'all'),
      );
      const opened = existing === undefined ? [...pulls, { branch, state: 'open' as const }] : pulls;
      const to = endOf(existing?.state ?? 'open');
      return go({ ...daemon, to }, isNotedLast ? 'push: done' : published, { ...world, pulls: opened });
    }
  }
}

function endOf(state: Daemon['saw']): Daemon['to'] {
  if (state === 'merged') return 'done';
  return state === 'closed' ? 'failed' : 'review';
}

/** Claim, end and return: intent, link, unlink, then the journal again. */
function move(world: World, daemon: Daemon, variant: Variant): Next {
  const [what = '', part = ''] = daemon.at.split(': ');
  const between = placesOf(what, daemon);
  switch (part) {
    case 'intent':
      return go(
        daemon,
        `${what}: link` as At,
        save(world, { ...intentOf(what, world, variant), move: between }),
      );
    case 'link':
      return link(world, daemon, { what, ...between, copies: what === 'claim' && variant.claim === 'copy' });
    case 'unlink': {
      const names = world.names.filter(({ state }) => state !== between.from);
      return go(daemon, `${what}: done` as At, { ...world, names });
    }
    default:
      return go(daemon, nextAfter(what, world, variant), save(world, { move: null }));
  }
}

type Moving = { what: string; from: TicketState; to: TicketState; copies: boolean };

/** The file may be gone: then somebody has it, and the person wins. */
function link(world: World, daemon: Daemon, { what, from, to, copies }: Moving): Next {
  const source = world.names.find(({ state }) => state === from);
  if (source === undefined) return go(daemon, 'idle', save(world, { move: null, step: 'settled' }));
  const inode = copies ? 1 + Math.max(...world.names.map((name) => name.inode)) : source.inode;
  const names = [...world.names.filter(({ state }) => state !== to), { state: to, inode }];
  return go(daemon, `${what}: unlink` as At, { ...world, names });
}

function placesOf(what: string, { to }: Daemon): Places {
  switch (what) {
    case 'claim':
      return { from: 'todo', to: 'processing' };
    case 'requeue':
      return { from: 'processing', to: 'todo' };
    default:
      return { from: 'processing', to };
  }
}

function intentOf(what: string, { record }: World, { branch }: Variant): Partial<Saved> {
  if (what === 'settle') return { step: 'settled' };
  if (what === 'requeue') return record?.step === 'claimed' ? { step: 'waiting' } : {};
  if (branch === 'attempt') return { step: 'claimed', branch: (record?.branch ?? 0) + 1 };
  return record !== null && isMade(record) ? {} : { step: 'claimed', branch: 1 };
}

function nextAfter(what: string, { record, names }: World, { order }: Variant): At {
  if (what === 'claim') return record !== null && isMade(record) ? 'find' : 'make';
  const isUnpublished =
    order === 'move first' && what === 'settle' && names.some(({ state }) => state === 'review');
  return isUnpublished ? 'commit' : 'idle';
}

function isMade({ step: at }: Saved): boolean {
  return at === 'committed' || at === 'pushed' || at === 'published';
}

function unclaimed(record: Saved): Partial<Saved> {
  return isMade(record) ? { move: null } : { move: null, step: 'waiting' };
}

function save(world: World, change: Partial<Saved>): World {
  const before = world.record ?? { step: 'waiting' as const, move: null, branch: 1 };
  return { ...world, record: { ...before, ...change } };
}

function go(daemon: Daemon, at: At, world: World): Next {
  return { world, daemon: { ...daemon, at } };
}
