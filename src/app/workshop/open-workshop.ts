import { join, relative, sep } from 'node:path';
import { createCliCoder, type CliCoderOptions } from '../../agent/cli/cli-coder.ts';
import type { CliTemplate } from '../../agent/cli/cli-template.ts';
import { createCoder } from '../../agent/coder.ts';
import type { CoderOptions } from '../../agent/coder.ts';
import { recordCoding, type Write } from '../../agent/record-coding.ts';
import type { Environment } from '../../config/environment.ts';
import type { Paths } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import type { Spending } from '../../domain/change.ts';
import type { TokenUsage } from '../../domain/chat.ts';
import type { Observe } from '../../domain/event.ts';
import type { Recorded } from '../../domain/recording.ts';
import type { Answers } from '../../history/answer-store.ts';
import type { LimitedModel } from '../../models/limit-spending.ts';
import { limitSpending } from '../../models/limit-spending.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import { resilientChats } from '../../models/resilient.ts';
import { createAudit } from '../../guard/audit-dependencies.ts';
import { ticketOf } from '../../pipeline/bench.ts';
import { makeChange } from '../../pipeline/make-change.ts';
import type {
  ChangeOrder,
  ChatModel,
  Clock,
  Coder,
  CodingJob,
  Guard,
  RunHook,
  Workshop,
} from '../../ports.ts';
import { openRecipes } from '../../recipes/open-recipes.ts';
import { onePerTree, orAnother } from '../../review/limit-reviewer.ts';
import { createChecks } from '../../workspace/checks.ts';
import { createProofs } from '../../workspace/fail-to-pass.ts';
import type { OpenedRepository } from '../../workspace/repository.ts';
import { treeContents } from '../../workspace/tree-contents.ts';
import { projectOf } from '../forge/backlog-project.ts';
import { chosenCli } from './choose-coder.ts';
import type { ModelList } from '../models/model-digest.ts';
import type { KeptWorktrees } from './keep-worktrees.ts';
import { openOutside } from './open-outside.ts';
import type { Outside } from './open-outside.ts';
import { costOf, ownSettings, priceOf, withTemperature } from '../models/model-settings.ts';
import { openReviewer } from '../models/open-reviewer.ts';
import { openWorkspaces, reachesOut } from './open-workspaces.ts';
import { rememberAnswers } from '../models/remember-answers.ts';
import type { RememberingModel } from '../models/remember-answers.ts';

export type WorkshopParts = {
  config: Config;
  paths: Paths;
  env: Environment;
  repository: OpenedRepository;
  model: ChatModel & ModelList & Pick<OllamaProvider, 'digest'>;
  /** Kept answers of models; null where none are. */
  answers: Answers | null;
  guard: Guard;
  clock: Clock;
  observe: Observe;
  /** Writes down what was recorded of a run's coding. */
  record: (runId: string, entry: Recorded) => Promise<void>;
  warn: (message: string) => void;
  /** Absent on a machine that only works for another one. */
  hook?: RunHook;
  kept: KeptWorktrees;
};

/** Milliseconds of a check that was found. */
const foundCheckTimeout = 600_000;

/** `asking`: the same workshop, with other models. */
export type OpenedWorkshop = Workshop & { asking: (model: WorkshopParts['model']) => Workshop };

/** The workshop of this machine. Throws `SANDBOX_UNAVAILABLE` where a sandbox is demanded and there is none. */
export async function openWorkshop(parts: WorkshopParts): Promise<OpenedWorkshop> {
  const { config, paths, env, repository } = parts;
  // What no run could use is said before the first.
  chosenCli(config);
  const path = env['PATH'] ?? '';
  const underway = new Map<string, ReturnType<typeof ticketOf>>();
  const onHostRefused = (key: string, text: string): void => {
    const ticket = underway.get(key);
    if (ticket !== undefined) parts.observe({ type: 'guard:remarked', ...ticket, path: '', text });
  };
  const tasks = tasksIn(repository, parts);
  const workspaces = await openWorkspaces({ ...parts, onHostRefused }, paths.worktrees, tasks);
  await workspaces.sweep(new Set());
  parts.kept.keep(workspaces, config.worktree.warm);
  const checking = {
    openAt: workspaces.openAt,
    directory: join(paths.state, 'baselines'),
    contents: repository.own,
    path,
    timeout: foundCheckTimeout,
  };
  const common = {
    workspaces,
    checks: createChecks(checking),
    prove: createProofs({ ...checking, repository, stateDirectory: paths.state }),
    ...(config.guard.audit ? { audit: auditFor(parts) } : {}),
    ...(parts.hook === undefined ? {} : { hook: parts.hook }),
    guard: parts.guard,
    recipes: openRecipes(parts.clock),
    clock: parts.clock,
    observe: parts.observe,
    keepFailed: config.worktree.keepFailed,
  };
  const asking = (provider: WorkshopParts['model']): Workshop => ({
    async makeChange(order, signal, onSpent) {
      const here = { ...parts, model: provider };
      const model = limitedModel(order, here, onSpent);
      const remembering = rememberAnswers(model, order, { ...here, provider });
      const outside = openOutside(config, parts.warn);
      const thinkers = thinkersFor(order, here, { model, remembering, outside: outside.toolsAt });
      underway.set(order.identity.key, ticketOf(order));
      const made = await makeChange(order, { ...common, ...thinkers }, signal).finally(() => {
        underway.delete(order.identity.key);
        return outside.close();
      });
      if (made.kind === 'failed' && !made.failure.isInfrastructure) remembering.forget();
      // What was used by work that was cut short counts too.
      return { ...made, spent: await model.spent() };
    },
  });
  return { ...asking(parts.model), asking };
}

