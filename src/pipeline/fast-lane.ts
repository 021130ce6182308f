import type { Candidate } from '../domain/admission.ts';
import type { Failure } from '../domain/failure.ts';
import { isOfTheModel } from '../domain/fallback.ts';
import { matchTicket, matchTitle } from '../domain/fast-path/match-ticket.ts';
import type { RunEnd } from './run-ticket.ts';
import type { Story } from './story.ts';

/** Tickets that need no model go on while none is to be had. */
export type FastLane = {
  /** Those that may begin; all of them where nothing is broken. */
  through: (waiting: readonly Candidate[], outage: Failure | null) => Promise<readonly Candidate[]>;
  /** One that turned out to need a model waits for it like the others. */
  note: (end: RunEnd) => void;
  /** Files of those. */
  handedOn: ReadonlySet<string>;
};

export function openFastLane({ settings, store }: Pick<Story, 'settings' | 'store'>): FastLane {
  const handedOn = new Set<string>();

  async function needsNoModel({ file, ticket }: Candidate): Promise<boolean> {
    const { fastPath } = settings().plan;
    if (ticket === null || handedOn.has(file) || matchTitle(ticket.title, fastPath) === null) return false;
    // Of the few whose titles ask for such a change the whole text counts.
    const stored = await store.read(file, 'todo');
    return stored !== null && matchTicket(stored.ticket, fastPath) !== null;
  }

  return {
    async through(candidates, outage) {
      if (outage === null) return candidates;
      const through: Candidate[] = [];
      if (stopsModelsAlone(outage))
        for (const candidate of candidates) if (await needsNoModel(candidate)) through.push(candidate);
      return through;
    },
    note(end) {
      if (end.kind === 'requeued') handedOn.add(end.file);
    },
    handedOn,
  };
}

/** Whether what needs no model is not concerned. */
export function stopsModelsAlone(outage: Failure): boolean {
  return isOfTheModel(outage) || outage.code === 'NO_MODEL';
}
