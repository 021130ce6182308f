import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../domain/failure.ts';
import type { PullRequest, PullRequestDraft } from '../domain/forge.ts';
import { move } from '../files/move.ts';
import { readRegular } from '../files/read-regular.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { Forge } from '../ports.ts';
import { readRecord, writeRecord, type PullRequestRecord } from './pull-request-record.ts';

export type LocalForgeOptions = {
  /** Where the records lie, `<number>.json` each; made when it is needed. */
  directory: string;
  /**
   * Brings the head of a branch into the base branch and tells the commit it became part of. Doing it again must be no
   * error: the process can die before the record says that it was done.
   */
  mergeBranch: (order: { branch: string; head: string; base: string }) => Promise<{ sha: string }>;
  now: () => Date;
};

/** A forge without a server: the pull request is a branch and a record. */
export interface LocalForge extends Forge {
  /** Everything known of one pull request; null when there is no such number. */
  record(number: number): Promise<PullRequestRecord | null>;
  open(draft: PullRequestDraft): Promise<PullRequest>;
}

export function openLocalForge({ directory, mergeBranch, now }: LocalForgeOptions): LocalForge {
  let lastOpening: Promise<unknown> = Promise.resolve();
  const look = lookByBranch(directory);

  async function save(record: PullRequestRecord): Promise<PullRequest> {
    const updated = { ...record, updatedAt: now().toISOString() };
    await writeAtomic(fileOf(directory, record.number), writeRecord(updated), { mode: 0o600 });
    return publicPart(updated);
  }

  async function openOrUpdate(draft: PullRequestDraft): Promise<PullRequest> {
    const { ofBranch, highest } = await look(draft.branch);
    const open = ofBranch.find(({ state }) => state === 'open');
    if (open !== undefined) return save({ ...open, ...draft });
    // Decided by a person since it was looked for: the same change is not asked about twice.
    const decided = ofBranch.find(({ head }) => head === draft.head);
    if (decided !== undefined) return publicPart(decided);
    return publicPart(await create(directory, draft, { number: highest + 1, date: now().toISOString() }));
  }

  return {
    record: (number) => read(directory, number),

    async find(branch) {
      const [newest] = (await look(branch)).ofBranch;
      return newest === undefined ? null : publicPart(newest);
    },

    open(draft) {
      const opening = lastOpening.then(() => openOrUpdate(draft));
      lastOpening = opening.catch(() => undefined);
      return opening;
    },

    async merge({ number }) {
      const record = await read(directory, number);
      if (record === null) throw new Failure('MERGE_REFUSED', `There is no local pull request ${number}.`);
      if (record.state === 'merged') return publicPart(record);
      if (record.state === 'closed') {
        throw new Failure(
          'MERGE_REFUSED',
          `The local pull request ${number} of ${record.branch} was closed.`,
        );
      }
      const { branch, head, base } = record;
      const { sha } = await mergeBranch({ branch, head, base });
      return save({ ...record, state: 'merged', mergeCommit: sha });
    },

    async close({ number }) {
      const record = await read(directory, number);
      if (record === null)
        throw new Failure('INTERNAL', `There is no local pull request ${number} to close.`);
      return record.state === 'open' ? save({ ...record, state: 'closed' }) : publicPart(record);
    },
  };
}

const largestRecord = 4 * 1024 * 1024;

function fileOf(directory: string, number: number): string {
  return join(directory, `${number}.json`);
}

/** Written whole under a name that is no record, then moved to the first number that nobody has. */
async function create(
  directory: string,
  draft: PullRequestDraft,
  { number, date }: { number: number; date: string },
): Promise<PullRequestRecord> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const record: PullRequestRecord = {
    version: 1,
    number,
    url: `local://pull-request/${number}`,
    state: 'open',
    ...draft,
    createdAt: date,
    updatedAt: date,
    mergeCommit: null,
  };
  const prepared = join(directory, `.opening-${number}.json`);
  await writeAtomic(prepared, writeRecord(record), { mode: 0o600 });
  switch (await move(prepared, fileOf(directory, number))) {
    case 'moved':
      return record;
    case 'occupied':
    case 'gone':
      return create(directory, draft, { number: number + 1, date });
  }
}

type Look = (branch: string) => Promise<{ ofBranch: PullRequestRecord[]; highest: number }>;

/**
 * Finds the records of a branch, the newest first, and the highest number of all. A record keeps its branch for good, and
 * there are ever more of them: each is read for it once.
 */
function lookByBranch(directory: string): Look {
  const branches = new Map<number, string>();
  return async (branch) => {
    const numbers = await listNumbers(directory);
    const ofBranch: PullRequestRecord[] = [];
    for (const number of numbers) {
      if ((branches.get(number) ?? branch) !== branch) continue;
      const record = await read(directory, number);
      if (record === null) continue;
      branches.set(number, record.branch);
      if (record.branch === branch) ofBranch.push(record);
    }
    return { ofBranch, highest: numbers[0] ?? 0 };
  };
}

/** Newest first. */
async function listNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^[1-9]\d{0,14}\.json$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => b - a);
}

async function read(directory: string, number: number): Promise<PullRequestRecord | null> {
  const file = fileOf(directory, number);
  const found = await readRegular(file, largestRecord);
  switch (found.kind) {
    case 'gone':
      return null;
    case 'refused':
      throw new Failure('STATE_UNREADABLE', `${file}: ${found.reason}.`);
    case 'read': {
      const record = readRecord(found.bytes.toString('utf8'), file);
      if (record.number === number) return record;
      throw new Failure('STATE_UNREADABLE', `${file} says that it is number ${record.number}.`);
    }
  }
}

function publicPart({ number, url, state, branch, base, title, head }: PullRequestRecord): PullRequest {
  return { number, url, state, branch, base, title, head };
}
