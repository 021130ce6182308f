import type { Candidate } from '../domain/admission.ts';
import type { Failure } from '../domain/failure.ts';
import { isOfTheModel } from '../domain/fallback.ts';
import { matchTicket } from '../domain/fast-path/match-ticket.ts';
import type { RunEnd } from './run-ticket.ts';
import type { Story } from './story.ts';

/** Tickets that need no model go on while none is to be had. */
export type FastLane = {
  /** Those that may begin; all of them where nothing is broken. */
  through: (waiting: readonly Candidate[], outage: Failure | null) => readonly Candidate[];
  /** One that turned out to need a model waits for it like the others. */
  note: (end: RunEnd) => void;
  /** Files of those. */
  handedOn: ReadonlySet<string>;
};

export function openFastLane({ settings }: Pick<Story, 'settings'>): FastLane {
  const handedOn = new Set<string>();
  return {
    through(candidates, outage) {
      if (outage === null) return candidates;
      if (!stopsModelsAlone(outage)) return [];
      const { fastPath } = settings().plan;
      return candidates.filter(
        ({ file, ticket }) =>
          ticket !== null && !handedOn.has(file) && matchTicket(ticket, fastPath) !== null,
      );
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
