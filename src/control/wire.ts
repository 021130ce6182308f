import * as z from 'zod';
import { toFailure } from '../domain/failure.ts';

/** What the holder says first. */
export const greetingSchema = z.object({
  pid: z.number().int().positive(),
  challenge: z.string().min(1).max(200),
});
export type Greeting = z.infer<typeof greetingSchema>;

export const requestSchema = z.object({
  id: z.string().max(200),
  command: z.string().max(200),
  args: z.unknown(),
  /** Answer to the challenge of this connection. */
  proof: z.string().max(200),
});

const errorSchema = z.object({ code: z.string(), message: z.string(), exitCode: z.number().int() });

/** One answer a request; `exitCode` is what the command line ends with. */
export const answerSchema = z.union([
  z.object({ id: z.string(), ok: z.literal(true), result: z.unknown() }),
  z.object({ id: z.string(), ok: z.literal(false), error: errorSchema }),
]);
export type Answer = z.infer<typeof answerSchema>;

export const maxLineBytes = 1024 * 1024;

/** Parses one line, or null: what does not fit is refused as a whole. */
export function parseLine<T>(line: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

export function toLine(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

export function refuse(id: string, code: string, message: string, exitCode: number): Answer {
  return { id, ok: false, error: { code, message, exitCode } };
}

/** What a handler threw, for the other side: a failure by its code, infrastructure as "not available". */
export function answerError(id: string, error: unknown): Answer {
  const failure = toFailure(error);
  const own = (error as { exitCode?: unknown } | null)?.exitCode;
  const exitCode = typeof own === 'number' ? own : failure.isInfrastructure ? 3 : 1;
  return refuse(id, failure.code, failure.message, exitCode);
}
