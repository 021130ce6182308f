import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { isForModel, nextOnLadder, teaches } from '../../src/domain/ladder.ts';
import type { Stage } from '../../src/domain/run.ts';

const ladder = { recipe: 'rename-symbol', models: ['a', 'b'], escalation: ['strong', 'stronger'] };

/** Who goes on, after these failed in this order, the last of them with this code. */
function next(code: FailureCode, tried: string[], stage: Stage = 'code', of = ladder): string | null {
  const given = { failure: new Failure(code, 'it went wrong'), stage };
  return nextOnLadder(of, { current: tried.at(-1) ?? '', tried: new Set(tried) }, given);
}

describe('who goes on', () => {
  it.each<[string, FailureCode, string[], string | null]>([
    ['a peer for a model that was not to be had', 'MODEL_UNREACHABLE', ['a'], 'b'],
    ['nobody stronger for an outage at home', 'MODEL_UNREACHABLE', ['a', 'b'], null],
    [
      'the next rung for a strong one that was not to be had',
      'MODEL_UNREACHABLE',
      ['a', 'strong'],
      'stronger',
    ],
    ['a peer when there is no other rung', 'MODEL_UNREACHABLE', ['a', 'strong', 'stronger'], 'b'],
    ['a stronger one for who got no further', 'NO_CHANGES', ['a'], 'strong'],
    ['a stronger one for broken checks', 'CHECKS_BROKEN', ['a'], 'strong'],
    ['a stronger one for a full window', 'MODEL_CONTEXT_OVERFLOW', ['a'], 'strong'],
    ['a stronger one for who used up its steps', 'MODEL_LIMIT', ['a'], 'strong'],
    ['a peer for who got no further, at the top', 'NO_CHANGES', ['a', 'strong', 'stronger'], 'b'],
    ['nobody when all have tried', 'NO_CHANGES', ['a', 'b', 'strong', 'stronger'], null],
    ['a peer for who did not find the words', 'MODEL_BAD_EDITS', ['a'], 'b'],
    ['a stronger one when no peer is left', 'MODEL_BAD_EDITS', ['a', 'b'], 'strong'],
    ['a model for what a recipe declined', 'RECIPE_DECLINED', ['rename-symbol'], 'a'],
    ['a model for checks that a recipe broke', 'CHECKS_BROKEN', ['rename-symbol'], 'a'],
    ['nobody for what a recipe may not touch', 'GUARD_PROTECTED_PATH', ['rename-symbol'], null],
    ['nobody for a secret', 'GUARD_SECRET', ['a'], null],
  ])('is %s', (_what, code, tried, expected) => {
    expect(next(code, tried)).toBe(expected);
  });

  it('is only somebody stronger where a reviewer said no', () => {
    expect(next('REVIEW_BLOCKED', ['a'], 'review')).toBe('strong');
    expect(next('REVIEW_BLOCKED', ['a', 'strong', 'stronger'], 'review')).toBeNull();
    expect(next('REVIEW_BLOCKED', ['rename-symbol'], 'review')).toBe('a');
  });

  it('is nobody for what other stages did', () => {
    expect(next('MODEL_TIMEOUT', ['a'], 'review')).toBeNull();
    expect(next('NO_CHANGES', ['a'], 'publish')).toBeNull();
  });

  it('is a rung for a recipe where there are no models beside it', () => {
    const steep = { ...ladder, models: [] };
    expect(next('RECIPE_DECLINED', ['rename-symbol'], 'code', steep)).toBe('strong');
  });
});

it.each<[FailureCode, boolean, boolean]>([
  ['CHECKS_BROKEN', true, true],
  ['NO_CHANGES', true, true],
  ['RECIPE_DECLINED', true, true],
  ['MODEL_UNREACHABLE', false, false],
  ['MODEL_TIMEOUT', false, false],
  ['MODEL_NOT_FOUND', false, false],
  ['DISK_FULL', false, false],
  ['GUARD_PROTECTED_PATH', true, false],
])('%s teaches who goes on: %s; a model may do what a recipe did not: %s', (code, does, hands) => {
  const failure = new Failure(code, 'it went wrong');
  expect(teaches({ failure, stage: 'code' })).toBe(does);
  expect(isForModel(failure)).toBe(hands);
});
