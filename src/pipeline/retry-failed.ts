import type { RetryOrder, RetryReport, TriagedTicket } from '../domain/command.ts';
import { Failure } from '../domain/failure.ts';
import { planRun } from '../domain/plan.ts';
import type { Plan, RunRecord } from '../domain/run.ts';
import { normaliseId, ticketStates } from '../domain/ticket.ts';
import type { TicketState } from '../domain/ticket.ts';
import type { FailedTicket, Triage, TriageRules } from '../domain/triage.ts';
import { triage } from '../domain/triage.ts';
import type { ErrorReport, ListedTicket, ReadError, StoredTicket } from '../ports.ts';
import { ticketOf } from './bench.ts';
import { newRecord } from './claim-ticket.ts';
import { failedAttempts } from './error-report.ts';
import { isMeant } from './find-ticket.ts';
import { bringBack, withdraw } from './settle-ticket.ts';
import type { Story } from './story.ts';

export type RetryRules = Omit<TriageRules, 'force'>;

/** Where a ticket that is not settled lies, by its normalised id. */
type Live = ReadonlyMap<string, TicketState>;

/** A failed ticket as it lies there, with all that is known of it. */
type Failed = { stored: StoredTicket; error: ReadError; record: RunRecord | undefined };

/**
 * Looks through `failed` and brings back what is worth another try, with its history. Throws `TICKET_NOT_FOUND` when
 * one ticket was asked for that is not there.
 */
export async function retryFailed(story: Story, order: RetryOrder, rules: RetryRules): Promise<RetryReport> {
  const listed = await story.store.index(ticketStates.filter((state) => state !== 'done'));
  const applied = { ...rules, maxAgeDays: order.maxAgeDays ?? rules.maxAgeDays, force: order.force };
  const asked = listed.filter(({ state, ...each }) => state === 'failed' && isAsked(each, order.id));
  if (order.id !== null && asked.length === 0)
    throw new Failure('TICKET_NOT_FOUND', `There is no failed ticket "${order.id}".`);
  const live = findLive(listed);
  const triaged: (TriagedTicket & { errorType: string })[] = [];
  for (const each of asked) {
    const found = await findFailed(story, each);
    if (found === null) triaged.push(unreadable(each));
    else triaged.push(await triageOne(story, found, { live, applied, dryRun: order.dryRun }));
  }
  return { dryRun: order.dryRun, groups: groupByType(triaged) };
}

function isAsked(ticket: Pick<ListedTicket, 'id' | 'file'>, id: string | null): boolean {
  return id === null || isMeant(ticket, id);
}

function findLive(listed: readonly ListedTicket[]): Live {
  const unsettled = listed.filter(({ state }) => state !== 'failed');
  return new Map(unsettled.map(({ id, state }) => [normaliseId(id), state]));
}

async function findFailed({ store, journal }: Story, { file }: ListedTicket): Promise<Failed | null> {
  const stored = await store.read(file, 'failed');
  if (stored === null) return null;
  const { id, ticket } = stored;
  const record = journal.byFile(file, ticket.id === '' ? undefined : id);
  const isOfThis = record?.step === 'settled' || record?.move?.from === 'failed';
  return { stored, error: await store.readError(file), record: isOfThis ? record : undefined };
}

function unreadable({ id, file, problem }: ListedTicket): TriagedTicket & { errorType: string } {
  const reason = problem ?? 'it was taken away meanwhile';
  const failed = { code: null, error: null, failedAt: null, retryCount: 0, movedTo: null };
  return { id, file, ...failed, errorType: 'unknown', verdict: 'no', reason, difference: null };
}

async function triageOne(
  story: Story,
  found: Failed,
  { live, applied, dryRun }: { live: Live; applied: TriageRules; dryRun: boolean },
): Promise<TriagedTicket & { errorType: string }> {
  const { stored, error } = found;
  const facts = factsOf(story, found, live);
  const decided = triage(facts, applied);
  const report = error.kind === 'report' ? error.report : null;
  const told = {
    ...decided,
    id: stored.id,
    file: stored.file,
    code: report?.code ?? null,
    error: report?.error ?? null,
    failedAt: report?.timestamp ?? null,
    errorType: report?.errorType ?? 'unknown',
    retryCount: facts.retries,
    movedTo: null,
  };
  if (decided.verdict !== 'retry' || report === null || dryRun) return told;
  const back = await retry(story, { ...found, report, facts, decided });
  if (back === null)
    return { ...told, verdict: 'no', reason: 'it was taken away meanwhile', difference: null };
  return { ...told, retryCount: back.retries, movedTo: back.file };
}

