import type { Change } from '../domain/change.ts';
import { judgeCriteria, metCriteria } from '../domain/criteria.ts';
import { Failure } from '../domain/failure.ts';
import { together } from '../domain/together.ts';
import type { PullRequest, PullRequestDraft } from '../domain/forge.ts';
import type { WorkDone } from '../domain/pull-request.ts';
import { writeCommitMessage, writePullRequestBody, writePullRequestTitle } from '../domain/pull-request.ts';
import type { Finding } from '../domain/review.ts';
import type { StepHook } from '../domain/hook.ts';
import { isRefusalCode } from '../domain/refusal-code.ts';
import type { Publication, RunRecord, Task } from '../domain/run.ts';
import { describeWork } from '../domain/ticket-note.ts';
import { ticketOf } from './bench.ts';
import { refusalFailure } from './hold-refused.ts';
import type { Site, Story } from './story.ts';
import { siteOf } from './story.ts';
import { wasEdited } from './was-edited.ts';

/** A made change together with what is needed to bring it out. */
export type Finished = { task: Task; branch: string; change: Change; milestone?: string; issue?: string };

/**
 * Commits a change on its branch; from here on the journal alone can publish it. The guards look once more, at the
 * very tree that is committed, and a verdict on another tree is none.
 */
export async function commitChange(story: Story, record: RunRecord, finished: Finished): Promise<RunRecord> {
  const { change, branch } = finished;
  if (change.verdict !== null && change.verdict.tree !== change.tree)
    throw new Failure(
      'REVIEW_FAILED',
      `The verdict is about tree ${change.verdict.tree}, not ${change.tree}.`,
    );
  const edited = await wasEdited(story, record);
  const publication = describe(story, { ...record, edited }, finished);
  await inspectOnceMore(siteOf(story, record), change, { publication, hold: record.hold });
  await atHook(story, record, { hook: 'commit:before', branch });
  const head = await siteOf(story, record).repository.commit({
    branch,
    tree: change.tree,
    parent: change.base.sha,
    message: publication.message,
  });
  const { rework } = record;
  const committed: RunRecord = {
    ...record,
    ...(rework === undefined ? {} : { rework: { ...rework, isDue: false } }),
    step: 'committed',
    edited,
    base: change.base,
    branch,
    head,
    tree: change.tree,
    reviewedTree: change.verdict?.tree ?? null,
    publication,
  };
  await story.journal.save(committed);
  story.observe({
    type: 'change:committed',
    ...ticketOf({ identity: record, runId: record.runId }),
    branch,
    head,
    tree: change.tree,
    base: change.base.sha,
    model: change.model,
    reviewer: change.verdict?.model ?? null,
    reviewedTree: change.verdict?.tree ?? null,
    checks: change.checks.results.map(({ name, outcome }) => `${name} ${outcome}`),
  });
  return committed;
}

async function atHook(
  { hook: run }: Story,
  record: RunRecord,
  moment: { hook: StepHook; branch: string },
  signal = new AbortController().signal,
): Promise<void> {
  await run?.({ ...moment, ...ticketOf({ identity: record, runId: record.runId }) }, signal);
}

/** What a person is to decide about is not refused again; a secret is, whatever anybody decides. */
async function inspectOnceMore(
  { guard }: Site,
  change: Change,
  { publication, hold }: { publication: Publication; hold: RunRecord['hold'] },
): Promise<void> {
  const { message, title, body } = publication;
  const seen = await guard.inspect(change);
  const refusals =
    hold !== null && isRefusalCode(hold.code)
      ? seen.refusals.filter(({ code }) => !isRefusalCode(code))
      : seen.refusals;
  const written = await guard.inspectTexts([
    { name: 'the commit message', text: message },
    { name: 'the pull request', text: `${title}\n${body}` },
  ]);
  const [refusal] = [...refusals, ...written];
  if (refusal !== undefined) throw refusalFailure([refusal]);
}

/** `isInBase`: there is nothing to ask for, because the base has all of it already. */
export type Published = { record: RunRecord; pullRequest: PullRequest | null; isInBase?: true };

