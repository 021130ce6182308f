import { describe, expect, it } from '@jest/globals';
import type { Category, Complexity } from '../../../src/domain/routing/classification.ts';
import { categories, complexities } from '../../../src/domain/routing/classification.ts';
import { classifyTicket } from '../../../src/domain/routing/classify-ticket.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { makeTicket } from '../../support/make-ticket.ts';

const classify = (
  ticket: Partial<Ticket>,
  ...votes: Parameters<typeof classifyTicket> extends [unknown, ...infer Rest] ? Rest : never
) => classifyTicket(makeTicket(ticket), ...votes);

const criteria = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index: index + 1, text: 'x', checked: false }));

describe('the kind of work', () => {
  it.each<[Partial<Ticket>, Category]>([
    [{ type: 'bug', title: 'Add a guard' }, 'debugging'],
    [{ labels: ['Type: Feature'] }, 'coding'],
    [{ labels: ['frontend', 'tech debt'] }, 'refactoring'],
    [{ labels: ['kind/documentation'] }, 'documentation'],
    [{ title: 'fix(parser): do not crash on an empty file' }, 'debugging'],
    [{ title: 'Add more unit tests for the parser' }, 'testing'],
    [{ title: 'Extract the retry loop' }, 'refactoring'],
    [{ title: 'Explain the retry loop in the README' }, 'documentation'],
    [{ title: 'Review the session handling' }, 'code-review'],
    [{ title: 'feat: export as CSV' }, 'coding'],
  ])('%j says itself that it is %s', (ticket, category) => {
    expect(classify(ticket)).toMatchObject({ category, by: 'pattern' });
  });

  it.each<[string, Category]>([
    ['The export crashes with an unexpected error when the list is empty.', 'debugging'],
    ['Coverage of the parser is low, and its fixtures are flaky.', 'testing'],
    ['The guide needs better wording and one more example.', 'documentation'],
    ['There is duplication in both readers and a lot of dead code.', 'refactoring'],
    ['An audit of the login is due; list the findings and vulnerabilities.', 'code-review'],
    ['Users should be able to log in; a new endpoint for it is the feature.', 'coding'],
  ])('is guessed from words: %s', (brief, category) => {
    expect(classify({ title: 'Parser', brief })).toMatchObject({ category, by: 'heuristics' });
  });

  it('is learned from what tickets with its labels were, when that is clear', () => {
    const ticket = { title: 'The importer', labels: ['Importer', 'constructor'] };
    const learned = { importer: { debugging: 3, coding: 1 } };
    expect(classify(ticket, learned)).toMatchObject({ category: 'debugging', by: 'history' });
    for (const unclear of [{}, { importer: { debugging: 2 } }, { importer: { debugging: 3, coding: 2 } }])
      expect(classify(ticket, unclear)).toMatchObject({ category: 'general', by: 'default' });
  });

  it('stays open where two kinds are as likely', () => {
    expect(classify({ title: 'Parser', brief: 'Wrong docs, broken guide.' }).by).toBe('default');
  });

  it('is one of seven, and as hard as one of three', () => {
    expect(categories).toHaveLength(7);
    expect(complexities).toHaveLength(3);
  });
});

describe('how hard it is', () => {
  const long = (words: number): string =>
    Array.from({ length: words }, (_, index) => `word${index}`).join(' ');
  it.each<[string, Partial<Ticket>, Complexity]>([
    ['as a label says', { labels: ['size: L'], title: 'Fix a typo' }, 'high'],
    ['as a label of newcomers says', { labels: ['good first issue'], brief: long(500) }, 'low'],
    ['as another label says', { labels: ['complexity/medium'] }, 'medium'],
    ['as an epic says', { labels: ['epic'] }, 'high'],
    ['as estimated: an hour', { wishes: { suggestedModels: [], estimatedHours: 1 } }, 'low'],
    ['as estimated: a day', { wishes: { suggestedModels: [], estimatedHours: 8 } }, 'high'],
    ['as estimated: half a day', { wishes: { suggestedModels: [], estimatedHours: 4 } }, 'medium'],
    ['as a small size says', { labels: ['effort: XS'], brief: long(500) }, 'low'],
    ['an easy one of many words', { title: 'Fix a typo', brief: long(420) }, 'low'],
    ['a short one', { title: 'Greet people' }, 'low'],
    ['one with criteria', { acceptanceCriteriaItems: criteria(5) }, 'medium'],
    ['a long one with many criteria', { brief: long(450), acceptanceCriteriaItems: criteria(9) }, 'high'],
    ['of many files', { brief: 'Change src/a.ts, src/b.ts and src/c.ts.' }, 'medium'],
    ['of hard words', { brief: 'Migrate the protocol, across all of src/a.ts, b.ts and c/d.ts' }, 'high'],
    ['a label that is no size', { labels: ['size'], title: 'Greet people' }, 'low'],
    ['a hostile one', { brief: `${'a-'.repeat(125_000)} ${'a.'.repeat(125_000)}` }, 'low'],
    ['a size that is none', { labels: ['size/odd'], title: 'Greet people' }, 'low'],
  ])('%s', (_what, ticket, complexity) => {
    expect(classify(ticket).complexity).toBe(complexity);
  });
});
