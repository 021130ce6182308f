import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MergeSigns } from '../../src/domain/forge.ts';
import { openPeople } from '../../src/forge/people.ts';
import { startFakeForge } from '../support/fake-forge.ts';
import type { FakeForge, FakeIssue, FakeReview } from '../support/fake-forge.ts';
import { draftOf, hostedForge } from '../support/hosted-forge.ts';
import type { Kind } from '../support/hosted-forge.ts';

let fake: FakeForge;
beforeEach(async () => {
  fake = await startFakeForge();
  fake.permissions.set('ada', 'write');
});
afterEach(() => fake.close());

const head = 'a'.repeat(40);
const asking = { github: 'CHANGES_REQUESTED', gitea: 'REQUEST_CHANGES' };

/** A pull request of ours with our status, that the forge would merge. */
async function openOne(kind: Kind) {
  const { forge, api, clock } = hostedForge(fake, kind);
  await forge.open(draftOf('ticket/a', { findings: [] }));
  const [pull] = fake.pulls;
  if (pull === undefined) throw new Error('none was opened');
  pull.mergeable_state = 'clean';
  const people = openPeople({ kind, api, clock, place: { owner: 'acme', repo: 'greeter' } });
  let id = 0;
  const review = (login: string, state: string, more: Partial<FakeReview> = {}): FakeReview => ({
    id: (id += 1),
    user: { login },
    state,
    body: 'Say more.',
    commit_id: head,
    submitted_at: '2026-01-02T10:00:00Z',
    ...more,
  });
  const signs = async (reviews: FakeReview[]): Promise<MergeSigns | null> => {
    fake.reviews.set(1, reviews);
    return (await people.news(1))?.merging ?? null;
  };
  return { pull, people, clock, review, signs };
}

describe.each(['github', 'gitea'] as const)('news of a pull request on %s', (kind) => {
  const asks = asking[kind];

  it('tell what stands for a merge, and what against it', async () => {
    const { pull, review, signs } = await openOne(kind);
    const good = { isDraft: false, isBlocked: false, isGreen: true, isContested: false, approvedBy: ['ada'] };
    const approval = review('ada', 'APPROVED');
    expect(await signs([approval])).toEqual(good);
    expect(await signs([])).toEqual({ ...good, approvedBy: [] });
    expect(await signs([review('ada', 'APPROVED', { commit_id: 'older' })])).toMatchObject({
      approvedBy: [],
    });
    expect(await signs([approval, review('ada', asks)])).toMatchObject({ isContested: true, approvedBy: [] });
    expect(await signs([approval, review('eve', asks)])).toMatchObject({ isContested: true });
    expect(await signs([review('ada', asks), approval, review('ada', 'COMMENTED')])).toEqual(good);
    Object.assign(pull, { mergeable: null });
    expect(await signs([approval])).toMatchObject({ isBlocked: true });
    Object.assign(pull, { mergeable: true, title: 'WIP: greet' });
    expect(await signs([approval])).toMatchObject({ isDraft: true });
    Object.assign(pull, { title: 'Greet', draft: true });
    expect(await signs([approval])).toMatchObject({ isDraft: true });
    Object.assign(pull, { state: 'closed' });
    expect(await signs([approval])).toBeNull();
  });

  it('know no check as passed that runs, failed, is strange or is missing', async () => {
    const { signs } = await openOne(kind);
    const ours = fake.statuses.get(head) ?? [];
    const isGreen = async (states: string[]): Promise<boolean | undefined> => {
      const others = states.map((state, at) => ({
        context: `ci/${at}`,
        state,
        status: state,
        description: '',
      }));
      fake.statuses.set(head, [...others, ...ours]);
      return (await signs([]))?.isGreen;
    };
    expect(await isGreen(['success', 'success'])).toBe(true);
    for (const state of ['pending', 'failure', 'error', 'warning', ''])
      expect([state, await isGreen(['success', state])]).toEqual([state, false]);
    ours.splice(0);
    expect(await isGreen(['success'])).toBe(false);
    ours.push({ context: 'ticketmill', state: 'failure', status: 'failure', description: '' });
    expect(await isGreen([])).toBe(false);
  });

  it('hear who asks for changes on the last of many pages, and nobody whose word was dismissed', async () => {
    const { people, review } = await openOne(kind);
    const many = Array.from({ length: 120 }, () => review('ada', 'COMMENTED'));
    fake.reviews.set(1, [...many, review('ada', asks)]);
    expect((await people.news(1))?.requests).toEqual([expect.objectContaining({ id: 'review:121' })]);
    fake.reviews.set(1, [review('ada', asks, { dismissed: true }), review('bob', 'DISMISSED')]);
    expect(await people.news(1)).toMatchObject({ requests: [], merging: { isContested: false } });
  });
});

