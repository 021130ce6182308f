import * as z from 'zod';
import { failureCodes } from '../domain/failure.ts';
import { holdCodes } from '../domain/hold-code.ts';
import { findingCategories, severities } from '../domain/review.ts';
import type { RunRecord } from '../domain/run.ts';
import { steps } from '../domain/run.ts';
import { reviewWishes, ticketStates } from '../domain/ticket.ts';

/** A record, or why the text is none. */
export type ReadRecord = { ok: true; record: RunRecord } | { ok: false; reason: string };

/** Reads the text of `journal/<key>.json` as strictly as it was written: what is not certain must not be acted on. */
export function parseRunRecord(text: string, key: string): ReadRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `it is no JSON: ${(error as Error).message}` };
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > 1)
    return { ok: false, reason: `its version is ${version}; this program knows version 1` };
  const parsed = schema.safeParse(value);
  if (!parsed.success) return { ok: false, reason: z.prettifyError(parsed.error) };
  if (parsed.data.key !== key)
    return { ok: false, reason: `it is the record of ${parsed.data.key}, not of ${key}` };
  return { ok: true, record: parsed.data };
}

const state = z.enum(ticketStates);
const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

const finding = z
  .object({
    severity: z.enum(severities),
    category: z.enum(findingCategories),
    file: z.string(),
    line: z.number().int(),
    message: z.string(),
    suggestion: z.string().optional(),
  })
  .transform(({ suggestion, ...rest }) => (suggestion === undefined ? rest : { ...rest, suggestion }));

const part = z.object({
  id: z.string(),
  parentTaskId: z.string(),
  title: z.string(),
  description: z.string(),
  criteria: z.array(z.string()),
  dependencies: z.array(z.string()),
  labels: z.array(z.string()),
  priority: z.string().exactOptional(),
  wishes: z.object({
    model: z.string().exactOptional(),
    agent: z.string().exactOptional(),
    repo: z.string().exactOptional(),
    base: z.string().exactOptional(),
    checks: z.array(z.string()).exactOptional(),
    review: z.enum(reviewWishes).exactOptional(),
  }),
});

const schema = z.object({
  version: z.literal(1),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  id: z.string(),
  created: z.string(),
  file: z.string().regex(/^(?!\.\.?$)[^/\\\0]+$/, 'expected a base name'),
  repo: z.string().exactOptional(),
  sha256: z.string(),
  inputHash: z.string(),
  runId: z.string(),
  step: z.enum(steps),
  move: z.object({ from: state, to: state }).nullable(),
  edited: z.boolean().default(false),
  attempts: count,
  retries: count,
  spent: z.object({ input: count, output: count, requests: count, usd: amount, minutes: amount }),
  model: z.string().nullable(),
  base: z.object({ branch: z.string(), sha: z.string() }).nullable(),
  branch: z.string().nullable(),
  head: z.string().nullable(),
  tree: z.string().nullable(),
  reviewedTree: z.string().nullable(),
  publication: z
    .object({
      task: z.object({
        id: z.string(),
        title: z.string(),
        brief: z.string(),
        criteria: z.array(z.string()),
        notes: z.string(),
      }),
      message: z.string(),
      title: z.string(),
      body: z.string(),
      findings: z.array(finding),
      files: z.array(z.string()),
      met: z.array(z.number().int()).exactOptional(),
      milestone: z.string().exactOptional(),
      report: z.string(),
    })
    .nullable(),
  hold: z.object({ code: z.enum(holdCodes), reason: z.string() }).nullable(),
  pullRequest: z.object({ number: z.number().int(), url: z.string() }).nullable(),
  waitSeconds: amount,
  lastError: z
    .object({ code: z.enum(failureCodes), message: z.string(), stage: z.string(), elapsedMs: amount })
    .nullable(),
  split: z.object({ parts: z.array(part), state: z.enum(['drafted', 'proposed', 'agreed']) }).exactOptional(),
  rework: z
    .object({
      round: count,
      reason: z.string(),
      feedback: z.string().nullable(),
      base: z.string(),
      head: z.string(),
      answered: z.array(z.string()),
      isDue: z.boolean(),
    })
    .exactOptional(),
  refusedMerges: z.object({ head: z.string(), count }).exactOptional(),
  history: z.array(
    z.object({
      model: z.string(),
      attempt: count,
      code: z.string().nullable(),
      error: z.string().nullable(),
      elapsedMs: amount,
    }),
  ),
}) satisfies z.ZodType<RunRecord>;
