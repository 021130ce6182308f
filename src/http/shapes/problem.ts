import * as z from 'zod';
import type { Shape } from '../route.ts';

/** RFC 9457. */
export const problemShape = {
  name: 'Problem',
  schema: z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().describe('By this the log has it.'),
    code: z.string().optional().describe('Of the catalogue of failures.'),
    hint: z.string().optional().describe('What a person can do about it.'),
  }),
} satisfies Shape;
