import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CaseResult, Seeded } from '../../src/domain/calibration.ts';
import { percent, rateOf, summariseCalibration } from '../../src/domain/calibration.ts';
import { severities, strictnesses } from '../../src/domain/review.ts';

const seeded = (severity: Seeded['severity']): Seeded => ({ severity, category: 'bugs', difficulty: 'easy' });
const many = (count: number, result: Omit<CaseResult, 'id'>): CaseResult[] =>
  Array.from({ length: count }, (_, index) => ({ ...result, id: `${index}` }));

describe('a rate', () => {
  // Against the values that the literature gives for Wilson's score at 95 %.
  it.each([
    [0, 10, 0, 0.2775],
    [1, 10, 0.0179, 0.4042],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [50, 100, 0.4038, 0.5962],
  ])('of %i in %i lies between the bounds of Wilson', (hits, of, low, high) => {
    expect(rateOf(hits, of).low).toBeCloseTo(low, 3);
    expect(rateOf(hits, of).high).toBeCloseTo(high, 3);
  });

  it('of nothing says nothing', () => {
    expect(rateOf(0, 0)).toEqual({ hits: 0, of: 0, rate: 0, low: 0, high: 1 });
  });

  it('lies between its bounds, and they within 0 and 1', () => {
    const counts = fc.nat(500).chain((of) => fc.tuple(fc.nat(of), fc.constant(of)));
    fc.assert(
      fc.property(counts, ([hits, of]) => {
        const { rate, low, high } = rateOf(hits, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(rate).toBeGreaterThanOrEqual(low - 1e-9);
        expect(rate).toBeLessThanOrEqual(high + 1e-9);
      }),
    );
  });

  it('is told in whole percents', () => {
    expect(percent(0.666)).toBe('67 %');
  });
});

describe('what counts as caught', () => {
  type Row = [
    strictness: (typeof strictnesses)[number],
    seed: Seeded['severity'],
    worst: CaseResult['worst'],
    hits: number,
  ];
  it.each<Row>([
    ['medium', 'CRITICAL', 'HIGH', 1],
    ['medium', 'CRITICAL', 'MEDIUM', 0],
    ['medium', 'HIGH', 'CRITICAL', 1],
    ['medium', 'MEDIUM', 'MEDIUM', 1],
    ['medium', 'MEDIUM', 'LOW', 0],
    ['medium', 'LOW', 'LOW', 1],
    ['low', 'CRITICAL', 'HIGH', 0],
    ['low', 'HIGH', 'HIGH', 1],
    ['high', 'CRITICAL', 'MEDIUM', 1],
    ['medium', 'LOW', null, 0],
    ['medium', 'LOW', 'no verdict', 0],
  ])('at strictness %s: a %s defect of which %s was said: %i', (strictness, severity, worst, hits) => {
    const { caught } = summariseCalibration([{ id: 'a', seeded: seeded(severity), worst }], strictness);
    expect(caught).toMatchObject({ hits, of: 1 });
  });

  it.each<[CaseResult['worst'], number]>([
    ['CRITICAL', 1],
    ['HIGH', 1],
    ['MEDIUM', 0],
    [null, 0],
    ['no verdict', 1],
  ])('a false alarm is what would have stopped a harmless change: %s', (worst, hits) => {
    const { falseAlarms } = summariseCalibration([{ id: 'a', seeded: null, worst }], 'medium');
    expect(falseAlarms).toMatchObject({ hits, of: 1 });
  });

  it('is told by severity, kind and difficulty', () => {
    const results: CaseResult[] = [
      { id: 'a', seeded: { severity: 'HIGH', category: 'bugs', difficulty: 'hard' }, worst: null },
      { id: 'b', seeded: { severity: 'HIGH', category: 'security', difficulty: 'easy' }, worst: 'HIGH' },
      { id: 'c', seeded: null, worst: null },
    ];
    expect(summariseCalibration(results, 'medium')).toMatchObject({
      bySeverity: { HIGH: { hits: 1, of: 2 } },
      byCategory: { bugs: { hits: 0, of: 1 }, security: { hits: 1, of: 1 } },
      byDifficulty: { hard: { hits: 0, of: 1 }, easy: { hits: 1, of: 1 } },
      unanswered: 0,
    });
  });
});

describe('who may stop a change', () => {
  const judged = (caught: number, alarms: number) =>
    summariseCalibration(
      [
        ...many(caught, { seeded: seeded('HIGH'), worst: 'HIGH' }),
        ...many(66 - caught, { seeded: seeded('HIGH'), worst: null }),
        ...many(alarms, { seeded: null, worst: 'HIGH' }),
        ...many(66 - alarms, { seeded: null, worst: null }),
      ],
      'medium',
    ).objection;

  it.each([
    ['who sees everything', 66, 0],
    ['who sees most, and alarms seldom', 50, 10],
  ])('is one %s', (_who, caught, alarms) => {
    expect(judged(caught, alarms)).toBeNull();
  });

  it.each([
    ['who lets everything pass', 0, 0, /^it caught 0 of 66 seeded defects, so at least 0 %, expected 50 %/],
    ['who throws a coin', 33, 33, /^it caught 33 of 66/],
    ['who alarms at everything', 66, 66, /^it alarmed at 66 of 66 harmless changes, so at up to 100 %/],
    ['of whom it is only likely', 36, 0, /at least 43 %/],
  ])('is not one %s', (_who, caught, alarms, reason) => {
    expect(judged(caught, alarms)).toMatch(reason);
  });

  it('is never one who was shown nothing', () => {
    for (const strictness of strictnesses)
      expect(summariseCalibration([], strictness).objection).not.toBeNull();
    expect(severities).toHaveLength(4);
  });
});
