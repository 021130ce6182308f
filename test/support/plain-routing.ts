import type { FastPathSettings } from '../../src/domain/fast-path/match-ticket.ts';
import type { Route, RoutingSettings } from '../../src/domain/routing/choose-models.ts';
import type { ModelKnowledge } from '../../src/domain/routing/known-model.ts';
import { nothingKnown } from '../../src/domain/routing/known-model.ts';

/** Models in their order, and nothing known of any. */
export const plainRouting: RoutingSettings = {
  strategy: 'ordered',
  escalation: [],
  allowPaid: false,
  turn: 0,
  knowledge: {},
  votes: {},
};

export const plainRoute: Route = {
  category: 'general',
  complexity: 'low',
  by: 'default',
  strategy: 'ordered',
  why: 'the first that the config lists',
};

/** Of which only what a test cares about differs from a model that nobody tried. */
export function knownOf(different: Partial<ModelKnowledge>): ModelKnowledge {
  return { ...nothingKnown, ...different };
}

export const noFastPath: FastPathSettings = {
  enabled: false,
  confidence: 0.85,
  patterns: [],
  bot: '@ticketmill',
};