/** The tasks of a Backlog.md project change with their tickets, never with a change. */
function tasksIn({ place }: OpenedRepository, parts: WorkshopParts): string[] {
  const project = projectOf(parts);
  if (project === null) return [];
  const folder = relative(place.workTree, project.directory).split(sep).join('/');
  return folder.startsWith('..') ? [] : [folder];
}

function auditFor({ config, repository }: WorkshopParts): ReturnType<typeof createAudit> {
  return createAudit({ network: reachesOut(config), contents: treeContents(repository.own) });
}

/** The model as this run may use it: in its order of policies, and no further than the ticket's budget goes. */
function limitedModel(
  order: ChangeOrder,
  { config, model, clock, observe }: WorkshopParts,
  onSpent: (spent: Spending) => Promise<void>,
): LimitedModel {
  const { retryAttempts, retryDelay, maxRetryDelay } = config.ollama;
  const ticket = ticketOf(order);
  const costs = (id: string, usage: TokenUsage): number => costOf(config, id, usage);
  const patient = resilientChats(withTemperature(model, config), {
    meter: { ticket, clock, observe, costOf: costs },
    retry: {
      attempts: retryAttempts,
      delay: retryDelay,
      maxDelay: maxRetryDelay,
      clock,
      random: Math.random,
    },
  });
  return limitSpending(patient, {
    budget: order.plan.budget,
    clock,
    costOf: costs,
    hasPrice: (id) => priceOf(config, id) !== null,
    onSpent,
    onShortage: (shortage) => observe({ type: 'budget:short', ...ticket, ...shortage }),
  });
}

type Thinking = { model: LimitedModel; remembering: RememberingModel; outside: Outside['toolsAt'] };

/** Coder and reviewer of one run. */
function thinkersFor(order: ChangeOrder, parts: WorkshopParts, { model, remembering, outside }: Thinking) {
  const { config, paths, model: provider } = parts;
  const { agent } = config;
  const { kind, mode } = order.plan.agent ?? agent;
  const cli = chosenCli(config, kind);
  const { contextLength } = config.ollama;
  const windowOf = (id: string): number => ownSettings(config, id)?.contextLength ?? contextLength;
  const reviewer = openReviewer({ config, state: paths.state, model, provider });
  const isNamed = config.codeReview.model !== undefined;
  return {
    coder:
      cli === null
        ? coderFor(
            (job) => ({
              ...{ model: remembering.for(job), contextLength: windowOf(job.model), mode },
              ...(agent.planModel && {
                planner: { model: agent.planModel, contextLength: windowOf(agent.planModel) },
              }),
              network: reachesOut(config),
              outside,
            }),
            (entry) => parts.record(order.runId, entry),
          )
        : cliFor(cli, config, { windowOf, model }),
    reviewer: onePerTree(isNamed ? reviewer : orAnother(reviewer, order.plan.model)),
  };
}

/** A CLI asks the first server by itself; what it says it used counts all the same. */
function cliFor(
  template: CliTemplate,
  { agent, ollama }: Config,
  { windowOf, model }: { windowOf: (id: string) => number; model: LimitedModel },
): Coder {
  const server = ollama.hosts[0] ?? '';
  const { ownLogin } = agent;
  return {
    begin(job) {
      let onCutShort: CliCoderOptions['onCutShort'];
      const options = { template, server, window: windowOf(job.model), ownLogin };
      const session = createCliCoder({ ...options, onCutShort: (used) => onCutShort?.(used) }).begin(job);
      return {
        work: (feedback, signal) =>
          model.count(job.model, (tell) => {
            onCutShort = tell;
            return session.work(feedback, signal);
          }),
      };
    },
  };
}

/** Each model has its own window. */
function coderFor(options: (job: CodingJob) => CoderOptions, write: Write): Coder {
  return { begin: (job) => recordCoding(createCoder, options(job), write).begin(job) };
}
