import type { Config } from '../config/schema.ts';
import type { PlanSettings } from '../domain/plan.ts';
import { knownAgents } from './workshop/choose-coder.ts';
import type { RoutingSettings } from '../domain/routing/choose-models.ts';
import type { Protocol } from '../domain/run.ts';
import type { StorySettings } from '../pipeline/story.ts';

/** The slice of the config that the story decides by. `defaultModel`: found by ourselves where none is configured. */
export function storySettings(
  config: Config,
  defaultModel: string | null,
  routing: RoutingSettings,
): StorySettings {
  const { git, processing } = config;
  return {
    quotas: processing.quotas,
    plan: planSettings(config, defaultModel, routing),
    commitMessage: git.commitMessageFormat,
    pullRequestTitle: git.prTitle,
    pullRequestBody: git.prBody ?? null,
    createPullRequest: git.createPR,
    maxOpenPullRequests: git.createPR ? processing.maxOpenPullRequests : null,
    draft: git.draft,
    bot: processing.bot,
  };
}

function planSettings(config: Config, defaultModel: string | null, routing: RoutingSettings): PlanSettings {
  const { ollama, agent, processing, git, codeReview } = config;
  const { enabled, model, strictness, blockOnCritical, onBlock, byPriority, maxRounds } = codeReview;
  return {
    defaultModel,
    availableModels: [...ollama.availableModels],
    routing,
    fastPath: { ...config.fastPath, bot: processing.bot },
    protocol: agent.protocol,
    protocols: protocolsOf(config),
    agents: { kind: agent.kind, mode: agent.mode, known: knownAgents(config) },
    split: agent.split,
    maxSteps: agent.maxSteps ?? null,
    minutes: processing.minutesPerTicket,
    budget: limitsOf(config),
    alertAt: config.budget.alertAt,
    branchFormat: git.branchNameFormat,
    checks: checksOf(config),
    repositories: Object.fromEntries(
      Object.entries(config.repositories).map(([name, each]) => [name, { checks: checksOf(each) }]),
    ),
    requireFailToPass: config.guard.requireFailToPass,
    onRefusal: config.guard.onRefusal,
    review: {
      enabled,
      model: model ?? null,
      strictness,
      blockOnCritical,
      onBlock,
      byPriority: byPriorityOf(byPriority),
      maxRounds,
    },
  };
}

function byPriorityOf(byPriority: Config['codeReview']['byPriority']): PlanSettings['review']['byPriority'] {
  const named = Object.entries(byPriority).map(([name, wish]) => [name.toLowerCase(), wish] as const);
  return Object.fromEntries(named);
}

function checksOf({ checks }: { checks?: Config['checks'] }): PlanSettings['checks'] {
  if (checks === undefined) return null;
  const named = Object.entries(checks).map(([name, check]) => [name, { name, ...check }] as const);
  return Object.fromEntries(named);
}

function protocolsOf({ models }: Config): Record<string, Protocol> {
  const known = Object.entries(models).flatMap(([id, { tools }]) =>
    tools === 'auto' ? [] : [[id, tools ? 'tools' : 'blocks'] as const],
  );
  return Object.fromEntries(known);
}

function limitsOf({ budget }: Config): PlanSettings['budget'] {
  const limits = Object.entries(budget.perTicket).filter(([, limit]) => limit !== undefined);
  return Object.fromEntries(limits);
}
