import type { Attempt } from './change.ts';
import type { ErrorType, FailureCode } from './failure.ts';
import { describeFailure, Failure, failureCodes } from './failure.ts';
import type { Plan } from './run.ts';
import type { TicketState } from './ticket.ts';

/** What the companion of a failed ticket says that matters here. */
export type FailedRun = {
  code: FailureCode;
  errorType: string;
  error: string;
  stage: string;
  model: string | null;
  attempts: readonly Attempt[];
};

/** A failed ticket and all that can be known of another try. */
export type FailedTicket = {
  /** Null, and `unknown` says why, when the companion tells nothing that we understand. */
  run: FailedRun | null;
  unknown: string;
  /** Times `retry-failed` brought it back before. */
  retries: number;
  /** Since it failed; null when the clock makes no sense of it. */
  ageMinutes: number | null;
  /** Where another ticket of the same id lies that is not settled. */
  twin: TicketState | null;
  /** Whether the ticket asks for something else than the run that failed; null when that is not known. */
  changed: boolean | null;
  /** Whether its change is made and judged, and only has to be published. */
  isMade: boolean;
  /** What a run would be now; null when no model is known yet. */
  plan: Plan | Failure | null;
};

export type TriageRules = {
  maxRetries: number;
  minAgeMinutes: number;
  maxAgeDays: number;
  /** Overrides age, number and sense of a try; never what is not understood, nor what would fail at once. */
  force: boolean;
};

/** retry: it is worth it · later: time alone is missing · no: a person must do something first. */
export type Triage = {
  verdict: 'retry' | 'later' | 'no';
  reason: string;
  /** What would be different this time; null when nothing would. */
  difference: string | null;
};

/**
 * Decides whether a failed ticket is worth another try. What failed by its surroundings is, once they had time to
 * mend. What failed by the ticket or the model is not, as long as the same model would be told the same again.
 */
export function triage(ticket: FailedTicket, rules: TriageRules): Triage {
  const { run, plan, twin, retries, ageMinutes } = ticket;
  if (run === null) return refuse(ticket.unknown);
  const type = errorTypes.find((known) => known === run.errorType);
  if (type === undefined) return refuse(`its error type ${JSON.stringify(run.errorType)} is not known here`);
  if (twin !== null) return refuse(`another ticket with its id is in ${twin}`);
  const difference = findDifference(ticket, run, type);
  if (plan instanceof Failure && !ticket.isMade)
    return refuse(`it would fail at once: ${plan.message} ${plan.hint}`, difference);
  if (rules.force) return { verdict: 'retry', reason: 'a person insists', difference };
  if (retries >= rules.maxRetries)
    return refuse(`it was brought back ${times(retries)} already, which is the limit`, difference);
  if (ageMinutes !== null && ageMinutes > rules.maxAgeDays * minutesPerDay)
    return refuse(
      `it failed ${days(ageMinutes)} ago, more than the ${rules.maxAgeDays} that count`,
      difference,
    );
  const passes = type === 'transient' || type === 'environment';
  if (!passes && difference === null)
    return refuse(`${sameAgain(run, type)} ${describeFailure(run.code).hint}`);
  if (ageMinutes !== null && ageMinutes < rules.minAgeMinutes)
    return {
      verdict: 'later',
      reason: `it failed ${Math.floor(ageMinutes)} of at least ${rules.minAgeMinutes} minutes ago`,
      difference,
    };
  return { verdict: 'retry', reason: passes ? passing[type] : 'something is different now', difference };
}

const errorTypes: readonly ErrorType[] = [
  'transient',
  'environment',
  'model',
  'ticket',
  'policy',
  'internal',
];

const passing = {
  transient: 'this kind of failure may pass by itself',
  environment: 'its surroundings may have been mended',
};

const minutesPerDay = 24 * 60;

function refuse(reason: string, difference: string | null = null): Triage {
  return { verdict: 'no', reason, difference };
}

/** In the order in which they say most. */
function findDifference(ticket: FailedTicket, run: FailedRun, type: ErrorType): string | null {
  const { plan, changed, isMade } = ticket;
  if (changed === true) return 'the ticket asks for something else now';
  if (isMade) return 'its change is made already; only the publishing is done again';
  if (plan === null || plan instanceof Failure || byPerson.includes(run.code)) return null;
  if (run.code === 'BUDGET_EXCEEDED') return 'its budget has room again';
  if (bySettings.includes(run.code)) return 'the settings can meet its wishes now';
  if (type === 'ticket' || run.model === null || hasFailedWith(run, plan.model)) return null;
  return `${plan.model} would work on it; ${run.model} failed`;
}

/** What a person decided is no model's doing. */
const byPerson: readonly FailureCode[] = ['CANCELLED', 'REJECTED'];

const bySettings: readonly FailureCode[] = failureCodes.filter((code) => /^TICKET_.*_UNKNOWN$/.test(code));

function hasFailedWith({ model, attempts }: FailedRun, planned: string): boolean {
  const inVain = attempts.filter(({ code }) => isAccountable(code)).map((attempt) => attempt.model);
  return [model ?? '', ...inVain].some((failed) => bareName(failed) === bareName(planned));
}

/** The earlier ticket processor wrote names without their provider. */
function bareName(model: string): string {
  return model.replace(/^ollama\//, '');
}

/** Whether a failure says something about the model; that a server was down says nothing. */
function isAccountable(code: string | null): boolean {
  const known = failureCodes.find((each) => each === code);
  return known === undefined || !['transient', 'environment'].includes(describeFailure(known).errorType);
}

function sameAgain({ model, code }: FailedRun, type: ErrorType): string {
  if (byPerson.includes(code)) return 'a person decided so.';
  if (type === 'ticket') return 'the ticket asks for the same as before.';
  return `${model ?? 'the model'} would be told the same again.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function days(minutes: number): string {
  return `${Math.floor(minutes / minutesPerDay)} days`;
}
