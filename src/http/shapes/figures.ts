import * as z from 'zod';
import type { Shape } from '../route.ts';
import { circuit, count, date, time } from './parts.ts';

const rate = z.number().min(0).max(1);

const cost = z.object({ usd: z.number(), input: count, output: count, requests: count });

const record = z.object({
  category: z.string(),
  model: z.string(),
  attempts: count,
  successes: count,
  usd: z.number(),
});

export const costsShape = {
  name: 'Costs',
  schema: z.object({
    since: time.nullable().describe('null: since the history begins.'),
    total: cost,
    today: cost,
    models: z.array(cost.extend({ model: z.string() })),
    providers: z.array(cost.extend({ provider: z.string() })),
    days: z.array(cost.extend({ date })),
    tickets: z.array(cost.extend({ key: z.string(), id: z.string().nullable() })).describe('The 50 dearest.'),
    projection: z
      .object({ dayUsd: z.number(), monthUsd: z.number() })
      .describe('A day and thirty days, were they like the last seven.'),
    budget: z.object({
      perDayUsd: z.number().nullable().describe('null: no limit.'),
      spentTodayUsd: z.number(),
      perTicketUsd: z.number().nullable(),
    }),
    cache: z.object({
      enabled: z.boolean(),
      entries: count,
      asked: count.describe('Requests that a kept answer could have answered.'),
      hits: count,
      hitRate: rate,
      savedInput: count,
      savedOutput: count,
    }),
    advice: z
      .array(z.object({ category: z.string(), dear: record, cheap: record, savedUsd: z.number() }))
      .describe('Kinds of work at which a cheaper model does as well.'),
  }),
} satisfies Shape;

export const costsQuery = z.object({
  since: z.iso.date().optional().describe('First day, `YYYY-MM-DD` of UTC.'),
});

export const trendsShape = {
  name: 'Trends',
  schema: z.object({
    days: z.array(
      z.object({
        date,
        total: count.describe('Runs that ended.'),
        successful: count,
        failed: count,
        successRate: rate.nullable(),
        medianSeconds: z.number().nullable().describe('From the claim to the pull request.'),
        costUsd: z.number(),
        tokens: count,
        failures: z.record(z.string(), count).describe('Failed runs by who can mend them.'),
      }),
    ),
    failures: z.array(z.object({ code: z.string(), errorType: z.string(), count })),
  }),
} satisfies Shape;

export const trendsQuery = z.object({
  days: z.coerce.number().int().min(1).max(365).default(30).describe('How many days, today included.'),
});

const modelFigures = z.object({
  attempts: count.describe('Runs that say something about the model.'),
  successes: count,
  successRate: rate,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  tokens: count,
  costUsd: z.number(),
});

export const statsShape = {
  name: 'Stats',
  schema: z.object({
    system: z.object({ uptime: z.number(), ollamaHealthy: z.boolean(), queueDepth: count }),
    processing: z.object({
      total: count,
      successful: count,
      failed: count,
      successRate: rate,
      avgProcessingTime: z.number().describe('Seconds.'),
    }),
    models: z.record(z.string(), modelFigures),
  }),
} satisfies Shape;
export type Stats = z.output<typeof statsShape.schema>;

export const modelsShape = {
  name: 'Models',
  schema: z.object({
    hosts: z.array(
      z.object({
        url: z.string(),
        healthy: z.boolean(),
        version: z.string().nullable(),
        latencyMs: z.number().nullable(),
        circuit,
        loaded: z.array(z.string()),
      }),
    ),
    models: z.array(
      modelFigures.extend({
        id: z.string(),
        isDefault: z.boolean(),
        isInstalled: z.boolean().describe('Whether a server has it now.'),
        isLoaded: z.boolean(),
        capabilities: z.array(z.string()),
        contextLength: z.int().nullable(),
        parameterSize: z.string().nullable(),
        quantization: z.string().nullable(),
        sizeBytes: z.number().nullable(),
        latencies: z
          .array(z.object({ upToMs: z.number().nullable(), count }))
          .describe('How many requests lasted how long; the last band has no end.'),
      }),
    ),
  }),
} satisfies Shape;
export type Models = z.output<typeof modelsShape.schema>;

export const failuresShape = {
  name: 'Failures',
  schema: z.object({
    groups: z
      .array(
        z.object({
          code: z.string(),
          errorType: z.string(),
          hint: z.string(),
          count,
          tickets: z
            .array(
              z.object({
                id: z.string(),
                file: z.string(),
                title: z.string(),
                message: z.string(),
                failedAt: time,
                attempts: count,
              }),
            )
            .describe('The last 100.'),
        }),
      )
      .describe('What lies in failed, by its code, the most first.'),
  }),
} satisfies Shape;
export type Failures = z.output<typeof failuresShape.schema>;
