import { unlink } from 'node:fs/promises';
import * as z from 'zod';
import { failureCodes } from '../domain/failure.ts';
import type { Quarantine } from '../files/quarantine.ts';
import { quarantine } from '../files/quarantine.ts';
import { readRegular } from '../files/read-regular.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { ErrorReport, ReadError } from '../ports.ts';

const maxReportBytes = 1024 * 1024;

export async function writeErrorReport(path: string, report: ErrorReport): Promise<void> {
  await writeAtomic(path, `${JSON.stringify(report, null, 2)}\n`);
}

export async function readErrorReport(path: string): Promise<ReadError> {
  const read = await readRegular(path, maxReportBytes);
  if (read.kind === 'gone') return { kind: 'none' };
  if (read.kind === 'refused') return { kind: 'foreign', reason: read.reason };
  return parseReport(read.bytes.toString());
}

/** Reads and removes a report; null when there is none. One that makes no sense is put aside, not removed. */
export async function takeErrorReport(path: string, corrupt: Quarantine): Promise<ErrorReport | null> {
  const read = await readErrorReport(path);
  if (read.kind === 'foreign')
    await quarantine(path, `it is no report of a failure: ${read.reason}`, corrupt);
  if (read.kind !== 'report') return null;
  await unlink(path);
  return read.report;
}

function parseReport(text: string): Exclude<ReadError, { kind: 'none' }> {
  try {
    return { kind: 'report', report: schema.parse(JSON.parse(text)) };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return { kind: 'foreign', reason: reason.replaceAll('\n', ' ') };
  }
}

/** What the earlier ticket processor did not write has a stand-in, so that its failed tickets can be retried too. */
const schema = z.object({
  taskId: z.string(),
  timestamp: z.string(),
  error: z.string(),
  errorType: z.string(),
  code: z.enum(failureCodes).catch('INTERNAL'),
  stage: z.string().catch(''),
  retryCount: z.number().int().nonnegative().catch(0),
  model: z.string().nullable().catch(null),
  retryable: z.boolean().catch(true),
  runId: z.string().catch(''),
  attempts: z
    .array(
      z.object({
        model: z.string(),
        attempt: z.number(),
        code: z.string().nullable(),
        error: z.string().nullable(),
        elapsedMs: z.number(),
      }),
    )
    .catch([]),
  inputHash: z.string().catch(''),
  hint: z.string().catch(''),
}) satisfies z.ZodType<ErrorReport>;
