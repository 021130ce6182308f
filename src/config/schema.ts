import type * as z from 'zod';
import { codeReview, guard } from './sections/gates.ts';
import { hooks } from './sections/hooks.ts';
import { forge, git } from './sections/git.ts';
import { fastPath, models, ollama, routing } from './sections/models.ts';
import { logging, notifications, queue, server, telemetry, webhook } from './sections/service.ts';
import { cache, providers } from './sections/providers.ts';
import { repositories } from './sections/repositories.ts';
import { sandbox } from './sections/sandbox.ts';
import { backlogMd, budget, folders, retry, taskIdFormat } from './sections/tickets.ts';
import { agent, agents, checks, processing, worktree } from './sections/work.ts';
import { group } from './sections/values.ts';

/** Every key that some code reads, with its rule, its default and a sentence about it. */
export const configSchema = group({
  ollama: ollama.prefault({}).describe('The servers that run models on your own machines.'),
  models: models.prefault({}).describe('Settings of single models, by model id.'),
  fastPath: fastPath.prefault({}).describe('Tickets that need no model.'),
  routing: routing.prefault({}).describe('Which model gets which ticket.'),
  providers: providers
    .prefault({})
    .describe('Other providers of models, by name: well-known ones, and servers that speak as OpenAI does.'),
  folders: folders.prefault({}).describe('Folders of the backlog, relative to the root.'),
  backlogMd: backlogMd.prefault({}).describe('Tickets as tasks of a Backlog.md project.'),
  taskIdFormat: taskIdFormat.prefault({}).describe('How ticket ids look.'),
  processing: processing.prefault({}).describe('How many tickets are worked on, when, and for how long.'),
  agent: agent.prefault({}).describe('The coder.'),
  agents: agents.default({}).describe('Commands of your own that code, by name.'),
  checks: checks
    .optional()
    .describe(
      'Commands that verify a change, by name. When absent they are found by themselves; {} means none.',
    ),
  worktree: worktree.prefault({}).describe('The place where a change is made.'),
  codeReview: codeReview.prefault({}).describe('The review of every change by a model.'),
  guard: guard.prefault({}).describe('What a change is refused for, whatever a model says.'),
  sandbox: sandbox.prefault({}).describe('The walls around checks and agent commands.'),
  git: git.prefault({}).describe('Branches, commits, pushes and the text of pull requests.'),
  forge: forge.prefault({}).describe('Where pull requests are opened.'),
  repositories: repositories
    .default({})
    .describe('Further repositories, by the name that tickets give in `repo`; `default` is the root itself.'),
  budget: budget.prefault({}).describe('What work may cost.'),
  cache: cache.prefault({}).describe('Answers of models that are kept for the same question.'),
  queue: queue.prefault({}).describe('Work on other machines.'),
  retry: retry.prefault({}).describe('Which failed tickets are worth another try.'),
  server: server.prefault({}).describe('The HTTP server.'),
  webhook: webhook.prefault({}).describe('Deliveries of the forge.'),
  logging: logging.prefault({}).describe('The log files.'),
  notifications: notifications
    .prefault({})
    .describe('Messages to people who look at neither terminal nor page.'),
  hooks: hooks.prefault({}).describe('Commands of your own at the moments of a ticket; see docs/hooks.md.'),
  telemetry: telemetry.prefault({}).describe('Traces of tickets, stages and model calls.'),
});

/** The config as code reads it: complete, defaults filled in. */
export type Config = z.output<typeof configSchema>;