describe.each(['github', 'gitea'] as const)('labelled issues on %s', (kind) => {
  const labels = [{ name: 'ticketmill' }];
  const issue = (number: number): FakeIssue => ({
    number,
    title: `Issue ${number}`,
    body: '',
    html_url: `https://forge.example.org/issues/${number}`,
    state: 'open',
    updated_at: '2026-01-02T10:00:00Z',
    labels,
    user: { login: 'eve' },
  });

  it('are found on every page', async () => {
    const { people } = await openOne(kind);
    fake.issues.push(...Array.from({ length: 230 }, (_, index) => issue(index + 1)), {
      ...issue(231),
      labels: [],
    });
    const found = await people.labelled('ticketmill');
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  });

  it('tell who gave the label last, however much happened before', async () => {
    const { people } = await openOne(kind);
    const given = (login: string, name: string) => ({
      event: 'labeled',
      label: { name },
      actor: { login },
      created_at: '2026-01-02T10:00:00Z',
    });
    const others = Array.from({ length: 150 }, () => given('bob', 'bug'));
    fake.issueEvents.set(7, [given('eve', 'ticketmill'), ...others, given('ada', 'Ticketmill')]);
    expect(await people.whoLabelled(7, 'ticketmill')).toEqual({ by: 'ada', at: '2026-01-02T10:00:00Z' });
    expect(await people.whoLabelled(7, 'mill')).toBeNull();
    expect(await people.whoLabelled(8, 'ticketmill')).toBeNull();
  });
});

describe('who may write', () => {
  it.each([
    ['admin', true],
    ['write', true],
    ['triage', false],
    ['read', false],
    ['none', false],
  ])('S59: is not whoever may label: %s', async (role, may) => {
    const { people, clock } = await openOne('github');
    // What GitHub says of a role that is no permission is the permission below it.
    const permission = role === 'triage' ? 'read' : role;
    fake.trouble = ({ path }) =>
      path.endsWith('/collaborators/tess/permission')
        ? { status: 200, body: { permission, role_name: role } }
        : undefined;
    expect(await people.mayWrite('tess')).toBe(may);
    const asked = fake.calls.length;
    expect(await people.mayWrite('tess')).toBe(may);
    expect(fake.calls).toHaveLength(asked);
    await clock.advance(60_000);
    expect(await people.mayWrite('tess')).toBe(may);
    expect(fake.calls).toHaveLength(asked + 1);
  });

  it('is nobody whom the forge does not know, and holds nothing else back', async () => {
    const { people } = await openOne('github');
    fake.trouble = ({ path }) =>
      /collaborators|issues|pulls/.test(path) ? { status: 404, body: { message: 'Not Found' } } : undefined;
    expect(await people.mayWrite('gone')).toBe(false);
    expect(await people.issue(404)).toBeNull();
    expect(await people.news(404)).toBeNull();
    fake.trouble = () => undefined;
    expect(await people.mayWrite('ada')).toBe(true);
    fake.trouble = () => ({ status: 404, body: { message: 'Not Found' } });
    await expect(people.mayWrite('bob')).rejects.toMatchObject({ code: 'FORGE_NOT_FOUND' });
  });
});

describe('news of a pull request on GitHub', () => {
  it.each(['blocked', 'behind', 'dirty', 'unstable', 'unknown', 'draft'])(
    'heed its rules: %s',
    async (word) => {
      const { pull, review, signs } = await openOne('github');
      pull.mergeable_state = word;
      expect(await signs([review('ada', 'APPROVED')])).toMatchObject({ isBlocked: true });
    },
  );

  it('count check runs, of which some mean nothing and some are not to be seen', async () => {
    const { people, signs } = await openOne('github');
    const isGreen = async (...conclusions: (string | null)[]): Promise<boolean | undefined> => {
      const output = { title: '', summary: 'Red.' };
      const runs = conclusions.map((conclusion, at) => ({
        name: `job ${at}`,
        status: conclusion === null ? 'in_progress' : 'completed',
        conclusion,
        output,
      }));
      fake.checks.set(head, runs);
      return (await signs([]))?.isGreen;
    };
    expect(await isGreen('success', 'neutral', 'skipped')).toBe(true);
    for (const conclusion of ['failure', 'timed_out', 'cancelled', 'action_required', 'stale', null])
      expect([conclusion, await isGreen('success', conclusion)]).toEqual([conclusion, false]);
    await isGreen('failure', null);
    expect((await people.news(1))?.failedChecks).toEqual([]);
    await isGreen('failure', 'cancelled');
    expect((await people.news(1))?.failedChecks).toEqual([
      { id: `check:${head}:job 0`, name: 'job 0', text: 'Red.' },
    ]);
    fake.trouble = ({ path }) =>
      path.endsWith('/check-runs') ? { status: 200, body: { total_count: 3, check_runs: [] } } : undefined;
    expect((await signs([]))?.isGreen).toBe(false);
  });
});
