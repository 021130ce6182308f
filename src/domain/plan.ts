import { branchName } from './branch.ts';
import { allow, tighten } from './budget.ts';
import type { Used } from './budget.ts';
import type { CheckCommand } from './change.ts';
import { Failure } from './failure.ts';
import { isBug } from './is-bug.ts';
import type { ReviewPolicy } from './review.ts';
import type { Identity, Plan, Protocol, Task } from './run.ts';
import { isQuestion } from './ticket-note.ts';
import type { Budget, ReviewWish, Ticket } from './ticket.ts';

/** What a plan is made from besides the ticket. */
export type PlanSettings = {
  /** Null while it is not known which one: then only tickets that name a model can be planned. */
  defaultModel: string | null;
  /** Models a ticket may choose; empty: any model of the configured hosts. */
  availableModels: string[];
  /** Why a model gets no tickets, by its id with its provider. */
  refused?: Record<string, string>;
  /** Profile label of a model, for `modelPreference`: model id by label. */
  profiles: Record<string, string>;
  protocol: Protocol;
  /** By model id, where the config says what a model can do. */
  protocols: Record<string, Protocol>;
  /** Turns of the model; null for the default of its protocol. */
  maxSteps: number | null;
  minutes: number;
  /** Limits of a ticket's whole life; a ticket may lower them for itself. */
  budget: Partial<Budget>;
  /** Part of a limit, from 0 to 1, at which a person is told. */
  alertAt: number;
  branchFormat: string;
  /** Configured checks by name; null: the checks found in the repository. */
  checks: Record<string, CheckCommand> | null;
  /** Whether the change of a bug must bring a test that fails without it. */
  requireFailToPass?: boolean;
  review: ReviewPolicy & {
    enabled: boolean;
    /** Null: another model than the coder's, where one is known. */
    model: string | null;
    /** In place of `onBlock`, by the priority of a ticket in lower case. */
    byPriority: Record<string, ReviewWish>;
  };
};

/** Decides a whole run before it begins. A wish that cannot be met is the ticket's failure, said before any model is asked. */
export function planRun(
  ticket: Ticket,
  { identity, used }: { identity: Identity; used: Used },
  settings: PlanSettings,
): Plan | Failure {
  const limits = tighten(settings.budget, ticket.wishes.budget);
  const allowance = allow(limits, used);
  if (allowance instanceof Failure) return allowance;
  const models = chooseModels(ticket, settings);
  if (models instanceof Failure) return models;
  const [model] = models;
  const checks = chooseChecks(ticket, settings);
  if (checks instanceof Failure) return checks;
  if (ticket.wishes.repo !== undefined && ticket.wishes.repo !== 'default') {
    return new Failure(
      'TICKET_REPOSITORY_UNKNOWN',
      `The ticket asks for repository "${ticket.wishes.repo}"; configured: default.`,
    );
  }
  return {
    model,
    models,
    reviewer: chooseReviewer(ticket, model, settings),
    protocol: protocolOf(model, settings),
    protocols: Object.fromEntries(models.map((each) => [each, protocolOf(each, settings)])),
    base: ticket.wishes.base ?? null,
    branch: branchName(settings.branchFormat, identity.id, identity.key),
    checks,
    review: reviewPolicy(ticket, settings),
    ...(isBug(ticket) ? { failToPass: settings.requireFailToPass === true ? 'require' : 'report' } : {}),
    maxSteps: settings.maxSteps,
    minutes: Math.min(settings.minutes, allowance.minutes ?? settings.minutes),
    tokens: allowance.tokens,
    budget: { limits, used, alertAt: settings.alertAt },
  };
}

/** `bot` is the author of what we wrote into the ticket ourselves. */
export function describeTask(
  ticket: Ticket,
  { identity, title, bot }: { identity: Identity; title: string; bot: string },
): Task {
  const { implementationPlan, implementationNotes } = ticket;
  return {
    id: identity.id,
    title,
    brief: ticket.brief,
    criteria: ticket.acceptanceCriteriaItems.map((criterion) => criterion.text),
    notes: [implementationPlan, implementationNotes, talkOf(ticket, bot)].filter(Boolean).join('\n\n'),
  };
}

/** What people said below the ticket, each question of ours before its answer. */
function talkOf({ comments }: Ticket, bot: string): string {
  const said = comments.flatMap(({ author = '', body }, index) => {
    const isOurs = author === bot;
    const isAnswered = comments.slice(index + 1).some((later) => later.author !== bot);
    if (isOurs) return isAnswered && isQuestion(body) ? [`You asked: ${body.split('\n\n', 1)[0] ?? ''}`] : [];
    return [`${author === '' ? 'A person' : author} said: ${body.trim()}`];
  });
  return said.slice(-8).join('\n\n');
}

type Models = [first: string, ...others: string[]];

