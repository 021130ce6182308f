import { join } from 'node:path';
import { createCoder } from '../agent/coder.ts';
import type { CoderOptions } from '../agent/coder.ts';
import type { Environment } from '../config/environment.ts';
import type { Paths } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import type { Observe } from '../domain/event.ts';
import { resilientChats } from '../models/resilient.ts';
import { ticketOf } from '../pipeline/bench.ts';
import { makeChange } from '../pipeline/make-change.ts';
import type { ChangeOrder, ChatModel, Clock, Coder, Guard, Workshop } from '../ports.ts';
import { onePerTree, orAnother } from '../review/limit-reviewer.ts';
import { createChecks } from '../workspace/checks.ts';
import type { OpenedRepository } from '../workspace/repository.ts';
import { createSandbox } from '../workspace/sandbox.ts';
import { createWorkspaces } from '../workspace/worktree.ts';
import { ownSettings, withTemperature } from './model-settings.ts';
import { openReviewer } from './open-reviewer.ts';

export type WorkshopParts = {
  config: Config;
  paths: Paths;
  env: Environment;
  repository: OpenedRepository;
  model: ChatModel;
  guard: Guard;
  clock: Clock;
  observe: Observe;
  warn: (message: string) => void;
};

/** Milliseconds of a check that was found, and of a set-up command. */
const foundCheckTimeout = 600_000;
const setupTimeout = 900_000;
const longestOutput = 1024 * 1024;

/** The workshop of this machine. Throws `SANDBOX_UNAVAILABLE` where a sandbox is demanded and there is none. */
export async function openWorkshop(parts: WorkshopParts): Promise<Workshop> {
  const { config, paths, env, repository } = parts;
  const path = env['PATH'] ?? '';
  const sandbox = await createSandbox({
    mode: config.sandbox.mode,
    path,
    userHome: env['HOME'] ?? '/',
    warn: parts.warn,
  });
  const workspaces = createWorkspaces({
    repository,
    sandbox,
    directory: paths.worktrees,
    path,
    network: config.sandbox.network,
    dependencies: config.worktree.dependencies,
    copy: config.worktree.copy,
    setup: config.worktree.setup,
    setupTimeoutMs: setupTimeout,
    maxOutput: longestOutput,
  });
  await workspaces.sweep(new Set());
  const checks = createChecks({
    openAt: workspaces.openAt,
    directory: join(paths.state, 'baselines'),
    contents: repository.own,
    path,
    timeout: foundCheckTimeout,
  });
  const { guard, clock, observe } = parts;
  const common = { workspaces, checks, guard, clock, observe, keepFailed: config.worktree.keepFailed };
  return {
    makeChange: (order, signal) => makeChange(order, { ...common, ...thinkersFor(order, parts) }, signal),
  };
}

/** Coder and reviewer of one run, so that each call of a model is told with its ticket. */
function thinkersFor(order: ChangeOrder, { config, paths, model, clock, observe }: WorkshopParts) {
  const { retryAttempts, retryDelay, maxRetryDelay, contextLength } = config.ollama;
  const patient = resilientChats(withTemperature(model, config), {
    meter: { ticket: ticketOf(order), clock, observe },
    retry: {
      attempts: retryAttempts,
      delay: retryDelay,
      maxDelay: maxRetryDelay,
      clock,
      random: Math.random,
    },
  });
  const windowOf = (id: string): number => ownSettings(config, id)?.contextLength ?? contextLength;
  const reviewer = openReviewer({ config, state: paths.state, model: patient });
  const isNamed = config.codeReview.model !== undefined;
  return {
    coder: coderFor((id) => ({
      model: patient,
      contextLength: windowOf(id),
      network: config.sandbox.network,
    })),
    reviewer: onePerTree(isNamed ? reviewer : orAnother(reviewer, order.plan.model)),
  };
}

/** Each model has its own window. */
function coderFor(options: (model: string) => CoderOptions): Coder {
  return { begin: (job) => createCoder(options(job.model)).begin(job) };
}
