import type { Budget, Ticket } from '../ticket.ts';
import { Failure } from '../failure.ts';
import { bareName, fullName } from '../model-name.ts';
import type { Classification } from './classification.ts';
import type { LabelVotes } from './classify-ticket.ts';
import { classifyTicket } from './classify-ticket.ts';
import type { KnownModel, ModelKnowledge } from './known-model.ts';
import { nothingKnown, strength } from './known-model.ts';
import type { StrategyName } from './strategies.ts';
import { needsClassification, strategies } from './strategies.ts';

export type RoutingSettings = {
  strategy: StrategyName;
  /** Models that are tried only when the others make no progress, weakest first. */
  escalation: readonly string[];
  allowPaid: boolean;
  /** Providers that the config names besides the known ones. */
  providers?: readonly string[];
  /** Runs that were handed out before. */
  turn: number;
  /** By full name. */
  knowledge: Readonly<Record<string, ModelKnowledge>>;
  votes: LabelVotes;
};

/** What models are chosen from. */
export type ModelSettings = {
  /** Null while it is not known which one: then only tickets that name a model can be planned. */
  defaultModel: string | null;
  /** Models a ticket may choose; empty: any model of the configured hosts. */
  availableModels: readonly string[];
  /** Why a model gets no tickets, by its id with its provider. */
  refused?: Readonly<Record<string, string>>;
  routing: RoutingSettings;
};

/** Which models a run is given to, and why the first of them is first. */
export type Route = Classification & { strategy: StrategyName | 'ticket'; why: string };

export type Routed = { models: [first: string, ...others: string[]]; escalation: string[]; route: Route };

/** What is known of the run that is routed. `classification`: where it was found out already. */
export type RunAtHand = { seed: string; limits: Partial<Budget>; classification?: Classification };

/**
 * The models of a run in the order in which they are tried. A ticket that names its one model gets that one or none:
 * what it asked for is not replaced behind its back. Suggested models come first, then those of the profile it prefers,
 * then the others, each in the order of the configured strategy.
 */
export function chooseModels(ticket: Ticket, settings: ModelSettings, run: RunAtHand): Routed | Failure {
  const { routing } = settings;
  const classification = run.classification ?? classifyTicket(ticket, routing.votes);
  const { model } = ticket.wishes;
  if (model !== undefined) return theOne(model, classification, settings);
  const { strategy } = routing;
  const occasion = { ...classification, turn: routing.turn, seed: run.seed };
  const sorted = (ids: readonly string[]): string[] =>
    strategies[strategy].order(known(ids, routing), occasion).map(({ id }) => id);
  const base = sorted(baseModels(settings));
  const suggested = ticket.wishes.suggestedModels.filter((each) => isAllowed(each, settings));
  const preferred = preferredModels(ticket, base, settings);
  const wanted = unique([...suggested, ...preferred, ...base], routing);
  if (wanted.length === 0)
    return new Failure('NO_MODEL', 'No default model is configured, and the ticket names none.');
  const models = admitted(affordable(wanted, routing), settings);
  if (models instanceof Failure) return models;
  const [first] = models;
  const why = whyFirst(first, { suggested, preferred, ticket, routing });
  return {
    models,
    escalation: rungsOf(settings, { models, limits: run.limits }),
    route: {
      ...classification,
      strategy: why === null ? strategy : 'ticket',
      why: why ?? strategies[strategy].why(knownOf(first, routing), occasion),
    },
  };
}

/** Whether it would make a difference to know what kind of work this is, and nothing that we know says it. */
export function isUndecided(ticket: Ticket, settings: ModelSettings): boolean {
  const { strategy, votes } = settings.routing;
  return (
    needsClassification(strategy) &&
    ticket.wishes.model === undefined &&
    unique(baseModels(settings), settings.routing).length > 1 &&
    classifyTicket(ticket, votes).by === 'default'
  );
}

/** Why no ticket that names no model of its own can be planned: none of the known ones passed its probe. */
export function noneAdmitted(settings: ModelSettings): Failure | null {
  const base = baseModels(settings);
  const models = base.length === 0 ? null : admitted(base, settings);
  return models instanceof Failure ? models : null;
}

/** Every model that a ticket may name, the default first. */
function allowedModels({ defaultModel, availableModels }: ModelSettings): string[] {
  return [...new Set([...(defaultModel === null ? [] : [defaultModel]), ...availableModels])];
}

/** Every model that may be asked for a verdict, the default first. */
export function affordableModels(settings: ModelSettings): string[] {
  return affordable(allowedModels(settings), settings.routing);
}

