import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { summariseCalibration } from '../../domain/calibration.ts';
import type { Calibration } from '../../domain/calibration.ts';
import { writeNew } from '../../files/write-new.ts';
import { calibrate } from '../../review/calibrate.ts';
import { loadCalibrationSet } from '../../review/calibration-set.ts';
import { readCalibration, writeCalibration } from '../../review/calibration-store.ts';
import { digestOf } from './model-digest.ts';
import { withTemperature } from './model-settings.ts';
import { openModels } from './open-models.ts';
import { calibrationFolder, openMeasuredReviewer } from './open-reviewer.ts';
import { chooseReviewModel } from './review-diff.ts';
import type { ReviewPlace } from './review-diff.ts';

export type CalibrationOrder = {
  /** Null: the model that reviews any diff. */
  model: string | null;
  onStart: (start: { model: string; cases: number; known: number }) => void;
  onCase: (done: number) => void;
};

/** Questions at the same time for a host that is to find out how many it does well with. */
const severalAtOnce = 4;

export type Calibrated = Calibration & { model: string; digest: string | null };

/** Measures how good a model reviews. What it was asked once, it is asked again only when it, or the question, changed. */
export async function calibrateReviewer(
  { config, secrets, paths, env, clock }: ReviewPlace,
  { model: named, onStart, onCase }: CalibrationOrder,
  signal: AbortSignal,
): Promise<Calibrated> {
  const provider = openModels({ config, secrets, paths, env }, clock);
  try {
    const model = await chooseReviewModel(config, named, provider, signal);
    const digest = await digestOf(provider, model, signal);
    const cases = loadCalibrationSet();
    const { checkFor, strictness } = config.codeReview;
    const { parallel, hosts } = config.ollama;
    const measured = { model, digest, cases, checkFor };
    const directory = calibrationFolder(paths.state);
    await mkdir(paths.state, { recursive: true, mode: 0o700 });
    await writeNew(join(paths.state, '.gitignore'), '*\n');
    const known = await readCalibration(directory, measured);
    onStart({ model, cases: cases.length, known: cases.filter(({ id }) => known.has(id)).length });
    const chats = withTemperature(provider, config);
    const options = {
      reviewer: openMeasuredReviewer({ config, model: chats }),
      model,
      known,
      parallel: (parallel === 'auto' ? severalAtOnce : parallel) * hosts.length,
      keep: async (results: Parameters<typeof writeCalibration>[2]) => {
        await writeCalibration(directory, measured, results);
        onCase(results.length);
      },
    };
    const results = await calibrate(cases, options, signal);
    return { ...summariseCalibration(results, strictness), model, digest };
  } finally {
    await provider.close();
  }
}
