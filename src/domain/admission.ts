import type { Dependencies } from './dependency-circles.ts';
import { findCircles, wayRound } from './dependency-circles.ts';
import type { TicketSummary } from './ticket-summary.ts';
import { normaliseId } from './ticket.ts';

/** A file of the todo folder as it was last looked at. */
export type Candidate = {
  file: string;
  id: string;
  /** Null when the file cannot be taken; `problem` says why. */
  ticket: TicketSummary | null;
  problem: string | null;
  /** Whether its writer is done: it arrived by rename, or has been quiet for long enough. */
  settled: boolean;
  /** Seconds until a requeued ticket may be taken again; 0 when it may. */
  waitSeconds: number;
  /** The name under which it was dropped, where it has another one now. */
  droppedAs?: string;
};

export type AdmissionContext = {
  /** Normalised ids of tickets in processing and review. */
  live: ReadonlySet<string>;
  /** Normalised ids of tickets that are done. */
  done: ReadonlySet<string>;
  /** The candidates of the same look by normalised id; of twins the one whose name comes first. */
  byId: ReadonlyMap<string, Candidate>;
  /** What each of them depends on, as normalised ids; those that depend on nothing are left out. */
  dependencies: Dependencies;
  /** The circle of dependencies that each is part of; those in none are left out. */
  circles: ReadonlyMap<string, ReadonlySet<string>>;
};

/** ready: may be claimed now · wait: will be by itself · hold: a person must act. */
export type Admission =
  { verdict: 'ready' } | { verdict: 'wait'; reason: string } | { verdict: 'hold'; reason: string };

/** Built once a look, so that deciding over many thousand candidates stays linear. */
export function admissionContext(
  candidates: readonly Candidate[],
  live: ReadonlySet<string>,
  done: ReadonlySet<string>,
): AdmissionContext {
  const byId = new Map<string, Candidate>();
  for (const candidate of candidates) {
    // What is still being written has only its name to go by; what was read and is no ticket has no say.
    if (candidate.ticket === null && candidate.settled) continue;
    const id = normaliseId(candidate.id);
    const first = byId.get(id);
    if (first === undefined || candidate.file < first.file) byId.set(id, candidate);
  }
  const dependencies = new Map(
    [...byId].flatMap(([id, { ticket }]) =>
      ticket === null || ticket.dependencies.length === 0
        ? []
        : [[id, ticket.dependencies.map(normaliseId)] as const],
    ),
  );
  return { live, done, byId, dependencies, circles: findCircles(dependencies) };
}

/** Decides one candidate; pure, so that `explain` gives the very reason the queue acted on. */
export function decideAdmission(candidate: Candidate, context: AdmissionContext): Admission {
  if (!candidate.settled)
    return { verdict: 'wait', reason: 'it is taken once nobody has written to it for a moment' };
  if (candidate.ticket === null)
    return { verdict: 'hold', reason: candidate.problem ?? 'the file is not a ticket' };
  const id = normaliseId(candidate.id);
  if (context.live.has(id))
    return {
      verdict: 'hold',
      reason: `a ticket with id ${candidate.id} is already in work or in review; give this one another id`,
    };
  const twin = context.byId.get(id);
  if (twin !== undefined && twin.file !== candidate.file) {
    if (!twin.settled)
      return { verdict: 'wait', reason: `${twin.file} is still being written and may have the same id` };
    return {
      verdict: 'hold',
      reason: `${twin.file} has the same id ${candidate.id}; give one of them another id`,
    };
  }
  const blocked = decideDependencies(candidate, candidate.ticket, context);
  if (blocked !== null) return blocked;
  if (candidate.waitSeconds > 0)
    return { verdict: 'wait', reason: `tried again in ${Math.ceil(candidate.waitSeconds)} s` };
  return { verdict: 'ready' };
}

function decideDependencies(
  candidate: Candidate,
  ticket: TicketSummary,
  context: AdmissionContext,
): Admission | null {
  const open = ticket.dependencies.filter((dependency) => !context.done.has(normaliseId(dependency)));
  if (open.length === 0) return null;
  const circle = context.circles.get(normaliseId(candidate.id));
  if (circle !== undefined) return { verdict: 'hold', reason: describeCircle(candidate, circle, context) };
  const named = open.map((dependency) => {
    const id = normaliseId(dependency);
    return context.byId.has(id) || context.live.has(id) ? dependency : `${dependency} (not found)`;
  });
  return { verdict: 'wait', reason: `waits for ${named.join(', ')}` };
}

/** A way round that a person can follow is short; a longer one is told by its length. */
const longestCircle = 12;

function describeCircle(
  candidate: Candidate,
  circle: ReadonlySet<string>,
  { dependencies, byId }: AdmissionContext,
): string {
  const advice = 'take one of them out of `dependencies`';
  if (circle.size > longestCircle)
    return `its dependencies go in a circle of ${circle.size} tickets; ${advice}`;
  const way = wayRound(normaliseId(candidate.id), circle, dependencies);
  return `its dependencies go in a circle: ${way.map((id) => byId.get(id)?.id).join(' -> ')}; ${advice}`;
}
