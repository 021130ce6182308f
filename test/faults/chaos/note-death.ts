import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../../src/domain/run.ts';
import { ticketStates } from '../../../src/domain/ticket.ts';
import { isAtWork } from '../../../src/pipeline/is-at-work.ts';
import type { DaemonEvent } from '../../../scripts/demo/daemon.ts';

/** Where a life can be cut, in the order of a ticket's way; the last two are traces that it can leave. */
export const groups = [
  'start-up',
  'recovery',
  'idle',
  'claim',
  'open',
  'code',
  'check',
  'guard',
  'review',
  'committed',
  'pushed',
  'settling',
  'going back',
  'settled',
  'half a move',
  'half a file',
] as const;
export type Group = (typeof groups)[number];

/** What a killed daemon was at, from what it told and from what it left behind. */
export function noteDeath(root: string, events: readonly DaemonEvent[]): Set<Group> {
  const state = join(root, '.ticketmill');
  const records = readRecords(join(state, 'journal'));
  const seen = new Set<Group>();
  const isReady = events.some(({ type }) => type === 'daemon:started');
  if (!isReady) seen.add(records.some(isAtWork) ? 'recovery' : 'start-up');
  else if (!records.some(isAtWork)) seen.add('idle');
  for (const group of [...records.flatMap(groupsOf), ...stagesOf(events)]) seen.add(group);
  if (hasHalfMove(root)) seen.add('half a move');
  if (hasHalfFile(root)) seen.add('half a file');
  return seen;
}

function groupsOf({ step, move }: RunRecord): Group[] {
  if (move !== null && move.to === 'processing') return ['claim'];
  if (move !== null) return [move.to === 'todo' ? 'going back' : 'settling'];
  switch (step) {
    case 'committed':
    case 'pushed':
    case 'settled':
      return [step];
    case 'claimed':
    // On record together with the intent to settle.
    case 'published':
    case 'waiting':
      return [];
  }
}

/** The stages that had begun and not ended. */
function stagesOf(events: readonly DaemonEvent[]): Group[] {
  const open = new Map<string, Group>();
  for (const event of events) {
    if (event.type === 'stage:started') {
      if (event.stage !== 'publish') open.set(event.runId, event.stage);
    }
    if (event.type === 'stage:finished') open.delete(event.runId);
  }
  return [...open.values()];
}

function readRecords(directory: string): RunRecord[] {
  return list(directory)
    .filter((name) => /^[0-9a-f]{64}\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as RunRecord);
}

function hasHalfMove(root: string): boolean {
  return ticketStates.some((state) =>
    list(join(root, 'backlog', state)).some((name) => linksOf(join(root, 'backlog', state, name)) > 1),
  );
}

function hasHalfFile(root: string): boolean {
  const folders = [
    ...ticketStates.map((state) => join(root, 'backlog', state)),
    ...['journal', 'pull-requests', 'identities'].map((name) => join(root, '.ticketmill', name)),
  ];
  return folders.some((folder) => list(folder).some((name) => name.endsWith('.ticketmill-tmp')));
}

function linksOf(path: string): number {
  try {
    return statSync(path).nlink;
  } catch {
    return 0;
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
