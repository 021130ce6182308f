import { describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../../src/domain/change.ts';
import {
  checkFeedback,
  guardFeedback,
  noRounds,
  reviewFeedback,
  roundLimits,
  unchangedFeedback,
} from '../../src/domain/feedback.ts';

const result: CheckResult = {
  name: 'test',
  outcome: 'broken',
  exitCode: 1,
  baseExitCode: 0,
  elapsedMs: 5,
  output: 'expected 1, got 2',
};

describe('rounds', () => {
  it('are limited for every kind of fault, the review as its policy says', () => {
    expect(Object.keys(roundLimits(2)).sort()).toEqual(Object.keys(noRounds).sort());
    expect(roundLimits(5)).toMatchObject({ review: 5 });
    expect(Object.values(noRounds)).toEqual([0, 0, 0, 0]);
  });
});

describe('feedback to the coder', () => {
  it('asks for a change or a reason when there is neither', () => {
    expect(unchangedFeedback).toMatch(/Make the change now.*say so and give the reason/);
  });

  it('shows each check that the change broke, and no other', () => {
    const tree = 'f'.repeat(40);
    const results: CheckResult[] = [
      result,
      { ...result, name: 'types', baseExitCode: null, exitCode: null, output: 'timed out' },
      { ...result, name: 'lint', outcome: 'still-red', output: 'old fault' },
    ];
    const text = checkFeedback({ tree, results });
    expect(text).toContain('Check "test" exited 1; before the change it exited 0:\nexpected 1, got 2');
    expect(text).toContain('Check "types" exited by a signal or time-out:\ntimed out');
    expect(text).not.toContain('old fault');
  });

  it('names the place and the reason of each refusal', () => {
    const text = guardFeedback([
      { path: 'a.ts', line: 3, reason: 'a conflict marker' },
      { path: '.npmrc', line: 0, reason: 'protected' },
    ]);
    expect(text.split('\n').slice(1)).toEqual(['- a.ts:3: a conflict marker', '- .npmrc: protected']);
  });

  it('passes findings on with their place and what the reviewer proposes', () => {
    const finding = {
      severity: 'HIGH',
      category: 'bugs',
      file: 'a.ts',
      line: 7,
      message: 'off by one',
    } as const;
    const text = reviewFeedback([
      { ...finding, suggestion: 'Use <.' },
      { ...finding, severity: 'LOW', line: 0, message: 'no tests' },
    ]);
    expect(text.split('\n').slice(1)).toEqual([
      '- [HIGH] a.ts:7: off by one Suggestion: Use <.',
      '- [LOW] a.ts: no tests',
    ]);
  });
});
