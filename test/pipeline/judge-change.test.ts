import { describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Verdict } from '../../src/domain/review.ts';
import type { Making, Stretch } from '../support/making.ts';
import { make } from '../support/making.ts';

const check = (outcome: CheckResult['outcome']): CheckResult => {
  return { name: 'test', outcome, exitCode: 1, baseExitCode: 1, elapsedMs: 1, output: 'no' };
};
const finding = {
  severity: 'CRITICAL',
  category: 'security',
  file: 'a.ts',
  line: 1,
  message: 'a hole',
} as const;
const refusal = { code: 'GUARD_SECRET', path: 'a.ts', line: 0, reason: 'a key' } as const;
const parts = [{ title: 'First', description: 'Do it.', criteria: [], after: [] }];

describe('nothing changed', () => {
  it.each<[Stretch['ended'], unknown]>([
    [
      { end: 'no-change-needed', reason: 'it is there already' },
      { kind: 'hold', change: null, code: 'NO_CHANGE_NEEDED', reason: 'it is there already' },
    ],
    [
      { end: 'question', question: 'which one?' },
      { kind: 'hold', change: null, code: 'QUESTION', reason: 'which one?' },
    ],
    [
      { end: 'answered', answer: 'in a.ts' },
      { kind: 'hold', change: null, code: 'ANSWERED', reason: 'in a.ts' },
    ],
    [
      { end: 'split', reason: 'it is too much', parts },
      { kind: 'hold', change: null, code: 'SPLIT', reason: 'it is too much', parts },
    ],
    [
      { end: 'gave-up', code: 'MODEL_BAD_EDITS', reason: 'nothing matched' },
      { kind: 'failed', failure: { code: 'MODEL_BAD_EDITS', message: 'nothing matched' } },
    ],
    [
      { end: 'finished' },
      {
        kind: 'failed',
        failure: {
          code: 'NO_CHANGES',
          message: 'The model coder said it was done, but no file differs from the base.',
        },
      },
    ],
  ])('means what the coder says: %j', async (ended, expected) => {
    const { made, reviewed } = await make({ stretches: [{ ...(ended === undefined ? {} : { ended }) }] });
    expect(made).toMatchObject(expected as object);
    expect(reviewed).toEqual([]);
  });
});

describe('something changed', () => {
  it('is not published when the coder gave up or asks', async () => {
    const gaveUp = await make({
      stretches: [{ text: 'half', ended: { end: 'gave-up', code: 'MODEL_LIMIT' } }],
    });
    expect(gaveUp.made).toMatchObject({
      kind: 'failed',
      failure: { code: 'MODEL_LIMIT' },
      change: { diff: 'half' },
    });
    const asks = await make({
      stretches: [{ text: 'half', ended: { end: 'question', question: 'which?' } }],
    });
    expect(asks.made).toMatchObject({ kind: 'hold', change: null, code: 'QUESTION', reason: 'which?' });
  });

  it('is worth what it holds, though the coder says that nothing needs to change', async () => {
    const { made } = await make({
      stretches: [{ text: 'one', ended: { end: 'no-change-needed', reason: 'no' } }],
    });
    expect(made.kind).toBe('publish');
  });

  it.each<[string, Omit<Making, 'stretches'>, unknown]>([
    [
      'passed and mended checks publish',
      { checks: [[check('passed'), check('mended')]] },
      { kind: 'publish' },
    ],
    [
      'a check that was red before waits for a person',
      { checks: [[check('still-red')]] },
      {
        kind: 'hold',
        code: 'CHECKS_STILL_RED',
        reason: 'Failed before the change and fails after it: test.',
      },
    ],
    [
      'a broken check fails',
      { checks: [[check('broken'), { ...check('broken'), name: 'types' }]] },
      { failure: { message: 'Passed before the change and failed after it: test, types.' } },
    ],
    [
      'a refusal fails, with its place where it has one',
      { refusals: [[refusal, { ...refusal, line: 2 }]] },
      { failure: { code: 'GUARD_SECRET', message: 'a.ts: a key; also: a.ts:2 (GUARD_SECRET)' } },
    ],
    [
      'a refused line is named',
      { refusals: [[{ ...refusal, line: 2 }]] },
      { failure: { message: 'a.ts:2: a key' } },
    ],
    [
      'one blocking finding waits for a person where the policy says so',
      { verdicts: [{ findings: [finding] }], plan: { review: { ...policy(), onBlock: 'hold' } } },
      { kind: 'hold', code: 'REVIEW_BLOCKED', reason: 'The reviewer found 1 blocking problem.' },
    ],
    [
      'more of them too',
      { verdicts: [{ findings: [finding, finding] }], plan: { review: { ...policy(), onBlock: 'hold' } } },
      {
        reason: 'The reviewer found 2 blocking problems.',
        change: { verdict: { findings: [finding, finding] } },
      },
    ],
    [
      'findings that were not mended fail when mending changed nothing',
      { verdicts: [{ findings: [finding], summary: 'A hole.' }] },
      {
        kind: 'failed',
        failure: { code: 'REVIEW_BLOCKED', message: "The reviewer's findings were not mended: A hole." },
      },
    ],
    ['no review publishes without a verdict', { plan: { reviewer: null } }, { change: { verdict: null } }],
  ])('%s', async (_what, making, expected) => {
    const { made } = await make({ stretches: [{ text: 'one' }], ...making });
    expect(made).toMatchObject(expected as object);
  });

  it('is told check by check, refusal by refusal, and with all findings', async () => {
    const { events } = await make({
      stretches: [{ text: 'one' }, { text: 'two' }],
      checks: [[check('passed')]],
      refusals: [[refusal], []],
      verdicts: [{ findings: [{ ...finding, severity: 'LOW' }] }],
    });
    expect(events.filter(({ type }) => type === 'check:finished')).toHaveLength(2);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'guard:refused', code: 'GUARD_SECRET', path: 'a.ts', reason: 'a key' }),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'review:finished',
      model: 'judge',
      findings: [{ severity: 'LOW' }],
    });
  });
});

describe('a mechanical change', () => {
  const recipe = { recipe: 'fix-typo', args: {}, pattern: '', confidence: 1 } as const;
  const plan = { recipe, model: 'recipe/fix-typo', models: [] };
  const reviewedBy = (verdict: Partial<Verdict> | FailureCode, more: Making['plan'] = plan) =>
    make({
      stretches: [{ text: 'one' }],
      verdicts: [typeof verdict === 'string' ? new Failure(verdict, 'so it is') : verdict],
      plan: more,
    });

  it('does not wait for a reviewer that is not to be had, and says so', async () => {
    const { made } = await reviewedBy('MODEL_UNREACHABLE');
    const text = 'A mechanical change, made and checked without a model; no model has reviewed it.';
    expect(made).toMatchObject({ kind: 'publish', change: { verdict: null, remarks: [{ text }] } });
  });

  it('is reviewed like any other where that can be', async () => {
    const { made } = await reviewedBy({});
    expect(made).toMatchObject({ kind: 'publish', change: { verdict: { model: 'judge' }, remarks: [] } });
  });

  it.each<FailureCode>(['REVIEW_FAILED', 'DISK_FULL'])('fails of what is no outage: %s', async (code) => {
    expect((await reviewedBy(code)).made).toMatchObject({ kind: 'failed', failure: { code } });
  });

  it('is the only one that need not be reviewed', async () => {
    const { made } = await reviewedBy('MODEL_UNREACHABLE', {});
    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'MODEL_UNREACHABLE' } });
  });
});

function policy() {
  return { strictness: 'medium', blockOnCritical: true, maxRounds: 2 } as const;
}