/**
 * The models of a run in the order in which they are tried. A ticket that names its one model gets that one or none:
 * what it asked for is not replaced behind its back. Suggested models, a profile's and the default come first, then
 * what the config lists for when one fails.
 */
function chooseModels(ticket: Ticket, settings: PlanSettings): Models | Failure {
  const { model, suggestedModels, modelPreference } = ticket.wishes;
  if (model !== undefined)
    return isAllowed(model, settings) ? admitted([model], settings) : unknown(model, settings);
  const suggested = suggestedModels.filter((each) => isAllowed(each, settings));
  const profile = ownValue(settings.profiles, modelPreference ?? '');
  const wanted = [...suggested, ...(profile === undefined ? [] : [profile]), ...allowedModels(settings)];
  if (wanted.length === 0)
    return new Failure('NO_MODEL', 'No default model is configured, and the ticket names none.');
  return admitted(wanted, settings);
}

/** Why no ticket that names no model of its own can be planned: none of the known ones passed its probe. */
export function noneAdmitted(settings: PlanSettings): Failure | null {
  const known = allowedModels(settings);
  const models = known.length === 0 ? null : admitted(known, settings);
  return models instanceof Failure ? models : null;
}

/** Without those that did not pass their probe. */
function admitted(wanted: readonly string[], { refused = {} }: PlanSettings): Models | Failure {
  const names = [...new Set(wanted.map(fullName))];
  const [first, ...others] = names.filter((name) => ownValue(refused, name) === undefined);
  if (first !== undefined) return [first, ...others];
  const reasons = names.map((name) => `${name}: ${ownValue(refused, name) ?? ''}`);
  return new Failure(
    'MODEL_NOT_ADMITTED',
    `No model that could be used passed its probe. ${reasons.join(' ')}`,
  );
}

function unknown(model: string, settings: PlanSettings): Failure {
  return new Failure(
    'TICKET_MODEL_UNKNOWN',
    `The ticket asks for model "${model}"; allowed: ${allowedModels(settings).join(', ')}.`,
  );
}

/** Another model sees other mistakes than the one that made them; where there is none, the coder's own must do. */
function chooseReviewer(ticket: Ticket, coder: string, settings: PlanSettings): string | null {
  const { enabled, model } = settings.review;
  if (!enabled || reviewWish(ticket, settings) === 'off') return null;
  const other = allowedModels(settings).find((allowed) => bareName(allowed) !== bareName(coder));
  return fullName(model ?? other ?? coder);
}

function reviewPolicy(ticket: Ticket, settings: PlanSettings): ReviewPolicy {
  const { strictness, blockOnCritical, maxRounds, onBlock } = settings.review;
  const wish = reviewWish(ticket, settings) ?? 'off';
  return { strictness, blockOnCritical, maxRounds, onBlock: wish === 'off' ? onBlock : wish };
}

/** What the ticket says of itself counts before what its priority means. */
function reviewWish(ticket: Ticket, { review }: PlanSettings): ReviewWish | undefined {
  return ticket.wishes.review ?? ownValue(review.byPriority, (ticket.priority ?? '').toLowerCase());
}

function isAllowed(model: string, settings: PlanSettings): boolean {
  if (settings.availableModels.length === 0) return true;
  return allowedModels(settings).some((allowed) => bareName(allowed) === bareName(model));
}

function allowedModels({ defaultModel, availableModels }: PlanSettings): string[] {
  return [...new Set([...(defaultModel === null ? [] : [defaultModel]), ...availableModels])];
}

function protocolOf(model: string, { protocol, protocols }: PlanSettings): Protocol {
  if (protocol !== 'auto') return protocol;
  const known = Object.entries(protocols).find(([id]) => bareName(id) === bareName(model));
  return known?.[1] ?? protocol;
}

/** `ollama/x` and `x` are the same model. */
function bareName(model: string): string {
  return model.replace(/^ollama\//, '');
}

/** With its provider, so that no statistics take one model for two. Ollama's own names may hold slashes too. */
function fullName(model: string): string {
  return /^(ollama|openai|anthropic|google|openrouter|huggingface)\//.test(model) ? model : `ollama/${model}`;
}

function chooseChecks(ticket: Ticket, settings: PlanSettings): CheckCommand[] | null | Failure {
  if (ticket.wishes.checks === undefined)
    return settings.checks === null ? null : Object.values(settings.checks);
  const known = settings.checks ?? {};
  const chosen: CheckCommand[] = [];
  for (const name of ticket.wishes.checks) {
    const check = ownValue(known, name);
    if (check === undefined) {
      const names = Object.keys(known).join(', ') || 'none';
      return new Failure(
        'TICKET_CHECK_UNKNOWN',
        `The ticket asks for check "${name}"; configured: ${names}.`,
      );
    }
    chosen.push(check);
  }
  return chosen;
}

/** A ticket may write any name, `constructor` too. */
function ownValue<Value>(named: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}
