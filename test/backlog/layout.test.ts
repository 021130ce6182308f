import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { layOut } from '../../src/backlog/layout.ts';

describe('layOut', () => {
  it.each([
    ['plain text', 'text', 'bare'],
    ['a rule of four dashes', '----\ntext', 'bare'],
    ['a blank line before the fence', '\n---\nid: a\n---\n', 'bare'],
    ['an opening line alone', '---', 'open'],
    ['an opening line with its break', '---\n', 'open'],
    ['no closing line', '---\nid: a\n--', 'open'],
    ['bare carriage returns', '---\rid: a\r---\rbody', 'open'],
    ['a language', '---js\n{}\n---\n', 'tagged'],
    ['a language after a blank', '--- JavaScript\n{}\n---\n', 'tagged'],
    ['blanks behind the fence', '---  \nid: a\n---\n', 'fenced'],
    ['an empty front matter', '---\n---\nbody', 'fenced'],
  ])('%s', (_, text, kind) => {
    expect(layOut(text).kind).toBe(kind);
  });

  it('cuts at the fences and keeps the byte order mark and the line ends', () => {
    expect(layOut('\uFEFF---\r\nid: a\r\n---\r\nbody\r\n')).toEqual({
      kind: 'fenced',
      bom: '\uFEFF',
      opening: '---\r\n',
      block: 'id: a\r\n',
      closing: '---\r\n',
      body: 'body\r\n',
    });
  });

  it('closes where Backlog.md closes, whatever stands behind the dashes', () => {
    expect(layOut('---\nid: a\n---x\ny')).toMatchObject({ closing: '---', body: 'x\ny' });
    expect(layOut('---\nid: a\n---')).toMatchObject({ closing: '---', body: '' });
  });

  it('loses nothing: the parts joined are the text', () => {
    const piece = fc.constantFrom('---', '\n', '\r\n', '\r', 'id: a', ' ', '-', '\uFEFF', 'text');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const layout = layOut(text);
        if (layout.kind !== 'bare' && layout.kind !== 'fenced') return;
        const parts = layout.kind === 'bare' ? '' : layout.opening + layout.block + layout.closing;
        expect(layout.bom + parts + layout.body).toBe(text);
      }),
    );
  });
});
