import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReviewPolicy, Severity, Strictness } from '../../src/domain/review.ts';
import { decideReview, severities, strictnesses } from '../../src/domain/review.ts';

const policy: ReviewPolicy = { strictness: 'medium', blockOnCritical: true, onBlock: 'fix', maxRounds: 2 };

function verdictOf(...found: Severity[]) {
  const findings = found.map((severity, index) => ({
    severity,
    category: 'bugs' as const,
    file: 'a.ts',
    line: index,
    message: 'x',
  }));
  return {
    tree: 'f'.repeat(40),
    model: 'm',
    summary: '',
    findings,
    usage: { input: 0, output: 0 },
    requests: 1,
  };
}

describe('what blocks', () => {
  it.each<[Strictness, Severity[]]>([
    ['low', ['CRITICAL']],
    ['medium', ['CRITICAL', 'HIGH']],
    ['high', ['CRITICAL', 'HIGH', 'MEDIUM']],
  ])('under strictness %s is %j', (strictness, expected) => {
    const { blocking } = decideReview(verdictOf(...severities), { ...policy, strictness }, 0);
    expect(blocking.map(({ severity }) => severity)).toEqual(expected);
  });

  it('is no critical finding where the policy lets them pass', () => {
    const lenient = { ...policy, blockOnCritical: false };
    expect(decideReview(verdictOf('CRITICAL'), lenient, 0)).toEqual({ action: 'publish', blocking: [] });
    expect(decideReview(verdictOf('CRITICAL', 'HIGH'), lenient, 2).action).toBe('publish');
  });
});

describe('a verdict', () => {
  type Row = [onBlock: ReviewPolicy['onBlock'], found: Severity[], round: number, action: string];
  it.each<Row>([
    ['fix', [], 0, 'publish'],
    ['fix', ['MEDIUM', 'LOW'], 0, 'publish'],
    ['fix', ['HIGH'], 0, 'revise'],
    ['fix', ['CRITICAL'], 1, 'revise'],
    ['fix', ['HIGH'], 2, 'publish'],
    ['fix', ['HIGH', 'CRITICAL'], 2, 'hold'],
    ['fix', ['CRITICAL'], 9, 'hold'],
    ['comment', ['CRITICAL'], 0, 'publish'],
    ['hold', ['HIGH'], 0, 'hold'],
    ['hold', ['LOW'], 0, 'publish'],
  ])('under %s with %j in round %i is to %s', (onBlock, found, round, action) => {
    expect(decideReview(verdictOf(...found), { ...policy, onBlock }, round).action).toBe(action);
  });

  it('with no rounds at all goes straight to a person or out', () => {
    expect(decideReview(verdictOf('HIGH'), { ...policy, maxRounds: 0 }, 0).action).toBe('publish');
    expect(decideReview(verdictOf('CRITICAL'), { ...policy, maxRounds: 0 }, 0).action).toBe('hold');
  });
});

describe('advice', () => {
  it('stops nothing under any policy, and stays in the verdict', () => {
    for (const onBlock of ['fix', 'hold', 'comment'] as const) {
      const verdict = { ...verdictOf('CRITICAL', 'HIGH'), advisory: 'it was not measured yet' };
      expect(decideReview(verdict, { ...policy, onBlock }, 0)).toEqual({ action: 'publish', blocking: [] });
      expect(verdict.findings).toHaveLength(2);
    }
  });
});

const policies = fc.record({
  strictness: fc.constantFrom(...strictnesses),
  blockOnCritical: fc.boolean(),
  onBlock: fc.constantFrom('fix' as const, 'comment' as const, 'hold' as const),
  maxRounds: fc.nat(4),
});
const verdicts = fc
  .array(fc.constantFrom(...severities), { maxLength: 6 })
  .map((found) => verdictOf(...found));

describe('every decision', () => {
  it('ends the rounds: at the last one nothing is revised', () => {
    fc.assert(
      fc.property(verdicts, policies, fc.nat(3), (verdict, drawn, more) => {
        expect(decideReview(verdict, drawn, drawn.maxRounds + more).action).not.toBe('revise');
      }),
    );
  });

  it('blocks at least as much the stricter it is', () => {
    fc.assert(
      fc.property(verdicts, policies, (verdict, drawn) => {
        const counts = strictnesses.map(
          (strictness) => decideReview(verdict, { ...drawn, strictness }, 0).blocking.length,
        );
        expect(counts).toEqual([...counts].sort((a, b) => a - b));
      }),
    );
  });

  it('never publishes a blocking critical finding unless it was told to comment', () => {
    fc.assert(
      fc.property(verdicts, policies, fc.nat(6), (verdict, drawn, round) => {
        const { action, blocking } = decideReview(verdict, drawn, round);
        const isCritical = blocking.some(({ severity }) => severity === 'CRITICAL');
        if (isCritical && drawn.onBlock !== 'comment') expect(action).not.toBe('publish');
      }),
    );
  });
});