function factsOf(story: Story, found: Failed, live: Live): FailedTicket {
  const { stored, error, record } = found;
  const report = error.kind === 'report' ? error.report : null;
  const changed = report === null ? null : isChanged(stored, report);
  return {
    run: report,
    unknown:
      error.kind === 'foreign'
        ? `its .error.json is not one of ours: ${error.reason}`
        : 'there is no .error.json that says why it failed',
    retries: Math.max(record?.retries ?? 0, report?.retryCount ?? 0),
    ageMinutes: report === null ? null : ageOf(report, story.clock.now()),
    twin: live.get(normaliseId(stored.id)) ?? null,
    changed,
    isMade: changed === false && report !== null && isMade(record, report),
    plan: planFor(story, found),
  };
}

function isChanged({ inputHash }: StoredTicket, report: ErrorReport): boolean | null {
  const isHash = /^[0-9a-f]{64}$/.test(report.inputHash) && report.runId !== '';
  return isHash ? report.inputHash !== inputHash : null;
}

/** Whether what failed was the publishing of a change that our journal still has. */
function isMade(record: RunRecord | undefined, { stage, runId, code }: ErrorReport): boolean {
  if (record === undefined || record.runId !== runId || code === 'REJECTED') return false;
  return stage === 'publish' && record.publication !== null && record.head !== null;
}

/** The clock may have been set back since; then nothing is said. */
function ageOf({ timestamp }: ErrorReport, now: Date): number | null {
  const minutes = (now.getTime() - Date.parse(timestamp)) / 60_000;
  return minutes >= 0 ? minutes : null;
}

function planFor(story: Story, { stored, error, record }: Failed): Plan | Failure | null {
  const runs = record?.attempts ?? (error.kind === 'report' ? error.report.attempts.length : 0);
  const used = { spent: record?.spent ?? nothing, attempts: runs + 1 };
  const identity = record ?? { key: '', id: stored.id, created: '' };
  const plan = planRun(stored.ticket, { identity, used }, story.settings().plan);
  // Which model there is may not be known before a server answered.
  return plan instanceof Failure && plan.code === 'NO_MODEL' ? null : plan;
}

const nothing = { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 };

type Worth = Failed & { report: ErrorReport; facts: FailedTicket; decided: Triage };

/** Back into `todo` like any other move: intent, text, move, what belongs to it. Null when it was taken away. */
async function retry(
  story: Story,
  { stored, record, report, facts, decided }: Worth,
): Promise<RunRecord | null> {
  const { journal, observe } = story;
  const before = record ?? (await recordFor(story, stored, report));
  const intent: RunRecord = {
    ...before,
    file: stored.file,
    step: facts.isMade ? 'committed' : 'waiting',
    move: { from: 'failed', to: 'todo' },
    retries: facts.retries + 1,
    history: record === undefined ? report.attempts : failedAttempts(record),
    lastError: null,
    hold: null,
    waitSeconds: 0,
  };
  await journal.save(intent);
  const back = await bringBack(story, intent);
  if (back === null) return withdraw(story, intent);
  const message = `try ${back.retries + 1}: ${decided.difference ?? decided.reason}`;
  const ticket = ticketOf({ identity: back, runId: back.runId });
  observe({ type: 'ticket:requeued', ...ticket, code: report.code, message, waitSeconds: 0 });
  return back;
}

/** Of a ticket that failed before this journal began, perhaps in the earlier ticket processor. */
async function recordFor(story: Story, stored: StoredTicket, report: ErrorReport): Promise<RunRecord> {
  const { id, ticket, file } = stored;
  const identity = await story.journal.identify({ id, createdDate: ticket.createdDate, file });
  const record = newRecord(story, identity, stored, story.journal.get(identity.key));
  return { ...record, attempts: report.attempts.length };
}

function groupByType(tickets: readonly (TriagedTicket & { errorType: string })[]): RetryReport['groups'] {
  const types = [...new Set(tickets.map(({ errorType }) => errorType))];
  return types.map((errorType) => ({
    errorType,
    tickets: tickets.flatMap(({ errorType: own, ...ticket }) => (own === errorType ? [ticket] : [])),
  }));
}
