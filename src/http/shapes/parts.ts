import * as z from 'zod';
import { circuitStates } from '../../domain/circuit.ts';
import { findingCategories, severities } from '../../domain/review.ts';
import { stages, steps } from '../../domain/run.ts';
import { ticketStates } from '../../domain/ticket.ts';

// What several shapes are made of.

export const state = z.enum(ticketStates);
const stage = z.enum(stages);
export const step = z.enum(steps);
export const count = z.int().min(0);
/** RFC 3339, in UTC. */
export const time = z.string().meta({ format: 'date-time' });
/** `YYYY-MM-DD`, of UTC. */
export const date = z.string().meta({ format: 'date' });

export const circuit = z.object({
  state: z.enum(circuitStates),
  failures: count,
  openedAt: time.nullable(),
  nextAttemptAt: time.nullable(),
});

export const spending = z
  .object({ input: count, output: count, requests: count, usd: z.number() })
  .describe('Tokens read and written, requests, and US dollars.');

export const finding = z.object({
  severity: z.enum(severities),
  category: z.enum(findingCategories),
  file: z.string(),
  line: count.describe('Of the new file, from 1; 0: the file as a whole.'),
  message: z.string(),
  suggestion: z.string().optional(),
});

export const running = z
  .object({
    runId: z.string(),
    stage: stage.nullable(),
    step: count.describe("The coder's turn."),
    action: z.string().nullable(),
    model: z.string().nullable(),
    elapsedMs: z.number(),
  })
  .describe('How far the run is that is at work on the ticket.');
