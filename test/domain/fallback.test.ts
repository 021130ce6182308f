import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { decisiveFailure, isOfTheModel, mayAnotherModelHelp } from '../../src/domain/fallback.ts';
import type { Stage } from '../../src/domain/run.ts';

const failure = (code: FailureCode, retryAfterSeconds?: number) =>
  new Failure(code, 'it went wrong', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });

describe('another model', () => {
  it.each<[FailureCode, Stage, boolean]>([
    ['MODEL_TIMEOUT', 'code', true],
    ['MODEL_TIMEOUT', 'check', true],
    ['MODEL_TIMEOUT', 'guard', true],
    ['MODEL_TIMEOUT', 'review', false],
    ['MODEL_TIMEOUT', 'open', false],
    ['MODEL_TIMEOUT', 'publish', false],
    ['NO_CHANGES', 'code', true],
    ['CHECKS_BROKEN', 'check', true],
    ['GUARD_PLACEHOLDER', 'guard', true],
    ['GUARD_SECRET', 'guard', false],
    ['DISK_FULL', 'code', false],
  ])('after %s at %s may help: %s', (code, stage, may) => {
    expect(mayAnotherModelHelp(failure(code), stage)).toBe(may);
  });

  it.each<[FailureCode, boolean]>([
    ['MODEL_UNREACHABLE', true],
    ['NO_CHANGES', true],
    ['GUARD_PLACEHOLDER', true],
    ['GUARD_PROTECTED_PATH', false],
    ['INTERNAL', false],
  ])('is to blame for %s: %s', (code, is) => {
    expect(isOfTheModel(failure(code))).toBe(is);
  });
});

describe('what ends a run whose models all failed', () => {
  it('is the last one that a model is to blame for, whatever was out of reach after it', () => {
    const [first, last] = [failure('NO_CHANGES'), failure('CHECKS_BROKEN')];
    expect(decisiveFailure([first, last, failure('MODEL_UNREACHABLE')])).toBe(last);
    expect(decisiveFailure([failure('MODEL_UNREACHABLE'), first])).toBe(first);
  });

  it('is the outage that is over soonest, when none was to be had', () => {
    const [long, short] = [failure('MODEL_UNREACHABLE', 60), failure('MODEL_UNREACHABLE', 5)];
    expect(decisiveFailure([long, short])).toBe(short);
    expect(decisiveFailure([short, long])).toBe(short);
    const unsaid = failure('MODEL_UNREACHABLE');
    expect(decisiveFailure([short, unsaid])).toBe(unsaid);
  });
});
