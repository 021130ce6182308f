import { join } from 'node:path';
import { createCoder } from '../../src/agent/coder.ts';
import type { Made } from '../../src/domain/run.ts';
import { createOllama } from '../../src/models/ollama.ts';
import type { OllamaOptions, OllamaProvider } from '../../src/models/ollama.ts';
import { resilientChats } from '../../src/models/resilient.ts';
import { watchServers } from '../../src/models/watch-servers.ts';
import type { WatchedServers } from '../../src/models/watch-servers.ts';
import { ticketOf } from '../../src/pipeline/bench.ts';
import { makeChange } from '../../src/pipeline/make-change.ts';
import type { ChangeOrder, Clock, Recipes, Reviewer, Workshop } from '../../src/ports.ts';
import type { OpenedRepository } from '../../src/workspace/repository.ts';
import { createSandbox } from '../../src/workspace/sandbox.ts';
import { createWorkspaces } from '../../src/workspace/worktree.ts';
import { hurriedClock } from './hurried-clock.ts';
import type { TestStory } from './story.ts';
import { openTestStory } from './story.ts';

/** A story whose changes are made by the real coder in real worktrees, with the real way to model servers. */
export type ModelStory = TestStory & {
  models: OllamaProvider;
  servers: WatchedServers;
  /** How every run's change was made, in the order in which they ended. */
  made: Made[];
};

export type ModelStoryOptions = {
  hosts: readonly string[];
  /** In the order in which they are tried. */
  models: readonly string[];
  ollama?: Partial<OllamaOptions>;
};

/** Of its clock; a call of a test server takes some milliseconds of ours. */
const speed = 100;
const minute = 60_000;

export async function openModelStory(
  root: string,
  repository: OpenedRepository,
  { hosts, models: [defaultModel = '', ...availableModels], ollama }: ModelStoryOptions,
): Promise<ModelStory> {
  const clock = hurriedClock(speed);
  const made: Made[] = [];
  const workshop: { on: Workshop | null } = { on: null };
  const opened = await openTestStory(root, repository, {
    workshop: {
      async makeChange(order, signal, onSpent) {
        if (workshop.on === null) throw new Error('the workshop is not open yet');
        const result = await workshop.on.makeChange(order, signal, onSpent);
        made.push(result);
        return result;
      },
    },
    settings: { plan: { defaultModel, availableModels, checks: {}, review: withoutReview } },
  });
  const models = createOllama(
    {
      hosts,
      contextLength: 8192,
      keepAlive: '30m',
      timeout: 20 * minute,
      firstTokenTimeout: minute,
      stallTimeout: minute,
      healthTimeout: 10 * minute,
      questionTimeout: 10 * minute,
      ...ollama,
    },
    clock,
    opened.story.observe,
  );
  const servers = watchServers(models, defaultModel, clock);
  workshop.on = await openWorkshop(join(root, 'worktrees'), repository, { opened, models, clock });
  return { ...opened, models, servers, made };
}

const withoutReview = {
  enabled: false,
  model: null,
  strictness: 'medium' as const,
  blockOnCritical: true,
  onBlock: 'fix' as const,
  byPriority: {},
  maxRounds: 0,
};

type Parts = { opened: TestStory; models: OllamaProvider; clock: Clock };

async function openWorkshop(
  directory: string,
  repository: OpenedRepository,
  { opened, models, clock }: Parts,
): Promise<Workshop> {
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const sandbox = await createSandbox({ mode: 'off', path, userHome: directory, warn: () => undefined });
  const workspaces = createWorkspaces({
    repository,
    sandbox,
    directory,
    path,
    network: false,
    dependencies: 'auto',
    copy: [],
    setup: [],
    setupTimeoutMs: 10_000,
    maxOutput: 50_000,
  });
  const { guard, observe } = opened.story;
  const checks = { run: (_: unknown, tree: string) => Promise.resolve({ tree, results: [] }) };
  const reviewer: Reviewer = { review: () => Promise.reject(new Error('nothing is reviewed here')) };
  const coderOf = (order: ChangeOrder) => {
    const meter = { ticket: ticketOf(order), clock, observe };
    const retry = { attempts: 2, delay: 5000, maxDelay: minute, clock, random: () => 0.5 };
    return createCoder({ model: resilientChats(models, { meter, retry }), contextLength: 8192 });
  };
  const recipes: Recipes = {
    begin: () => {
      throw new Error('no recipe is expected');
    },
  };
  const common = { workspaces, recipes, checks, guard, reviewer, clock, observe, keepFailed: false };
  return {
    makeChange: (order, signal) => makeChange(order, { ...common, coder: coderOf(order) }, signal),
  };
}
