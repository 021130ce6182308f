import * as z from 'zod';
import type { FailedCheck } from '../domain/forge.ts';
import type { ForgeApi } from './forge-api.ts';
import { repository, statusContext } from './hosted-forge.ts';
import type { Place } from './hosted.ts';

type Checked = { id: string; name: string; state: 'running' | 'passed' | 'failed' | 'unclear'; text: string };

export type HeadChecks = {
  /** None while one of them still runs, since all are mended together. */
  failed: FailedCheck[];
  /** Whether all of them are known and passed, and our own verdict is among them. */
  isGreen: boolean;
};

/** What the checks of a commit say. */
export async function headChecks(
  { kind, api, place }: { kind: 'github' | 'gitea'; api: ForgeApi; place: Place },
  sha: string,
): Promise<HeadChecks> {
  const at = { ...place, sha, per_page: 100, limit: 50 };
  const statuses = await api.ask(`GET ${repository}/commits/{sha}/statuses`, at, z.array(statusShape));
  const runs =
    kind === 'github'
      ? await api.ask(`GET ${repository}/commits/{sha}/check-runs`, at, runsShape)
      : { check_runs: [], total_count: 0 };
  const latest = latestStatuses(statuses, sha);
  const [ours, others] = [latest.get(statusContext), [...latest.values()].filter(isOfOthers)];
  const all = [...others, ...runs.check_runs.map((run) => readRun(run, sha))];
  const isAll =
    statuses.length < (kind === 'github' ? 100 : 50) && runs.total_count <= runs.check_runs.length;
  const isGreen = isAll && ours?.state === 'passed' && all.every(({ state }) => state === 'passed');
  if (all.some(({ state }) => state === 'running')) return { failed: [], isGreen };
  const failed = all.flatMap(({ id, name, state, text }) => (state === 'failed' ? [{ id, name, text }] : []));
  return { failed, isGreen };
}

/** Our own says nothing new. */
function isOfOthers({ name }: Checked): boolean {
  return name !== statusContext;
}

const statusShape = z.object({
  context: z.string(),
  state: z.string().nullish(),
  status: z.string().nullish(),
  description: z.string().nullish(),
});

/** By context; the newest comes first. */
function latestStatuses(all: readonly z.output<typeof statusShape>[], sha: string): Map<string, Checked> {
  const latest = new Map<string, Checked>();
  for (const { context, state, status, description } of all) {
    if (latest.has(context)) continue;
    const id = `check:${sha}:${context}`;
    latest.set(context, {
      id,
      name: context,
      state: readWord(state ?? status ?? ''),
      text: description ?? '',
    });
  }
  return latest;
}

/** Of a status by either forge, or of a check run that came to an end. */
function readWord(word: string): Checked['state'] {
  if (word === 'pending') return 'running';
  if (['failure', 'error', 'timed_out', 'startup_failure'].includes(word)) return 'failed';
  return ['success', 'neutral', 'skipped'].includes(word) ? 'passed' : 'unclear';
}

const text = z.string().nullish();
const runShape = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  output: z.object({ title: text, summary: text, text }).nullish(),
});
const runsShape = z.object({ check_runs: z.array(runShape), total_count: z.number() });

function readRun({ name, status, conclusion, output }: z.output<typeof runShape>, sha: string): Checked {
  const state = status === 'completed' ? readWord(conclusion ?? '') : 'running';
  const said = [output?.title, output?.summary, output?.text].filter((part) => part != null && part !== '');
  return { id: `check:${sha}:${name}`, name, state, text: said.join('\n') };
}