/**
 * Brings a committed change out: push, then the pull request. Every effect is asked for before it is repeated: the
 * pull request of our branch in whatever state, because a person may have merged it while we were away.
 */
export async function publishChange(
  story: Story,
  record: RunRecord,
  signal: AbortSignal,
): Promise<Published> {
  const { branch, head, base, publication } = record;
  if (branch === null || head === null || base === null || publication === null)
    throw new Failure('INTERNAL', `The record of ${record.id} says ${record.step} but holds no change.`);
  const { createPullRequest, draft } = story.settings();
  const ticket = ticketOf({ identity: record, runId: record.runId });
  const site = siteOf(story, record);

  const existing = createPullRequest ? await site.forge.find(branch) : null;
  // What was decided while it was reworked stays decided.
  const isDecided = existing?.head === head || record.rework !== undefined;
  if (existing !== null && existing.state !== 'open' && isDecided) {
    const { number, url } = existing;
    return { record: { ...record, step: 'published', pullRequest: { number, url } }, pullRequest: existing };
  }

  await atHook(story, record, { hook: 'push:before', branch }, signal);
  const isRemote = await site.repository.push(branch, head, signal);
  if (isRemote) story.observe({ type: 'branch:pushed', ...ticket, branch, head });
  const pushed: RunRecord = { ...record, step: 'pushed' };
  const onRecord = story.journal.save(pushed);
  if (!createPullRequest) {
    await onRecord;
    return { record: pushed, pullRequest: null };
  }

  const { title, body, findings, milestone } = publication;
  const summary = summarise(record, findings);
  const order = { branch, base: base.branch, head, title, body, draft, findings, summary };
  const whole = milestone === undefined ? order : { ...order, milestone };
  const opening = openPullRequest(site, whole, signal).then((opened) => {
    // Whatever becomes of the record: the next run finds it open, and says nothing.
    if (opened !== null && opened.number !== existing?.number)
      story.observe({
        type: 'pull-request:opened',
        ...ticket,
        number: opened.number,
        url: opened.url,
        branch,
      });
    return opened;
  });
  const [pullRequest] = await together([opening, onRecord]);
  if (pullRequest === null)
    return { record: { ...pushed, step: 'published' }, pullRequest: null, isInBase: true };
  const { number, url } = pullRequest;
  return { record: { ...pushed, step: 'published', pullRequest: { number, url } }, pullRequest };
}

/** A branch that the forge does not have, although it was pushed, is pushed once more. */
async function openPullRequest(
  { forge, repository }: Site,
  draft: PullRequestDraft,
  signal: AbortSignal,
): Promise<PullRequest | null> {
  try {
    return await forge.open(draft);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'FORGE_HEAD_MISSING') throw error;
    await repository.push(draft.branch, draft.head, signal);
    return forge.open(draft);
  }
}

function summarise({ reviewedTree }: RunRecord, { length }: readonly Finding[]): string {
  if (reviewedTree === null) return 'checked; the review is switched off';
  return `checked and reviewed: ${length === 0 ? 'no findings' : length === 1 ? '1 finding' : `${length} findings`}`;
}

function describe(
  story: Story,
  record: RunRecord,
  { task, branch, change, milestone, issue }: Finished,
): Publication {
  const { redact } = story;
  const settings = story.settings();
  const criteria = judgeCriteria(task.criteria, { diff: change.diff, checks: change.checks.results });
  const work: WorkDone = {
    id: record.id,
    key: record.key,
    runId: record.runId,
    title: task.title,
    description: task.brief,
    criteria,
    model: change.model,
    verdict: change.verdict,
    checks: change.checks.results,
    remarks: change.remarks,
    spent: record.spent,
    ...(issue === undefined ? {} : { issue }),
    edited: record.edited,
  };
  return {
    task,
    message: redact(writeCommitMessage(settings.commitMessage, work)),
    title: redact(writePullRequestTitle(settings.pullRequestTitle, work)),
    body: redact(writePullRequestBody(settings.pullRequestBody, work)),
    findings: change.verdict?.findings ?? [],
    files: change.files.map((file) => file.path),
    met: metCriteria(criteria),
    ...(milestone === undefined ? {} : { milestone }),
    report: describeWork(change, { criteria, branch }),
  };
}
