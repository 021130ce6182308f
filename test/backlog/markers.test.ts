import { describe, expect, it } from '@jest/globals';
import { listMarkers, markedRanges } from '../../src/backlog/markers.ts';

describe('markers', () => {
  it('are whole lines of a known family', () => {
    const source = '<!-- AC:BEGIN -->\t\nx <!-- AC:END -->\n<!-- SECTION:A_1:END -->\n<!-- OTHER:BEGIN -->';
    expect(listMarkers(source).map(({ family, kind }) => [family, kind])).toEqual([
      ['AC', 'BEGIN'],
      ['SECTION:A_1', 'END'],
    ]);
  });

  it('pair inside out within their family; stray ones count for nothing', () => {
    const lines = ['DOD:END', 'AC:BEGIN', 'DOD:BEGIN', 'AC:BEGIN', 'AC:END'].map(
      (name) => `<!-- ${name} -->`,
    );
    const source = lines.join('\n');
    expect(markedRanges(listMarkers(source)).map(({ start, end }) => source.slice(start, end))).toEqual([
      '<!-- AC:BEGIN -->\n<!-- AC:END -->',
    ]);
  });
});
