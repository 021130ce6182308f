import { describe, expect, it } from '@jest/globals';
import { indexSections, readSection } from '../../src/backlog/sections.ts';

function description(source: string): string | undefined {
  return readSection(indexSections(source), 'description');
}

describe('a section with markers', () => {
  it('holds what stands between them, nested ones included', () => {
    const begin = '<!-- SECTION:DESCRIPTION:BEGIN -->';
    const end = '<!-- SECTION:DESCRIPTION:END -->';
    expect(description(`## Description \n\n \n${begin}  \na\n${begin}\nb\n${end}\n## Notes\n${end}\nc`)).toBe(
      `a\n${begin}\nb\n${end}\n## Notes`,
    );
  });

  it('reads as nothing when it is empty, even with a heading of the same title below', () => {
    const empty = '## Description\n<!-- SECTION:DESCRIPTION:BEGIN -->\n<!-- SECTION:DESCRIPTION:END -->\n';
    expect(description(`${empty}## Notes\nx\n\n## Description\ny`)).toBeUndefined();
  });

  it('needs its own line and its END', () => {
    expect(description('## Description\nx <!-- SECTION:DESCRIPTION:BEGIN -->\ny')).toBe(
      'x <!-- SECTION:DESCRIPTION:BEGIN -->\ny',
    );
    expect(description('## Description\n<!-- SECTION:DESCRIPTION:BEGIN -->\ny')).toBe(
      '<!-- SECTION:DESCRIPTION:BEGIN -->\ny',
    );
  });

  it('hides headings inside another section', () => {
    const plan = '<!-- SECTION:PLAN:BEGIN -->\n## Description\nno\n\n## Notes\n<!-- SECTION:PLAN:END -->';
    expect(description(`## Implementation Plan\n${plan}\n\n## Description\nyes`)).toBe('yes');
  });
});

describe('a section without markers', () => {
  it.each([
    ['## Description\nfoo\n## Custom\nbar', 'foo\n## Custom\nbar'],
    ['## description\nfoo\n\n\n## Notes on x\nbar', 'foo'],
    ['### Description\nfoo\n## Comments: none\nbar', 'foo\n## Comments: none\nbar'],
    ['text\n## Description\nfoo\n## Acceptance Criteria (Optional)\nbar', 'foo'],
    ['## Description\n\n## Acceptance Criteria\n- [ ] a', '## Acceptance Criteria\n- [ ] a'],
    ['## Description', undefined],
    ['## Description of x\ny', undefined],
    ['', undefined],
  ])('%j -> %j', (source, text) => {
    expect(description(source)).toBe(text);
  });

  it('ends at a variant of its own title', () => {
    const index = indexSections('## Implementation Plan\na\n## Implementation Plan (Optional)\nb');
    expect(readSection(index, 'implementationPlan')).toBe('a');
  });
});
