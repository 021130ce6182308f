import { describe, expect, it } from '@jest/globals';
import { mayMerge, refusedMerges } from '../../src/domain/decide-merge.ts';
import type { PullRequestNews } from '../../src/domain/forge.ts';
import { mergeSigns, pullRequestNews } from '../support/pull-request-news.ts';

const news = pullRequestNews();
const made = { head: 'abc', tree: 'tree', reviewedTree: 'tree', base: { branch: 'main', sha: 'base' } };
const refused = (head: string, count: number) => ({ refusedMerges: { head, count } });

describe('a merge without a further word of a person', () => {
  it('is allowed for what was reviewed here, approved there, and passed every check', () => {
    expect(mayMerge(news, made)).toBe(true);
    expect(mayMerge(news, { ...made, ...refused('abc', 2) })).toBe(true);
    expect(mayMerge(news, { ...made, ...refused('old', 9) })).toBe(true);
  });

  it.each<[string, Partial<PullRequestNews>]>([
    ['it is closed', { state: 'closed' }],
    ['nothing is known of it', { merging: null }],
    ['somebody pushed to it', { head: 'def' }],
    ['it goes into another branch', { base: 'release' }],
    ['it is a draft', { merging: mergeSigns({ isDraft: true }) }],
    ["the forge's rules hold it back", { merging: mergeSigns({ isBlocked: true }) }],
    ['a check has not passed', { merging: mergeSigns({ isGreen: false }) }],
    ['changes are requested', { merging: mergeSigns({ isContested: true }) }],
    ['nobody approved of it', { merging: mergeSigns({ approvedBy: [] }) }],
  ])('is refused when %s', (_when, more) => {
    expect(mayMerge({ ...news, ...more }, made)).toBe(false);
  });

  it('is refused for what was not reviewed, and after a few refusals of the forge', () => {
    expect(mayMerge(news, { ...made, reviewedTree: null })).toBe(false);
    expect(mayMerge(news, { ...made, reviewedTree: 'other' })).toBe(false);
    expect(mayMerge(news, { ...made, base: null })).toBe(false);
    expect(mayMerge(news, { ...made, ...refused('abc', 3) })).toBe(false);
    expect([refusedMerges(made), refusedMerges({ ...made, ...refused('abc', 3) })]).toEqual([0, 3]);
  });
});
