import * as z from 'zod';
import type { Shape } from '../route.ts';
import { circuit, count } from './parts.ts';

// What is answered has these members and no others: nothing that a source adds later gets out by itself.

const status = z.enum(['ok', 'degraded', 'down']);

export const healthShape = {
  name: 'Health',
  schema: z.object({
    status,
    version: z.string(),
    uptime: z.number().describe('Seconds.'),
    ollamaHealthy: z.boolean(),
    queueSize: count.describe('Tickets in todo.'),
    queuePending: count.describe('Tickets that could be taken now.'),
    processing: z.array(z.string()).describe('File names of the tickets at work.'),
  }),
} satisfies Shape;
export type Health = z.output<typeof healthShape.schema>;

export const liveShape = {
  name: 'Live',
  schema: z.object({ status: z.literal('ok') }),
} satisfies Shape;

export const readinessShape = {
  name: 'Readiness',
  schema: z.object({
    ready: z.boolean().describe('Whether tickets can be taken now.'),
    reasons: z.array(z.string()).describe('What is in the way.'),
    degraded: z
      .array(z.string())
      .describe('What does not work as it should although tickets are taken, such as `polling: …`.'),
  }),
} satisfies Shape;
export type Readiness = z.output<typeof readinessShape.schema>;

export const ollamaShape = {
  name: 'OllamaHealth',
  schema: z.object({
    status,
    circuit: circuit.describe("The best host's: what stands between a ticket and a model."),
    hosts: z.array(
      z.object({
        url: z.string(),
        healthy: z.boolean(),
        version: z.string().nullable(),
        latencyMs: z.number().nullable(),
        parallel: z.int().describe('Chats that it gets at the same time now.'),
        circuit,
        loaded: z.array(z.string()).describe('The models in its memory.'),
      }),
    ),
    models: z.array(z.string()),
  }),
} satisfies Shape;
export type OllamaHealth = z.output<typeof ollamaShape.schema>;
