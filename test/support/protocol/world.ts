import type { Step } from '../../../src/domain/run.ts';
import type { TicketState } from '../../../src/domain/ticket.ts';

/** A name of the ticket's file in a folder; names with another `inode` are another file with the same words. */
export type Name = { state: TicketState; inode: number };

export type PullRequest = { branch: number; state: 'open' | 'merged' | 'closed' };

/** Where a daemon is: what it does next. `off`: it does not run. `idle`: it waits for something to happen. */
export type At =
  | 'off'
  | 'recover'
  | 'recover record'
  | 'idle'
  | 'claim: intent'
  | 'claim: link'
  | 'claim: unlink'
  | 'claim: done'
  | 'make'
  | 'commit'
  | 'commit: done'
  | 'find'
  | 'push'
  | 'push: done'
  | 'open'
  | 'settle: intent'
  | 'settle: link'
  | 'settle: unlink'
  | 'settle: done'
  | 'requeue: intent'
  | 'requeue: link'
  | 'requeue: unlink'
  | 'requeue: done';

/** `saw`: the pull request that the last look-up found; `to`: where the ticket is to end. */
export type Daemon = { at: At; saw: PullRequest['state'] | null; to: 'review' | 'done' | 'failed' };

/** All that outlives a daemon, what daemons run, and how much may still go wrong. */
export type World = {
  names: Name[];
  record: { step: Step; move: { from: TicketState; to: TicketState } | null; branch: number } | null;
  /** Branches on the remote. */
  remote: number[];
  pulls: PullRequest[];
  daemons: Daemon[];
  /** Whether a person took the ticket away. */
  taken: boolean;
  left: { crashes: number; lostAnswers: number; decisions: number; takes: number };
};

/** What is done otherwise than we do it; each is a protocol that somebody has. */
export type Variant = {
  lookUp: 'all' | 'open' | 'none';
  /** What opening a pull request looks at in the same breath. */
  openLooksAt: 'all' | 'open';
  /** `attempt`: whoever claims it makes the change anew, on a branch of its own. */
  branch: 'identity' | 'attempt';
  claim: 'link' | 'copy';
  order: 'publish first' | 'move first';
  /** When it is on record that the branch is out: what writes it goes on beside the opening. */
  pushed: 'before opening' | 'after opening';
  orphans: 'returned' | 'left';
  lock: 'kernel' | 'stealable';
};

export const ours: Variant = {
  lookUp: 'all',
  openLooksAt: 'all',
  branch: 'identity',
  claim: 'link',
  order: 'publish first',
  pushed: 'before opening',
  orphans: 'returned',
  lock: 'kernel',
};

const off: Daemon = { at: 'off', saw: null, to: 'review' };

/** A ticket was dropped; nobody runs. */
export function beginning(daemons: number, left: Partial<World['left']> = {}): World {
  return {
    names: [{ state: 'todo', inode: 1 }],
    record: null,
    remote: [],
    pulls: [],
    daemons: Array.from({ length: daemons }, () => off),
    taken: false,
    left: { crashes: 2, lostAnswers: 1, decisions: 1, takes: 0, ...left },
  };
}

export function isIn(world: World, state: TicketState): boolean {
  return world.names.some((name) => name.state === state);
}
