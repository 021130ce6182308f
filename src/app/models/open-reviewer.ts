import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { summariseCalibration } from '../../domain/calibration.ts';
import type { CaseResult } from '../../domain/calibration.ts';
import type { ChatModel, Reviewer } from '../../ports.ts';
import { loadCalibrationSet } from '../../review/calibration-set.ts';
import { readCalibration } from '../../review/calibration-store.ts';
import { adviseOnly } from '../../review/limit-reviewer.ts';
import { createReviewer } from '../../review/reviewer.ts';
import { digestOf, type ModelList } from './model-digest.ts';
import { ownSettings } from './model-settings.ts';

export type ReviewerParts = {
  config: Config;
  /** What the program owns of this root. */
  state: string;
  model: ChatModel;
  /** Who knows the weights behind the names of models. */
  provider: ModelList;
};

/** The reviewer as it is configured, for whichever model it is asked to be. */
export function openReviewer(parts: ReviewerParts): Reviewer {
  const reviewer = openMeasuredReviewer(parts);
  if (!parts.config.codeReview.requireCalibration) return reviewer;
  return adviseOnly(reviewer, (name, signal) => objectTo(parts, name, signal));
}

/** The reviewer itself, without regard to how good it is known to be. */
export function openMeasuredReviewer({ config, model }: Pick<ReviewerParts, 'config' | 'model'>): Reviewer {
  return createReviewer({
    model,
    checkFor: config.codeReview.checkFor,
    nonce: randomUUID,
    contextLength: (name) => ownSettings(config, name)?.contextLength ?? config.ollama.contextLength,
  });
}

export function calibrationFolder(state: string): string {
  return join(state, 'calibration');
}

async function objectTo(
  { config, state, provider }: ReviewerParts,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const cases = loadCalibrationSet();
  const { checkFor, strictness } = config.codeReview;
  const digest = await digestOf(provider, name, signal);
  const known = await readCalibration(calibrationFolder(state), { model: name, digest, cases, checkFor });
  const results = cases.flatMap(({ id, seeded }): CaseResult[] => {
    const worst = known.get(id);
    return worst === undefined ? [] : [{ id, seeded, worst }];
  });
  if (results.length === cases.length) return summariseCalibration(results, strictness).objection;
  const done = results.length === 0 ? 'was not measured yet' : 'was not measured to the end';
  return `it ${done}: \`ticketmill review --calibrate --model ${name}\``;
}
