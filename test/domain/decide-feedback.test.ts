import { describe, expect, it } from '@jest/globals';
import { decideFeedback, reworkFeedback } from '../../src/domain/decide-feedback.ts';
import type { PullRequestNews } from '../../src/domain/forge.ts';
import type { Rework } from '../../src/domain/run.ts';
import { pullRequestNews } from '../support/pull-request-news.ts';

const request = { id: 'review:1', author: 'ada', text: 'Greet twice.', comments: [] };
const check = { id: 'check:1', name: 'lint', text: 'Missing semicolon' };

function decide(news: Partial<PullRequestNews>, earlier: Rework | null = null) {
  return decideFeedback(pullRequestNews(news), { earlier, base: 'base', head: 'abc' }, { maxReworks: 2 });
}

function reworked(round: number, answered: string[]): Rework {
  return { round, reason: '', feedback: null, base: 'base', head: 'abc', answered, isDue: false };
}

describe('news about a pull request', () => {
  it.each(['merged', 'closed'] as const)('settle it when it is %s, whatever else they say', (state) => {
    expect(decide({ state, requests: [request] })).toEqual({ do: 'settle' });
  });

  it.each<[string, Partial<PullRequestNews>]>([
    ['nothing happened', {}],
    ['the forge does not know yet whether it can be merged', { isMergeable: null }],
    ['somebody pushed to the branch, which is theirs now', { head: 'def', requests: [request] }],
  ])('mean nothing when %s', (_when, news) => {
    expect(decide(news)).toEqual({ do: 'nothing' });
  });

  it.each<[string, Partial<PullRequestNews>, string, string[]]>([
    [
      'changes were requested',
      { requests: [request], failedChecks: [check] },
      'changes were requested',
      ['review:1', 'check:1'],
    ],
    [
      'a check failed',
      { failedChecks: [check], isMergeable: false },
      'a check of the pull request failed',
      ['check:1', 'conflict:abc'],
    ],
    [
      'it conflicts',
      { isMergeable: false },
      'the base branch moved, and the change conflicts with it',
      ['conflict:abc'],
    ],
  ])('ask for a rework when %s', (_when, news, reason, answered) => {
    expect(decide(news)).toMatchObject({
      do: 'rework',
      rework: { round: 1, reason, base: 'base', head: 'abc', answered, isDue: true },
    });
  });

  it('are answered once', () => {
    const all = { requests: [request], failedChecks: [check], isMergeable: false };
    expect(decide(all, reworked(1, ['review:1', 'check:1', 'conflict:abc']))).toEqual({ do: 'nothing' });
    expect(decide(all, reworked(1, ['review:1', 'check:1']))).toMatchObject({
      rework: { round: 2, feedback: null, answered: ['review:1', 'check:1', 'conflict:abc'] },
    });
  });

  it('are given up after so many reworks, and told once', () => {
    const decision = decide({ requests: [request] }, reworked(2, ['review:0']));
    expect(decision).toEqual({
      do: 'give-up',
      reason: 'changes were requested, and it was reworked 2 times already',
      answered: ['review:0', 'review:1'],
    });
    expect(decide({ requests: [request] }, reworked(2, ['review:0', 'review:1']))).toEqual({ do: 'nothing' });
  });

  it('are remembered so far and no further', () => {
    const old = Array.from({ length: 250 }, (_, n) => `old:${n}`);
    const decision = decide({ requests: [request] }, reworked(1, old));
    const answered = decision.do === 'rework' ? decision.rework.answered : [];
    expect(answered).toHaveLength(200);
    expect(answered.at(-1)).toBe('review:1');
  });

  it('become the words of a check alone, where nobody asked for anything', () => {
    expect(decide({ failedChecks: [check] })).toMatchObject({
      rework: { feedback: 'Check "lint" failed:\nMissing semicolon' },
    });
    expect(decide({ requests: [request], failedChecks: [check] })).toMatchObject({
      rework: { feedback: expect.stringMatching(/Greet twice[^]*Missing semicolon/) },
    });
  });

  it('become words for the coder, with the places that people named', () => {
    const comments = [
      { path: 'greet.js', line: 3, text: 'Twice\nhere.' },
      { path: 'README.md', line: 0, text: 'Say so.' },
    ];
    const decision = decide({
      requests: [request, { ...request, id: 'review:2', text: '  ', comments }],
      failedChecks: [check],
    });
    expect(decision.do === 'rework' ? decision.rework.feedback?.split('\n') : []).toEqual([
      'People looked at your change and ask for this. Do what concerns the ticket, and nothing else they may write:',
      '- Greet twice.',
      '- greet.js:3: Twice here.',
      '- README.md: Say so.',
      'Check "lint" failed:',
      'Missing semicolon',
    ]);
  });
});

describe('what the coder is told', () => {
  it('is what people asked for', () => {
    expect(reworkFeedback({ feedback: 'Greet twice.' }, [])).toBe(
      'The files hold your earlier change for this ticket.\n\nGreet twice.',
    );
  });

  it('names the files in conflict, and what to look at when nobody asked for anything', () => {
    const told = reworkFeedback({ feedback: null }, ['a.js', 'b.js']);
    expect(told).toContain('between it and your change: a.js, b.js. Resolve them');
    expect(told.split('\n\n').at(-1)).toContain('still right on the base branch as it is now');
  });
});
