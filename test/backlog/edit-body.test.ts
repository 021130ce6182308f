import { describe, expect, it } from '@jest/globals';
import { addComment, setSection, tickCriteria } from '../../src/backlog/edit-body.ts';

const comment = { author: '@ticketmill', createdDate: '2026-11-21 01:35', body: 'Hello' };
const lines = 'author: @ticketmill\ncreated: 2026-11-21 01:35\n---\nHello\n---\n';
const section = `## Comments\n\n<!-- COMMENTS:BEGIN -->\n${lines}<!-- COMMENTS:END -->`;
const summary =
  '## Final Summary\n\n<!-- SECTION:FINAL_SUMMARY:BEGIN -->\nAll good\n<!-- SECTION:FINAL_SUMMARY:END -->';

const withComment = (text: string): string => addComment({ text, eol: '\n' }, comment);
const withSummary = (text: string): string => setSection({ text, eol: '\n' }, 'finalSummary', 'All good');

describe('notes', () => {
  it.each([
    [
      'behind the plan',
      '## Implementation Plan\nx\n\n## Final Summary\ny\n',
      'Implementation Plan, Implementation Notes, Final Summary',
    ],
    [
      'behind what done means',
      '## Definition of Done\n- [ ] a\n\n## Other\n',
      'Definition of Done, Implementation Notes, Other',
    ],
    [
      'behind the criteria',
      '## Acceptance Criteria\n- [ ] a\n\n## Other\n',
      'Acceptance Criteria, Implementation Notes, Other',
    ],
    [
      'behind the description',
      '## Description\nx\n\n## Final Summary\ny\n',
      'Description, Implementation Notes, Final Summary',
    ],
    ['before what people said', withComment('Text\n'), 'Implementation Notes, Comments'],
    ['before the summary', withSummary('Text\n'), 'Implementation Notes, Final Summary'],
    ['at the end', 'Text\n', 'Implementation Notes'],
  ])('stand %s', (_where, text, order) => {
    const written = setSection({ text, eol: '\n' }, 'implementationNotes', 'Seen');
    expect([...written.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading).join(', ')).toBe(order);
  });
});

describe('tickCriteria', () => {
  it('ticks by number, in files with CRLF and blank lines above too', () => {
    const text = '\r\n\r\n## Acceptance Criteria\r\n- [ ] a\r\n- [x] b\r\n- [ ] c - [ ] d\r\n';
    expect(tickCriteria({ text, eol: '\r\n' }, [2, 3, 9])).toBe(text.replace('- [ ] c', '- [x] c'));
  });
});

describe('addComment', () => {
  it.each([
    ['an empty body', '\n\n', `\n${section}\n\n`],
    ['a body without known sections', 'Text\n', `Text\n\n${section}\n`],
    ['no last line break', 'Text', `Text\n\n${section}`],
    [
      'notes',
      '## Implementation Notes\nx\n\n\n## Other known\n',
      `## Implementation Notes\nx\n\n\n## Other known\n\n${section}\n`,
    ],
    [
      'a plan',
      '## Implementation Plan\nx\n\n## Final Summary\ny\n',
      `## Implementation Plan\nx\n\n${section}\n\n## Final Summary\ny\n`,
    ],
    ['a summary first', '## Final Summary\ny', `\n${section}\n\n## Final Summary\ny`],
    [
      'a checklist',
      '## Definition of Done\n- [ ] a\n## Mine\n',
      `## Definition of Done\n- [ ] a\n\n${section}\n\n## Mine\n`,
    ],
    ['criteria', '## Acceptance Criteria\n- [ ] a', `## Acceptance Criteria\n- [ ] a\n\n${section}`],
    [
      'a description',
      '## Description\nx\n\n## Notes\ny\n',
      `## Description\nx\n\n${section}\n\n## Notes\ny\n`,
    ],
  ])('adds the section for %s', (_, text, expected) => {
    expect(withComment(text)).toBe(expected);
  });

  it('adds to the comments there are', () => {
    expect(withComment(`x\n\n${section}\ny`)).toBe(
      `x\n\n${section.replace('<!-- COMMENTS:END', `\n${lines}<!-- COMMENTS:END`)}\ny`,
    );
    const empty = '## Comments\n<!-- COMMENTS:BEGIN -->\n<!-- COMMENTS:END -->\n';
    expect(withComment(empty)).toBe(`## Comments\n<!-- COMMENTS:BEGIN -->\n${lines}<!-- COMMENTS:END -->\n`);
  });

  it('keeps to the older form where a file has it', () => {
    const one = '<!-- COMMENT:BEGIN -->\nauthor: a\n\nText\n<!-- COMMENT:END -->\n';
    const added =
      '\n<!-- COMMENT:BEGIN -->\nauthor: @ticketmill\ncreated: 2026-11-21 01:35\n\nHello\n<!-- COMMENT:END -->\n';
    const block = (text: string): string =>
      `## Comments\n<!-- COMMENTS:BEGIN -->\n${text}<!-- COMMENTS:END -->\n`;
    expect(withComment(block(one))).toBe(block(one + added));
  });
});

describe('setSection', () => {
  it.each([
    ['nothing', 'Text\n', `Text\n\n${summary}\n`],
    ['comments', `${section}\n\n## Mine\n`, `${section}\n\n${summary}\n\n## Mine\n`],
    ['an older summary', `${summary.replace('All good', 'old\ntext')}\nx`, `${summary}\nx`],
    [
      'a summary without markers',
      'a\n## Final Summary\nold\n\nmore\n\n## Notes\nb',
      `a\n${summary}\n\n## Notes\nb`,
    ],
  ])('next to %s', (_, text, expected) => {
    expect(withSummary(text)).toBe(expected);
  });
});
