import type { Environment } from '../../config/environment.ts';
import type { Paths } from '../../config/paths.ts';
import type { Config } from '../../config/schema.ts';
import { chooseModel } from '../../domain/choose-model.ts';
import { Failure } from '../../domain/failure.ts';
import { readDiff } from '../../domain/read-diff.ts';
import type { Verdict } from '../../domain/review.ts';
import type { Clock } from '../../ports.ts';
import type { OllamaProvider } from '../../models/ollama.ts';
import { writeAnnotations } from '../../review/annotations.ts';
import { writeSarif } from '../../review/sarif.ts';
import { readLocalDiff } from '../../workspace/local-diff.ts';
import { withTemperature } from './model-settings.ts';
import { openModels } from './open-models.ts';
import type { ModelConfig } from './open-models.ts';
import { openReviewer } from './open-reviewer.ts';
import { version } from '../version.ts';

/** Where a review happens, and with what. */
export type ReviewPlace = ModelConfig & { paths: Paths; env: Environment; clock: Clock };

export type DiffOrder = {
  /** Null: the base branch, or HEAD for what is staged. */
  base: string | null;
  staged: boolean;
  /** Null: as configured, else the one that suits best of those a server has. */
  model: string | null;
  /** Told before the model is asked. */
  onStart: (review: { model: string; base: string; files: number }) => void;
};

/** `base` as people name it, `baseSha` the commit, `tree` what was compared with it. */
export type ReviewedDiff = {
  base: string;
  baseSha: string;
  tree: string;
  files: number;
  /** Null when there was nothing to review. */
  verdict: Verdict | null;
};

/** Has the reviewer judge a local change. Throws where there is no valid verdict: silence is no approval. */
export async function reviewDiff(
  place: ReviewPlace,
  { base: wanted, staged, model: named, onStart }: DiffOrder,
  signal: AbortSignal,
): Promise<ReviewedDiff> {
  const { config, paths, env, clock } = place;
  const { diff, ...compared } = await readLocalDiff(
    {
      directory: paths.root,
      base: wanted,
      staged,
      baseBranch: config.git.baseBranch ?? null,
      remote: config.git.remote,
      indexFile: env['GIT_INDEX_FILE'] ?? null,
      path: env['PATH'] ?? '',
    },
    signal,
  );
  const files = readDiff(diff).length;
  if (diff === '') return { ...compared, files, verdict: null };
  const provider = openModels(place, clock);
  try {
    const model = await chooseReviewModel(config, named, provider, signal);
    onStart({ model, base: compared.base, files });
    const chats = withTemperature(provider, config);
    const reviewer = openReviewer({ config, state: paths.state, model: chats, provider });
    const change = { tree: compared.tree, diff, files: [] };
    const checks = { tree: compared.tree, results: [] };
    return {
      ...compared,
      files,
      verdict: await reviewer.review({ task: null, change, checks, model }, signal),
    };
  } finally {
    await provider.close();
  }
}

export async function chooseReviewModel(
  { codeReview, ollama }: Config,
  named: string | null,
  provider: OllamaProvider,
  signal: AbortSignal,
): Promise<string> {
  const configured = named ?? codeReview.model ?? ollama.defaultModel;
  if (configured !== undefined) return configured;
  const found = chooseModel(await provider.list(signal));
  if (found !== null) return found;
  throw new Failure('NO_MODEL', 'The model server has no model that can review.');
}

/** What a review found, in the form of another program: a SARIF log, or commands of a GitHub workflow. */
export function formatReview({ verdict }: ReviewedDiff, format: 'sarif' | 'github'): string {
  const findings = verdict?.findings ?? [];
  if (format === 'github') return writeAnnotations(findings).join('\n');
  const { model = null, summary = '', advisory = null } = verdict ?? {};
  return JSON.stringify(writeSarif(findings, { version, model, summary, advisory }), null, 2);
}
