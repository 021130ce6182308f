import { branchName } from './branch.ts';
import { allow, tighten } from './budget.ts';
import type { Used } from './budget.ts';
import type { CheckCommand } from './change.ts';
import { Failure } from './failure.ts';
import type { FastPathSettings } from './fast-path/match-ticket.ts';
import { matchTicket } from './fast-path/match-ticket.ts';
import { recipeModel } from './fast-path/recipe-order.ts';
import { isBug } from './is-bug.ts';
import { bareName, fullName } from './model-name.ts';
import type { ReviewPolicy } from './review.ts';
import { modes } from './run.ts';
import type { Identity, Mode, Plan, Protocol, Task } from './run.ts';
import type { Classification } from './routing/classification.ts';
import type { ModelSettings } from './routing/choose-models.ts';
import { affordableModels, chooseModels } from './routing/choose-models.ts';
import { isQuestion } from './ticket-note.ts';
import type { Budget, ReviewWish, Ticket } from './ticket.ts';
import { ownRepository, repositoryOf } from './ticket.ts';

type NamedChecks = Record<string, CheckCommand> | null;

/** What a plan is made from besides the ticket. */
export type PlanSettings = ModelSettings & {
  fastPath: FastPathSettings;
  protocol: Protocol;
  /** By model id, where the config says what a model can do. */
  protocols: Record<string, Protocol>;
  /** Who codes where the ticket names nobody, and whom it may name; absent: a ticket's wish is not heard. */
  agents?: { kind: string; mode: Mode; known: readonly string[] };
  /** Whether a ticket that is too large may be proposed in parts. */
  split?: boolean;
  /** Turns of the model; null for the default of its protocol. */
  maxSteps: number | null;
  minutes: number;
  /** Limits of a ticket's whole life; a ticket may lower them for itself. */
  budget: Partial<Budget>;
  /** Part of a limit, from 0 to 1, at which a person is told. */
  alertAt: number;
  branchFormat: string;
  /** Configured checks by name; null: the checks found in the repository. */
  checks: NamedChecks;
  /** Repositories besides the root's own, by name, each with checks of its own. */
  repositories?: Readonly<Record<string, { checks: NamedChecks }>>;
  /** Whether the change of a bug must bring a test that fails without it. */
  requireFailToPass?: boolean;
  /** What becomes of a change that the guards refuse to the end. */
  onRefusal?: 'fail' | 'hold';
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
  { identity, used, classification }: { identity: Identity; used: Used; classification?: Classification },
  settings: PlanSettings,
): Plan | Failure {
  const limits = tighten(settings.budget, ticket.wishes.budget);
  const allowance = allow(limits, used);
  if (allowance instanceof Failure) return allowance;
  const seed = `${identity.key}/${used.attempts}`;
  const known = classification === undefined ? {} : { classification };
  const recipe = matchTicket(ticket, settings.fastPath);
  const routed = chooseModels(ticket, settings, { seed, limits, ...known });
  if (routed instanceof Failure && recipe === null) return routed;
  const { models, escalation, route } = routed instanceof Failure ? noModels(routed) : routed;
  const model = recipe === null ? (models[0] ?? '') : recipeModel(recipe);
  const site = siteFor(ticket, settings);
  if (site instanceof Failure) return site;
  const checks = chooseChecks(ticket, site);
  if (checks instanceof Failure) return checks;
  const agent = chooseAgent(ticket, settings);
  if (agent instanceof Failure) return agent;
  return {
    model,
    recipe,
    models,
    escalation,
    route,
    ...(site.repo === null ? {} : { repo: site.repo }),
    reviewer: chooseReviewer(ticket, models[0] ?? null, settings),
    protocol: protocolOf(model, settings),
    protocols: Object.fromEntries(
      [...models, ...escalation].map((each) => [each, protocolOf(each, settings)]),
    ),
    base: ticket.wishes.base ?? null,
    branch: branchName(settings.branchFormat, identity.id, identity.key),
    checks,
    review: reviewPolicy(ticket, settings),
    ...(isBug(ticket) ? { failToPass: settings.requireFailToPass === true ? 'require' : 'report' } : {}),
    ...(settings.onRefusal === undefined ? {} : { onRefusal: settings.onRefusal }),
    ...(agent === null ? {} : { agent }),
    // Parts of parts would be nobody's wish any more.
    ...(settings.split === true && ticket.parentTaskId === undefined ? { split: true } : {}),
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

/** A mechanical change is made all the same; what is not mechanical after all waits for a model. */
function noModels({ message }: Failure): Pick<Plan, 'models' | 'escalation' | 'route'> {
  const unknown = { category: 'general', complexity: 'low', by: 'default' } as const;
  return { models: [], escalation: [], route: { ...unknown, strategy: 'ticket', why: message } };
}

/** Another model sees other mistakes than the one that made them; where there is none, the coder's own must do. */
function chooseReviewer(ticket: Ticket, coder: string | null, settings: PlanSettings): string | null {
  const { enabled, model } = settings.review;
  if (!enabled || reviewWish(ticket, settings) === 'off') return null;
  const other = affordableModels(settings).find(
    (each) => coder === null || bareName(each) !== bareName(coder),
  );
  const chosen = model ?? other ?? coder;
  return chosen === null ? null : fullName(chosen, settings.routing.providers);
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

function protocolOf(model: string, { protocol, protocols }: PlanSettings): Protocol {
  if (protocol !== 'auto') return protocol;
  const known = Object.entries(protocols).find(([id]) => bareName(id) === bareName(model));
  return known?.[1] ?? protocol;
}

/** A mode is the built-in coder's; a name is one that the config or we know: never a command. */
function chooseAgent(
  { wishes }: Ticket,
  { agents }: PlanSettings,
): NonNullable<Plan['agent']> | null | Failure {
  if (agents === undefined) return null;
  const { kind, mode, known } = agents;
  const wish = wishes.agent;
  if (wish === undefined) return { kind, mode };
  const wanted = modes.find((each) => each === wish);
  if (wanted !== undefined) return { kind: 'builtin', mode: wanted };
  if (known.includes(wish)) return { kind: wish, mode: wish === 'builtin' ? mode : 'code' };
  const names = [...known, ...modes].join(', ');
  return new Failure('TICKET_AGENT_UNKNOWN', `The ticket asks for agent "${wish}"; known are ${names}.`);
}

/** Which repository is changed, null for the root's own, and the checks that it has. */
function siteFor(
  { wishes }: Ticket,
  { checks, repositories = {} }: PlanSettings,
): { repo: string | null; checks: NamedChecks } | Failure {
  const repo = repositoryOf(wishes);
  if (repo === null) return { repo, checks };
  const known = ownValue(repositories, repo);
  if (known !== undefined) return { repo, ...known };
  const names = [ownRepository, ...Object.keys(repositories)].join(', ');
  return new Failure(
    'TICKET_REPOSITORY_UNKNOWN',
    `The ticket asks for repository "${repo}"; configured: ${names}.`,
  );
}

function chooseChecks(
  ticket: Ticket,
  { checks }: Pick<PlanSettings, 'checks'>,
): CheckCommand[] | null | Failure {
  if (ticket.wishes.checks === undefined) return checks === null ? null : Object.values(checks);
  const known = checks ?? {};
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
function ownValue<Value>(named: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}
