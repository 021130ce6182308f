import { describe, expect, it } from '@jest/globals';
import { textOutsideSections } from '../../src/backlog/brief.ts';
import { indexSections } from '../../src/backlog/sections.ts';

function brief(source: string, title = 'T'): string {
  return textOutsideSections(indexSections(source), title);
}

describe('the text outside the known sections', () => {
  it('keeps free text and headings of the author', () => {
    const source =
      'Free.\n\n## Custom\n\nkeep\n\n## Acceptance Criteria\n- [ ] a\n\n## More\nalso\n## Comments\nno';
    expect(brief(source)).toBe('Free.\n\n## Custom\n\nkeep\n\n## More\nalso');
  });

  it('leaves out sections with markers', () => {
    const notes = '## Implementation Notes\n<!-- SECTION:NOTES:BEGIN -->\nno\n<!-- SECTION:NOTES:END -->';
    const comments = '## Comments\n<!-- COMMENTS:BEGIN -->\n---\nno\n---\n<!-- COMMENTS:END -->';
    const list = '## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->';
    expect(brief(`yes\n${list}\n\n${notes}\n\n${comments}\n`)).toBe('yes');
  });

  it('leaves out the heading only where it is the title', () => {
    expect(brief('# Bare\n\nDo it', '')).toBe('Do it');
    expect(brief('# Bare\n\nDo it', 'Other')).toBe('# Bare\n\nDo it');
    expect(brief('', '')).toBe('');
  });
});