function theOne(model: string, classification: Classification, settings: ModelSettings): Routed | Failure {
  if (!isAllowed(model, settings)) {
    const allowed = allowedModels(settings).join(', ');
    return new Failure('TICKET_MODEL_UNKNOWN', `The ticket asks for model "${model}"; allowed: ${allowed}.`);
  }
  if (affordable([model], settings.routing).length === 0)
    return new Failure('MODEL_OFF', `The ticket asks for model "${model}", whose use is charged.`);
  const models = admitted([model], settings);
  if (models instanceof Failure) return models;
  const why = 'the ticket names it, so no other is tried';
  return { models, escalation: [], route: { ...classification, strategy: 'ticket', why } };
}

/** Those of the escalation are kept for later, unless there are no others. */
function baseModels(settings: ModelSettings): string[] {
  const { escalation, allowPaid, providers } = settings.routing;
  const kept = new Set(unique(escalation, settings.routing));
  const others = allowedModels(settings).filter((each) => !kept.has(fullName(each, providers)));
  return others.length > 0 || !allowPaid ? others : [...escalation];
}

function preferredModels(ticket: Ticket, base: readonly string[], { routing }: ModelSettings): string[] {
  const { modelPreference } = ticket.wishes;
  if (modelPreference === undefined) return [];
  const wanted = modelPreference.toLowerCase();
  const labelled = Object.keys(routing.knowledge).filter(
    (id) => routing.knowledge[id]?.profile?.toLowerCase() === wanted,
  );
  if (labelled.length > 0) return labelled;
  const rank = ['fast', 'balanced', 'capable'].indexOf(wanted);
  return base.filter((id) => strength(knownOf(id, routing)) === rank);
}

function whyFirst(
  first: string,
  {
    suggested,
    preferred,
    ticket,
    routing,
  }: { suggested: readonly string[]; preferred: readonly string[]; ticket: Ticket; routing: RoutingSettings },
): string | null {
  const isIn = (ids: readonly string[]): boolean => unique(ids, routing).includes(first);
  if (isIn(suggested)) return 'the ticket suggests it';
  if (isIn(preferred)) return `the ticket prefers a model that is ${ticket.wishes.modelPreference ?? ''}`;
  return null;
}

function affordable(ids: readonly string[], routing: RoutingSettings): string[] {
  return ids.filter((id) => routing.allowPaid || !knownOf(id, routing).isPaid);
}

/** A rung that is charged needs a limit in US dollars besides: nobody climbs onto an open account. */
function rungsOf(
  settings: ModelSettings,
  { models, limits }: { models: readonly string[]; limits: Partial<Budget> },
): string[] {
  const { routing, refused = {} } = settings;
  const hasLimit = limits.usd !== undefined && limits.usd > 0;
  return unique(affordable(routing.escalation, routing), routing).filter(
    (id) => !models.includes(id) && !Object.hasOwn(refused, id) && (hasLimit || !knownOf(id, routing).isPaid),
  );
}

/** Without those that did not pass their probe. */
function admitted(
  wanted: readonly string[],
  { refused = {}, routing }: ModelSettings,
): Routed['models'] | Failure {
  const names = unique(wanted, routing);
  const reasonOf = (name: string): string | undefined =>
    Object.hasOwn(refused, name) ? refused[name] : undefined;
  const [first, ...others] = names.filter((name) => reasonOf(name) === undefined);
  if (first !== undefined) return [first, ...others];
  if (names.length === 0)
    return new Failure('MODEL_OFF', 'Every model that could be used is one whose use is charged.');
  const reasons = names.map((name) => `${name}: ${reasonOf(name) ?? ''}`);
  return new Failure(
    'MODEL_NOT_ADMITTED',
    `No model that could be used passed its probe. ${reasons.join(' ')}`,
  );
}

function isAllowed(model: string, settings: ModelSettings): boolean {
  if (settings.availableModels.length === 0) return true;
  const allowed = [...allowedModels(settings), ...settings.routing.escalation];
  return allowed.some((each) => bareName(each) === bareName(model));
}

function known(ids: readonly string[], routing: RoutingSettings): KnownModel[] {
  return unique(ids, routing).map((id) => knownOf(id, routing));
}

function knownOf(id: string, { knowledge, providers }: RoutingSettings): KnownModel {
  const full = fullName(id, providers);
  const found = Object.hasOwn(knowledge, full) ? knowledge[full] : undefined;
  return { ...(found ?? { ...nothingKnown, isPaid: !full.startsWith('ollama/') }), id: full };
}

function unique(ids: readonly string[], { providers }: RoutingSettings): string[] {
  return [...new Set(ids.map((id) => fullName(id, providers)))];
}
