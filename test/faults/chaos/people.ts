import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TicketState } from '../../../src/domain/ticket.ts';
import { ticketStates } from '../../../src/domain/ticket.ts';
import type { LocalForge } from '../../../src/forge/local.ts';
import { openLocalForge } from '../../../src/forge/local.ts';
import type { Promised } from '../../support/invariants.ts';
import type { Mill } from '../../support/mill.ts';
import type { Random } from './random.ts';
import type { ChaosTicket } from './tickets.ts';
import { drawKind, twinOf, writeTicket } from './tickets.ts';

/** What people do around a daemon that dies all the time. */
export type People = {
  /** A ticket comes: whole, or written in place. */
  drop: () => Promise<void>;
  /** While nobody runs: a merge with or without its branch, a line in a ticket. */
  meddle: () => Promise<void>;
  promised: () => Promised[];
  counts: () => { tickets: number; merges: number; edits: number };
};

export function openPeople(mill: Mill, random: Random): People {
  const tickets: ChaosTicket[] = [];
  const twins: Promised[] = [];
  const edited = new Map<string, string>();
  let merges = 0;
  const forge = openRemoteForge(mill);

  async function drop(): Promise<void> {
    const ticket = writeTicket(tickets.length + 1, drawKind(random));
    // Of two that are one the first that can be read goes: what is written in place has to be quiet for a moment.
    const comesWhole = ticket.kind === 'twin' || !random.isOneIn(6);
    if (!comesWhole) writeFileSync(join(mill.root, 'backlog/todo', ticket.file), ticket.text);
    else await mill.drop(ticket.file, ticket.text);
    tickets.push(ticket.kind === 'twin' ? { ...ticket, ends: ['review'] } : ticket);
    if (ticket.kind === 'twin') await dropTwin(ticket);
  }

  async function dropTwin(ticket: ChaosTicket): Promise<void> {
    const { file, text } = twinOf(ticket);
    await mill.drop(file, text);
    twins.push({ id: ticket.id, file, words: 'Copy notes', ends: ['todo'] });
  }

  async function mergeOne(): Promise<void> {
    const ticket = random.pick(tickets.filter(({ kind }) => kind === 'merged').slice(-8));
    const open = ticket === undefined ? null : await findOpen(forge, mill, ticket.id);
    if (open === null) return;
    await forge.merge(open);
    merges += 1;
    if (random.isOneIn(2)) await mill.repository.remoteGit('update-ref', '-d', `refs/heads/${open.branch}`);
  }

  function editOne(): void {
    const ticket = random.pick(tickets.filter(({ id, kind }) => kind === 'edited' && !edited.has(id)));
    const path = ticket === undefined ? null : pathOf(mill, ticket.file);
    if (ticket === undefined || path === null) return;
    const line = `Somebody thought again of ${ticket.id}.`;
    appendFileSync(path, `\n${line}\n`);
    edited.set(ticket.id, line);
  }

  return {
    drop,
    async meddle() {
      if (random.isOneIn(2)) await mergeOne();
      if (random.isOneIn(4)) editOne();
    },
    promised: () => [
      ...tickets.map(({ id, file, words, ends }) => ({ id, file, words, ends })),
      ...tickets.flatMap(({ id, file, ends }) => {
        const line = edited.get(id);
        return line === undefined ? [] : [{ id, file, words: line, ends }];
      }),
      ...twins,
    ],
    counts: () => ({ tickets: tickets.length + twins.length, merges, edits: edited.size }),
  };
}

/** The same records as the daemon's, with merges made on the remote as a forge's button makes them. */
function openRemoteForge({ root, repository }: Mill): LocalForge {
  const remoteGit = (...args: string[]) => repository.remoteGit(...args);
  return openLocalForge({
    directory: join(root, '.ticketmill/pull-requests'),
    now: () => new Date(),
    async mergeBranch({ head, base }) {
      const tip = await remoteGit('rev-parse', `refs/heads/${base}`);
      const tree = (await remoteGit('merge-tree', '--write-tree', tip, head)).split('\n')[0] ?? '';
      const who = ['-c', 'user.name=A Person', '-c', 'user.email=person@example.org'];
      const sha = await remoteGit(...who, 'commit-tree', tree, '-p', tip, '-p', head, '-m', 'Merge');
      await remoteGit('update-ref', `refs/heads/${base}`, sha, tip);
      return { sha };
    },
  });
}

async function findOpen(forge: LocalForge, { repository }: Mill, id: string) {
  const listed = await repository.remoteGit(
    'for-each-ref',
    '--format=%(refname:short)',
    `refs/heads/ticket/${id}-*`,
  );
  const [branch = ''] = listed.split('\n');
  const found = branch === '' ? null : await forge.find(branch);
  return found?.state === 'open' ? found : null;
}

function pathOf({ root }: Mill, file: string): string | null {
  for (const state of ticketStates satisfies readonly TicketState[]) {
    const path = join(root, 'backlog', state, file);
    try {
      readFileSync(path);
      return path;
    } catch {
      // It lies in another folder.
    }
  }
  return null;
}
