import * as z from 'zod';
import { ticketStates } from '../../domain/ticket.ts';
import type { Shape } from '../route.ts';
import { count, finding, running, spending, state, step, time } from './parts.ts';

export const decisions = ['retry', 'cancel', 'approve', 'reject', 'merge'] as const;
export type DecisionName = (typeof decisions)[number];

const pullRequest = z.object({
  number: z.int(),
  url: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  branch: z.string(),
  base: z.string(),
  title: z.string(),
  head: z.string(),
});

const hold = z.object({ code: z.string(), reason: z.string() }).describe('Why a person must decide first.');

const actions = z.array(z.enum(decisions)).describe('What a person can do with it now.');

const ticketShape = {
  name: 'Ticket',
  schema: z.object({
    id: z.string(),
    file: z.string(),
    state,
    title: z.string(),
    labels: z.array(z.string()),
    priority: z.string().nullable(),
    createdDate: z.string().describe('As the ticket has it; may be empty.'),
    changedAt: time.describe('When its file was last written.'),
    problem: z.string().nullable().describe('Why the file cannot be read as a ticket.'),
    model: z.string().nullable().describe('The model of its last run, else the one that it names.'),
    attempts: count,
    spent: spending.nullable(),
    pullRequest: z.object({ number: z.int(), url: z.string() }).nullable(),
    hold: hold.nullable(),
    lastError: z
      .object({ code: z.string(), errorType: z.string(), message: z.string(), stage: z.string() })
      .nullable(),
    running: running.nullable(),
    waiting: z
      .object({ verdict: z.enum(['ready', 'wait', 'hold']), reason: z.string() })
      .nullable()
      .describe('Of a ticket in todo: whether it can be taken, and what it waits for.'),
    actions,
  }),
} satisfies Shape;
export type TicketSummary = z.output<typeof ticketShape.schema>;

export const ticketListShape = {
  name: 'TicketList',
  schema: z.object({
    tickets: z.array(ticketShape.schema).describe('The last changed ones first.'),
    total: count.describe('How many match in all.'),
    counts: z.record(state, count).describe('How many match `q`, by state.'),
    next: z.string().nullable().describe('What to send as `after` for those that follow.'),
  }),
} satisfies Shape;

export const ticketQuery = z.object({
  state: z.enum(ticketStates).optional().describe('Only tickets of this state.'),
  q: z
    .string()
    .max(200)
    .default('')
    .describe('Words that id, title, file name and labels must hold, whatever their case.'),
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('How many tickets at most.'),
  after: z.string().max(1000).optional().describe('`next` of the answer before.'),
});
export type TicketQuery = z.output<typeof ticketQuery>;

const check = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'broken', 'still-red', 'mended']),
  exitCode: z.int().nullable(),
  baseExitCode: z.int().nullable(),
  elapsedMs: z.number(),
  output: z.string(),
});

const timelineEvent = z.object({
  time,
  event: z.looseObject({ type: z.string() }).describe('Fields as its type has them.'),
});

export const ticketReportShape = {
  name: 'TicketReport',
  schema: z.object({
    id: z.string(),
    key: z.string().nullable(),
    file: z.string(),
    state,
    title: z.string(),
    text: z
      .object({
        description: z.string(),
        acceptanceCriteria: z.array(z.object({ text: z.string(), checked: z.boolean() })),
        labels: z.array(z.string()),
        priority: z.string().nullable(),
        dependencies: z.array(z.string()),
        references: z.array(z.string()),
        createdDate: z.string(),
      })
      .nullable()
      .describe('What its file says; null when it cannot be read.'),
    actions,
    running: running.nullable(),
    runId: z.string().nullable().describe('The last run, for its transcript.'),
    step: step.nullable(),
    attempts: count,
    retries: count,
    model: z.string().nullable(),
    branch: z.string().nullable(),
    base: z.object({ branch: z.string(), sha: z.string() }).nullable(),
    head: z.string().nullable(),
    pullRequest: pullRequest.nullable(),
    spent: spending,
    checks: z.array(check),
    verdict: z
      .object({
        tree: z.string(),
        model: z.string(),
        summary: z.string(),
        findings: z.array(finding),
        usage: z.object({ input: count, output: count }),
      })
      .nullable()
      .describe('Of the reviewer.'),
    hold: hold.nullable(),
    lastError: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
    timeline: z.array(timelineEvent),
  }),
} satisfies Shape;
export type TicketDetail = z.output<typeof ticketReportShape.schema>;

export const diffShape = {
  name: 'Diff',
  schema: z.object({
    id: z.string(),
    diff: z.string().nullable().describe('Unified, as git prints it; null when there is no change.'),
  }),
} satisfies Shape;

export const explanationShape = {
  name: 'Explanation',
  schema: z.object({
    id: z.string(),
    file: z.string(),
    state,
    verdict: z.enum(['running', 'ready', 'wait', 'hold', 'ended']),
    reason: z.string(),
    plan: z.looseObject({}).nullable().describe('What would be done with it.'),
  }),
} satisfies Shape;

export const settledShape = {
  name: 'Settled',
  schema: z.object({
    id: z.string(),
    file: z.string(),
    state,
    message: z.string(),
    pullRequest: pullRequest.nullable(),
  }),
} satisfies Shape;

const line = z.string().trim().min(1).max(500);
const lines = z.array(line).max(100);

export const draftShape = {
  name: 'TicketDraft',
  schema: z.strictObject({
    title: line,
    description: z.string().max(60_000).optional(),
    acceptanceCriteria: lines.optional(),
    priority: line.optional(),
    labels: lines.optional(),
    dependencies: lines.optional(),
    model: line.optional(),
  }),
} satisfies Shape;
export type Draft = z.output<typeof draftShape.schema>;

export const addedShape = {
  name: 'AddedTicket',
  schema: z.object({ id: z.string(), file: z.string() }),
} satisfies Shape;

export const reasonShape = {
  name: 'Reason',
  schema: z.strictObject({ reason: z.string().trim().max(2000).nullish() }),
} satisfies Shape;

export const forceShape = {
  name: 'Force',
  schema: z.strictObject({
    force: z.boolean().default(false).describe('Whatever age, number and sense of another try.'),
  }),
} satisfies Shape;

export const nothingShape = { name: 'Nothing', schema: z.strictObject({}) } satisfies Shape;

export const transcriptShape = {
  name: 'Transcript',
  schema: z.object({
    runId: z.string(),
    events: z.array(z.looseObject({ time, type: z.string() })),
    next: z.int().nullable().describe('What to send as `after` for those that follow.'),
  }),
} satisfies Shape;

export const transcriptQuery = z.object({
  after: z.coerce.number().int().min(0).default(0).describe('How many events to leave out.'),
  limit: z.coerce.number().int().min(1).max(5000).default(1000).describe('How many events at most.'),
});
