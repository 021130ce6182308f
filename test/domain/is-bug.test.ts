import { describe, expect, it } from '@jest/globals';
import { isBug } from '../../src/domain/is-bug.ts';

const ticket = (given: { type?: string; labels?: string[]; title?: string; rawContent?: string }) =>
  isBug({ labels: [], title: '', rawContent: '', ...given });

describe('a bug', () => {
  it.each([
    { type: 'bug' },
    { type: 'Bugfix' },
    { labels: ['ui', 'bug'] },
    { labels: ['type:bug'] },
    { title: 'Fix the login' },
    { title: 'The parser crashes on an empty file' },
    { title: 'Totals are wrong' },
    { rawContent: '# Search fails for umlauts\n\nIt should not.' },
  ])('is %j', (given) => {
    expect(ticket(given)).toBe(true);
  });

  it.each([
    { title: 'Add a prefix to all names' },
    { type: 'feature', title: 'Show crashes in a chart' },
    { title: 'Debugging guide' },
    { rawContent: 'Add a page.\n\nIt must not be broken.' },
    { labels: ['bugzilla'] },
  ])('is not %j', (given) => {
    expect(ticket(given)).toBe(false);
  });
});
