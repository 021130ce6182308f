import type { Admission, Candidate } from './admission.ts';
import { baseName, mayBeSame } from './footprint.ts';
import type { Footprint } from './footprint.ts';
import type { Quotas } from './quotas.ts';
import { countQuotas } from './quotas.ts';

export type StartRules = {
  /** How many may begin. */
  places: number;
  /** Tickets at work. */
  running: readonly Candidate[];
  footprintOf: (candidate: Candidate) => Footprint;
  /** How many more pull requests may be opened, those of `running` counted already; null: as many as there are. */
  pullRequests: { left: number; most: number } | null;
  quotas: Quotas;
  /** Whether a ticket has a pull request already, which it only brings up to date. */
  isOut: (candidate: Candidate) => boolean;
};

export type Starts = {
  begin: Candidate[];
  /** Why others may not begin yet, by the name of their file. */
  held: ReadonlyMap<string, Exclude<Admission, { verdict: 'ready' }>>;
  /** Why no ticket begins that would open a pull request; null where that keeps none from it. */
  full: string | null;
};

/**
 * Which of the waiting tickets begin, in the order in which they come: no two at a time that are likely to change the
 * same file, no more of a kind than its quota, and no more pull requests than people have to look at already. Who waits
 * for a file keeps its own from those behind it, so that it waits for what runs now and for nothing that comes later.
 */
export function chooseStarts(waiting: readonly Candidate[], rules: StartRules): Starts {
  const { places, running, footprintOf, pullRequests, isOut } = rules;
  const taken = openFiles();
  const quota = countQuotas(rules.quotas, running);
  for (const candidate of running) taken.add(footprintOf(candidate), { id: candidate.id, runs: true });
  const begin: Candidate[] = [];
  const held = new Map<string, Exclude<Admission, { verdict: 'ready' }>>();
  let full: string | null = null;
  let left = pullRequests?.left ?? Infinity;
  for (const candidate of waiting) {
    const { file, id } = candidate;
    if (left <= 0 && !isOut(candidate)) {
      full = enoughAreOpen(pullRequests?.most ?? 0);
      held.set(file, { verdict: 'hold', reason: full });
      continue;
    }
    const objection = quota.objection(candidate);
    if (objection !== null) {
      held.set(file, { verdict: 'wait', reason: objection });
      continue;
    }
    if (begin.length >= places) continue;
    const footprint = footprintOf(candidate);
    const clash = taken.find(footprint);
    taken.add(footprint, { id, runs: clash === null });
    if (clash !== null) held.set(file, { verdict: 'wait', reason: describeClash(clash) });
    else {
      begin.push(candidate);
      quota.add(candidate);
      if (!isOut(candidate)) left -= 1;
    }
  }
  return { begin, held, full };
}

function enoughAreOpen(most: number): string {
  const counted = most === 1 ? '1 pull request is' : `${most} pull requests are`;
  return `${counted} open or being made, as many as \`processing.maxOpenPullRequests\` allows; look at one and merge or close it`;
}

function describeClash({ by: { id, runs }, path }: Clash): string {
  const who = runs ? `${id}, which is at work,` : `${id}, which comes first,`;
  return `${who} is likely to change ${path} as well`;
}

type Owner = { id: string; runs: boolean };
type Clash = { by: Owner; path: string };

/** Files and whose they are, found by the last part of their path. */
function openFiles() {
  const owned = new Map<string, Clash[]>();
  const keyOf = (repo: string, path: string): string => `${repo}\0${baseName(path)}`;
  return {
    add({ repo, files }: Footprint, by: Owner): void {
      for (const path of files) {
        const key = keyOf(repo, path);
        const there = owned.get(key);
        if (there === undefined) owned.set(key, [{ by, path }]);
        else there.push({ by, path });
      }
    },
    find({ repo, files }: Footprint): Clash | null {
      for (const path of files) {
        const clash = owned.get(keyOf(repo, path))?.find((each) => mayBeSame(each.path, path));
        if (clash !== undefined) return clash;
      }
      return null;
    },
  };
}
