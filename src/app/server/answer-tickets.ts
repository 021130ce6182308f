import type { Settled, TicketReport } from '../../domain/command.ts';
import { describeFailure, Failure } from '../../domain/failure.ts';
import type { TicketState } from '../../domain/ticket.ts';
import type { DecisionSource } from '../../http/routes/decisions.ts';
import type { RunSource } from '../../http/routes/runs.ts';
import type { TicketSource } from '../../http/routes/tickets.ts';
import type { DecisionName, TicketDetail, TicketSummary } from '../../http/shapes/tickets.ts';
import { findTicket } from '../../pipeline/find-ticket.ts';
import { reportTicket } from '../../pipeline/report-ticket.ts';
import type { ListedTicket } from '../../ports.ts';
import type { Actions } from '../act-on-command.ts';
import type { Running } from '../begin-work.ts';
import type { Rooms } from '../open-rooms.ts';
import { addTickets } from '../tools.ts';

const never = new AbortController().signal;

/** What the server tells of tickets, and what people do with them there. */
export function answerTickets(
  rooms: Rooms,
  running: Running,
  act: Actions,
): TicketSource & DecisionSource & RunSource {
  const { story, observers, loaded, paths, env, clock } = rooms;
  return {
    list: () => story.store.index(),
    summarise: (tickets) => summarise(rooms, running, tickets),
    report: (id) => detail(rooms, id),
    diff: async (id) => (await act.show({ id, diff: true }, never)).diff,
    explain: (id) => act.explain({ id }, never),
    async add(draft) {
      const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
      const drafts = [{ title: draft.title, ...given }];
      const warn = (message: string): void => story.observe({ type: 'daemon:warning', message });
      const [added] = await addTickets(drafts, { config: loaded.config, paths }, { env, clock, warn });
      running.queue.wake();
      // One draft makes one ticket.
      return added ?? { id: '', file: '' };
    },
    decide: (decision, id) => act[decision]({ id }, never),
    reject: (id, reason) => act.reject({ id, reason }, never),
    retry: (id, force) => retry(act, id, force),
    transcript: (runId, after, limit) => observers.runFiles.transcript(runId, after, limit),
  };
}

async function retry(act: Actions, id: string, force: boolean): Promise<Settled> {
  const { groups } = await act['retry-failed']({ id, maxAgeDays: null, dryRun: false, force }, never);
  const ticket = groups.flatMap(({ tickets }) => tickets)[0];
  if (ticket === undefined)
    throw new Failure('NOT_POSSIBLE', `Ticket ${id} has not failed; only what failed can be brought back.`);
  const { movedTo, reason } = ticket;
  if (movedTo === null) throw new Failure('NOT_POSSIBLE', `Ticket ${ticket.id} stays in failed: ${reason}.`);
  return { id: ticket.id, file: movedTo, state: 'todo', message: reason, pullRequest: null };
}

const actionsIn: Record<TicketState, DecisionName[]> = {
  todo: ['cancel'],
  processing: ['cancel'],
  review: ['approve', 'reject', 'merge'],
  done: [],
  failed: ['retry'],
};

function summarise(
  { story, observers }: Rooms,
  { queue }: Running,
  tickets: readonly ListedTicket[],
): TicketSummary[] {
  const runs = new Map(observers.runs.running().map((run) => [run.file, run]));
  const waiting = new Map(queue.view().decided.map((decided) => [decided.candidate.file, decided.admission]));
  return tickets.map((listed) => {
    const { file, state, id, title, labels, priority, model, createdDate, changedAt, problem } = listed;
    const record = story.journal.byFile(file);
    const admission = state === 'todo' ? waiting.get(file) : undefined;
    const error = state === 'done' ? null : (record?.lastError ?? null);
    return {
      ...{ file, state, id, title, labels, priority, createdDate, problem },
      changedAt: new Date(changedAt).toISOString(),
      model: record?.model ?? model,
      attempts: record?.attempts ?? 0,
      spent: record?.spent ?? null,
      pullRequest: record?.pullRequest ?? null,
      hold: record?.hold ?? null,
      lastError: error === null ? null : { ...error, errorType: describeFailure(error.code).errorType },
      running: state === 'processing' ? (runs.get(file) ?? null) : null,
      waiting:
        admission === undefined
          ? null
          : {
              verdict: admission.verdict,
              reason: admission.verdict === 'ready' ? 'ready' : admission.reason,
            },
      actions: actionsIn[state],
    };
  });
}

async function detail({ story, observers }: Rooms, id: string): Promise<TicketDetail> {
  const found = await findTicket(story, id);
  const timeline = (key: string) => observers.statistics.timeline(key);
  const report = await reportTicket(story, found, { timeline, withDiff: false });
  const { ticket, state, file } = found;
  return {
    ...withoutDiff(report),
    text:
      ticket === null
        ? null
        : {
            description: ticket.brief,
            acceptanceCriteria: ticket.acceptanceCriteriaItems,
            labels: ticket.labels,
            priority: ticket.priority ?? null,
            dependencies: ticket.dependencies,
            references: ticket.references,
            createdDate: ticket.createdDate,
          },
    actions: actionsIn[state],
    running: observers.runs.running().find((run) => run.file === file) ?? null,
  };
}

/** It is large, and asked for by itself. */
function withoutDiff(report: TicketReport): Omit<TicketReport, 'diff'> {
  const copy: Partial<TicketReport> = { ...report };
  delete copy.diff;
  return copy as Omit<TicketReport, 'diff'>;
}
