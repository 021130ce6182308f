import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import { approve } from '../../src/pipeline/decide-review.ts';
import { findTicket } from '../../src/pipeline/find-ticket.ts';
import { recoverWork } from '../../src/pipeline/recover-work.ts';
import type { Story } from '../../src/pipeline/story.ts';
import type { FailMode } from '../support/fail-at.ts';
import { failingAt, failModes } from '../support/fail-at.ts';
import { assertInvariants } from '../support/invariants.ts';
import { storyPlace } from '../support/story-place.ts';
import type { TestStory } from '../support/story.ts';
import { workToEnd } from '../support/work.ts';
import { someSpending as spent, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');
const never = new AbortController().signal;

/** What is not known to have happened: a machine's error, or a remote that broke off. */
function errorOf(effect: string): Error {
  if (effect.startsWith('repository') || effect.startsWith('forge'))
    return new Failure('GIT_REMOTE_UNREACHABLE', `the answer to ${effect} was lost`);
  return Object.assign(new Error(`EMFILE: injected at ${effect}`), { code: 'EMFILE' });
}

type Scenario = {
  held: boolean;
  /** What happens while nobody runs. */
  between: (opened: TestStory) => Promise<unknown>;
  live: (opened: TestStory, story: Story, id: string) => Promise<void>;
};

async function work(opened: TestStory, story: Story): Promise<void> {
  await recoverWork(story);
  await workToEnd(opened, story);
}

async function workAndApprove(opened: TestStory, story: Story, id: string): Promise<void> {
  await work(opened, story);
  const found = await findTicket(story, id);
  if (found.state === 'review' && found.record?.hold != null) await approve(story, found, never);
}

async function mergeOpen({ forge, record }: TestStory): Promise<void> {
  const open = await forge.find(record()?.branch ?? '');
  if (open?.state === 'open') await forge.merge(open);
}

const scenarios: Record<string, Scenario> = {
  plain: { held: false, between: () => Promise.resolve(), live: work },
  'merged meanwhile': { held: false, between: mergeOpen, live: work },
  'held and approved': { held: true, between: () => Promise.resolve(), live: workAndApprove },
};

describe.each(Object.entries(scenarios))('an effect whose answer does not come, %s', (name, scenario) => {
  it.each(failModes)(
    '%s',
    async (mode) => {
      let n = 1;
      while ((await survive(scenario, { n, mode, id: `l${name.length}${mode}-${n}` })) !== null) n += 1;
      expect(n).toBeGreaterThan(10);
    },
    180_000,
  );
});

/** The effect that failed, after which everything is as it was promised; null when there is no such effect. */
async function survive(
  { held, between, live }: Scenario,
  { n, mode, id }: { n: number; mode: FailMode; id: string },
): Promise<string | null> {
  const repository = place.repository();
  const root = place.directory();
  const fingerprint = await repository.fingerprint();
  const reason = 'The reviewer found 1 blocking problem.';
  const change = place.change();
  const made = held
    ? ({ kind: 'hold', change, code: 'REVIEW_BLOCKED', reason, spent } as const)
    : ({ kind: 'publish', change, spent } as const);
  const open = () => place.open({ workshop: workshopDouble(made) }, root);
  const first = await open();
  first.drop(id);
  const failing = failingAt(n, mode, first.story, errorOf);
  await live(first, failing.story, id).catch(() => undefined);
  await between(first);
  const second = await open();
  await live(second, second.story, id);
  const merged = Object.fromEntries(Object.entries(fingerprint).filter(([part]) => part === 'config'));
  await assertInvariants(
    {
      repository: {
        ...repository,
        fingerprint: async () => ({ config: (await repository.fingerprint())['config'] ?? '' }),
      },
      folder: (state) => join(root, state),
      state: join(root, 'state'),
    },
    {
      promised: [{ id, file: `${id}.md`, words: 'Please greet people.', ends: ['review', 'done'] }],
      fingerprint: merged,
    },
  ).catch((error: unknown) => {
    throw new Error(`${mode} ${n} (${failing.failed() ?? 'nothing'}): ${String(error)}`);
  });
  return failing.failed();
}
