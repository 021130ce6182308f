import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseResult } from '../domain/calibration.ts';
import { severities, type FindingCategory } from '../domain/review.ts';
import { readRegular } from '../files/read-regular.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import { requestOf } from './calibrate.ts';
import type { CalibrationCase } from './calibration-set.ts';
import { reviewPrompt } from './prompt.ts';

/** What a calibration is about: the weights of a model, and all that it was asked. */
export type Measured = {
  model: string;
  /** Of the model; its name counts where the server tells none. */
  digest: string | null;
  cases: readonly CalibrationCase[];
  checkFor: readonly FindingCategory[];
};

export type Known = Map<string, CaseResult['worst']>;

const longestFile = 1024 * 1024;

/** What is known of a reviewer from earlier calibrations; empty when the model, the cases or the prompt are others. */
export async function readCalibration(directory: string, measured: Measured): Promise<Known> {
  const read = await readRegular(fileOf(directory, measured), longestFile);
  if (read.kind !== 'read') return new Map();
  const known: Known = new Map();
  for (const [id, worst] of Object.entries(parse(read.bytes.toString('utf8')))) {
    const valid = [...severities, 'no verdict' as const, null].find((each) => each === worst);
    if (valid !== undefined) known.set(id, valid);
  }
  return known;
}

export async function writeCalibration(
  directory: string,
  measured: Measured,
  results: readonly CaseResult[],
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const { model, digest } = measured;
  const worst = Object.fromEntries(results.map((result) => [result.id, result.worst]));
  const text = `${JSON.stringify({ version: 1, model, digest, worst }, null, 2)}\n`;
  await writeAtomic(fileOf(directory, measured), text);
}

/** A cache: what cannot be read is measured again. */
function parse(text: string): object {
  try {
    const { worst } = JSON.parse(text) as { worst?: unknown };
    return typeof worst === 'object' && worst !== null ? worst : {};
  } catch {
    return {};
  }
}

function fileOf(directory: string, { model, digest, cases, checkFor }: Measured): string {
  const whole = (diff: string) => ({ diff, number: 1, of: 1, otherFiles: [] });
  const asked = cases.map((each) =>
    reviewPrompt(requestOf(each, ''), whole(each.diff), { checkFor, nonce: '' }),
  );
  const key = createHash('sha256').update(JSON.stringify([digest ?? model, asked]));
  return join(directory, `${key.digest('hex').slice(0, 32)}.json`);
}
