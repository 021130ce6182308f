import { describe, expect, it } from '@jest/globals';
import { readChecklist } from '../../src/backlog/checklists.ts';

function texts(source: string): string[] {
  return readChecklist(source, 'acceptanceCriteria').items.map(
    ({ index, text, checked }) => `${index}${checked ? 'x' : ''} ${text}`,
  );
}

describe('a checklist with markers', () => {
  it('numbers by position and drops written numbers', () => {
    const source =
      '## acceptance criteria \n\n<!-- AC:BEGIN -->\n- [ ] #7 a\n- [x] b\n<!-- AC:END -->\n- [ ] c';
    expect(texts(source)).toEqual(['1 a', '2x b']);
  });

  it('leaves out what stands between markers of another family', () => {
    const source = [
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '- [ ] a',
      '<!-- SECTION:X:BEGIN -->',
      '- [ ] b',
      '<!-- AC:END -->',
      '<!-- SECTION:X:END -->',
      '<!-- AC:END -->',
    ];
    expect(texts(source.join('\n'))).toEqual(['1 a']);
  });

  it.each([
    ['unclosed', '<!-- AC:BEGIN -->\n- [ ] a'],
    ['doubled', '<!-- AC:BEGIN -->\n<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->'],
    ['stray', '<!-- AC:END -->\n- [ ] a'],
  ])('is empty when its markers are %s', (_, body) => {
    expect(readChecklist(`## Acceptance Criteria\n${body}`, 'acceptanceCriteria')).toEqual({
      sections: [],
      items: [],
    });
  });

  it('needs its heading right before, else the headings count', () => {
    expect(texts('<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->')).toEqual([]);
    expect(texts('x## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->')).toEqual([]);
    expect(
      texts(
        '## Acceptance Criteria\ntext\n<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->\n## Acceptance Criteria\n- [ ] b',
      ),
    ).toEqual(['1 a', '2 b']);
  });

  it('does not begin inside another section', () => {
    const notes = '<!-- SECTION:NOTES:BEGIN -->\n## Acceptance Criteria\n<!-- SECTION:NOTES:END -->';
    expect(texts(`${notes}\n<!-- AC:BEGIN -->\n- [ ] a\n<!-- AC:END -->`)).toEqual([]);
  });
});

describe('a checklist without markers', () => {
  it('takes plain items of every section of its title up to the next heading', () => {
    const source = [
      '## Acceptance Criteria',
      '- [ ] a',
      '- [x] #7 b',
      '### Sub',
      '- [ ] c',
      '```',
      '- [ ] d',
      '```',
      '## Other',
      '- [ ] e',
      '##  ',
      '## ACCEPTANCE CRITERIA',
      '- [ ] f',
    ];
    expect(texts(source.join('\n'))).toEqual(['1 a', '2x #7 b', '3 c', '4 d', '5 f']);
  });

  it.each([
    '- [X] a',
    '* [ ] a',
    '+ [ ] a',
    '1. [ ] a',
    '  - [ ] a',
    '-  [ ] a',
    '- [] a',
    '- [x]a',
    '- [ ] ',
  ])('does not take %j', (line) => {
    expect(texts(`## Acceptance Criteria\n${line}`)).toEqual([]);
  });

  it.each(['### Acceptance Criteria', '## Acceptance Criteria:', '##Acceptance Criteria'])(
    'does not know %j',
    (title) => {
      expect(texts(`${title}\n- [ ] a`)).toEqual([]);
    },
  );

  it('reads the definition of done alike', () => {
    expect(readChecklist('## Definition of Done\n- [x] d', 'definitionOfDone').items).toMatchObject([
      { index: 1, text: 'd', checked: true },
    ]);
  });
});
