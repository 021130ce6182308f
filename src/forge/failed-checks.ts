import * as z from 'zod';
import type { FailedCheck } from '../domain/forge.ts';
import type { ForgeApi } from './forge-api.ts';
import { repository, statusContext } from './hosted-forge.ts';
import type { Place } from './hosted.ts';

type Checked = { id: string; name: string; state: 'running' | 'passed' | 'failed'; text: string };

/** The failed checks of a commit; none while one of them still runs, since all are mended together. */
export async function failedChecks(
  { kind, api, place }: { kind: 'github' | 'gitea'; api: ForgeApi; place: Place },
  sha: string,
): Promise<FailedCheck[]> {
  const at = { ...place, sha, per_page: 100, limit: 50 };
  const statuses = await api.ask(`GET ${repository}/commits/{sha}/statuses`, at, z.array(statusShape));
  const runs =
    kind === 'github'
      ? (await api.ask(`GET ${repository}/commits/{sha}/check-runs`, at, runsShape)).check_runs
      : [];
  const all = [...latestStatuses(statuses, sha), ...runs.map((run) => readRun(run, sha))];
  if (all.some(({ state }) => state === 'running')) return [];
  return all.flatMap(({ id, name, state, text }) => (state === 'failed' ? [{ id, name, text }] : []));
}

const statusShape = z.object({
  context: z.string(),
  state: z.string().nullish(),
  status: z.string().nullish(),
  description: z.string().nullish(),
});

/** The newest comes first; our own says nothing new. */
function latestStatuses(all: readonly z.output<typeof statusShape>[], sha: string): Checked[] {
  const latest = new Map<string, Checked>();
  for (const { context, state, status, description } of all) {
    if (context === statusContext || latest.has(context)) continue;
    const word = state ?? status ?? '';
    const read = word === 'pending' ? 'running' : /failure|error/.test(word) ? 'failed' : 'passed';
    latest.set(context, {
      id: `check:${sha}:${context}`,
      name: context,
      state: read,
      text: description ?? '',
    });
  }
  return [...latest.values()];
}

const text = z.string().nullish();
const runShape = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  output: z.object({ title: text, summary: text, text }).nullish(),
});
const runsShape = z.object({ check_runs: z.array(runShape) });

function readRun({ name, status, conclusion, output }: z.output<typeof runShape>, sha: string): Checked {
  const isFailed = ['failure', 'timed_out', 'startup_failure'].includes(conclusion ?? '');
  const state = status !== 'completed' ? 'running' : isFailed ? 'failed' : 'passed';
  const said = [output?.title, output?.summary, output?.text].filter((part) => part != null && part !== '');
  return { id: `check:${sha}:${name}`, name, state, text: said.join('\n') };
}
