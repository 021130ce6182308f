import * as z from 'zod';
import type { Spending } from '../domain/change.ts';
import type { Event } from '../domain/event.ts';
import { Failure, failureCodes } from '../domain/failure.ts';
import { holdCodes } from '../domain/hold-code.ts';
import { findingCategories, severities } from '../domain/review.ts';
import { stages } from '../domain/run.ts';
import type { ChangeOrder } from '../ports.ts';

/**
 * What coordinator and workers say to each other. Whoever speaks another version uses other queues and other keys, so
 * that both can be at work while an installation is brought from one to the next.
 */
export const wireVersion = 1;

/** Longest lives, in milliseconds, of what a killed worker leaves: its lock, and until that is seen by another. */
export const lockDuration = 15_000;
export const stalledInterval = 10_000;

/** Seconds for which Redis keeps what was made and not yet fetched, and what was called off. */
export const keptSeconds = 3600;

export const queueName = `ticketmill-${wireVersion}`;

export const keys = {
  parcel: (jobId: string, id: string) => `${queueName}:parcel:${jobId}:${id}`,
  cancelled: (jobId: string) => `${queueName}:cancelled:${jobId}`,
  coordinator: (id: string) => `${queueName}:coordinator:${id}`,
  // Known to every version: who waits for whom is told by it.
  worker: (id: string) => `ticketmill:worker:${id}`,
  workers: 'ticketmill:workers',
};

/** One change to make. No token, no ticket file and no decision is in it. */
export type JobOrder = {
  version: string;
  coordinator: string;
  /** Where the repository is fetched from, without credentials. */
  repository: string;
  order: ChangeOrder;
  /** What workers used on it under earlier ids. */
  spentBefore: Spending;
  /** US dollars of one day over all workers of the coordinator; null: no limit. */
  dayLimit: number | null;
};

/** What a worker tells while it is at work; `spent` counts the workers before it too. */
export type JobProgress = { spent: Spending; events: Event[] };

const count = z.number().int().nonnegative();
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

const spending = z.object({ input: count, output: count, requests: count, usd: z.number().nonnegative() });

const finding = z.object({
  severity: z.enum(severities),
  category: z.enum(findingCategories),
  file: z.string(),
  line: z.number().int(),
  message: z.string(),
  suggestion: z.string().exactOptional(),
});

const verdict = z.object({
  tree: sha,
  model: z.string(),
  summary: z.string(),
  findings: z.array(finding),
  usage: z.object({ input: count, output: count }),
  requests: count,
  advisory: z.string().exactOptional(),
});

const checkResult = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'broken', 'still-red', 'mended']),
  exitCode: z.number().int().nullable(),
  baseExitCode: z.number().int().nullable(),
  elapsedMs: z.number().nonnegative(),
  output: z.string(),
});

/** Where the objects of a change lie in Redis, and what they must come to. */
const parcel = z.object({ key: z.string(), commit: sha, base: sha, tree: sha, sha256: z.string() });
export type ParcelNote = z.output<typeof parcel>;

const change = z.object({
  parcel,
  checks: z.object({ tree: sha, results: z.array(checkResult) }),
  remarks: z.array(z.object({ path: z.string(), line: count, text: z.string() })),
  verdict: verdict.nullable(),
  model: z.string(),
  summary: z.string(),
});
/** A change without its diff and its files: those are read from the objects, never from what a worker says. */
export type SentChange = z.output<typeof change>;

const trail = {
  spent: spending,
  model: z.string().exactOptional(),
  tried: z
    .array(
      z.object({
        model: z.string(),
        code: z.string().nullable(),
        error: z.string().nullable(),
        elapsedMs: z.number(),
      }),
    )
    .exactOptional(),
};

const part = z.object({
  title: z.string(),
  description: z.string(),
  criteria: z.array(z.string()),
  after: z.array(count),
});

const failure = z.object({
  code: z.enum(failureCodes).catch('INTERNAL'),
  message: z.string(),
  retryAfterSeconds: z.number().exactOptional(),
});

const result = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('publish'), change, ...trail }),
  z.object({
    kind: z.literal('hold'),
    change: change.nullable(),
    code: z.enum(holdCodes),
    reason: z.string(),
    parts: z.array(part).exactOptional(),
    ...trail,
  }),
  z.object({
    kind: z.literal('failed'),
    failure,
    stage: z.enum(stages),
    parcel: parcel.nullable(),
    ...trail,
  }),
]);
export type JobResult = z.output<typeof result>;

/** Reads a worker's answer as strictly as it was written. Throws `INTERNAL` for what is none. */
export function parseResult(value: unknown): JobResult {
  const parsed = result.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure('INTERNAL', `A worker's answer is none: ${z.prettifyError(parsed.error)}`);
}

/** The events that the making of a change has; a worker can tell of nothing else. */
const madeBy: ReadonlySet<string> = new Set<Event['type']>([
  'stage:started',
  'stage:finished',
  'agent:step',
  'model:text',
  'model:called',
  'model:retried',
  'model:replaced',
  'check:finished',
  'guard:refused',
  'guard:remarked',
  'review:finished',
  'budget:short',
]);

const progress = z.object({ spent: spending, events: z.array(z.looseObject({ type: z.string() })) });

/** What a worker told of one run; null for what is no such thing. */
export function parseProgress(
  value: unknown,
  about: { taskId: string; runId: string; key: string },
): JobProgress | null {
  const parsed = progress.safeParse(value);
  if (!parsed.success) return null;
  const { spent, events } = parsed.data;
  const known = events.filter(({ type }) => madeBy.has(type));
  return { spent, events: known.map((event) => ({ ...event, ...about }) as unknown as Event) };
}

/** A coordinator as it makes itself known; `spentToday` in US dollars. */
const coordinator = z.object({ version: z.string(), spentToday: z.number().nonnegative() });
export type KnownCoordinator = z.output<typeof coordinator>;

/** Throws for what is none. */
export function parseCoordinator(text: string): KnownCoordinator {
  return coordinator.parse(JSON.parse(text));
}

/** A worker as it makes itself known. */
const worker = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  wire: count,
  slots: count,
  busy: count,
  isDraining: z.boolean(),
});
export type KnownWorker = z.output<typeof worker>;

export function parseWorker(text: string): KnownWorker | null {
  try {
    return worker.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
