/**
 * A ticket's text cut at its fences; the parts joined give the text again.
 * bare: no front matter · open: its closing line is missing · tagged: its opening line names a language.
 */
export type Layout =
  | { kind: 'bare'; bom: string; body: string }
  | { kind: 'open' }
  | { kind: 'tagged'; tag: string }
  | { kind: 'fenced'; bom: string; opening: string; block: string; closing: string; body: string };

/** Cuts where Backlog.md cuts: the first line break followed by `---` closes, whatever else stands on that line. */
export function layOut(text: string): Layout {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const rest = text.slice(bom.length);
  if (!rest.startsWith('---') || rest[3] === '-') return { kind: 'bare', bom, body: rest };
  const openingEnd = rest.indexOf('\n');
  if (openingEnd === -1) return { kind: 'open' };
  const tag = rest.slice(3, openingEnd).trim();
  if (tag !== '') return { kind: 'tagged', tag };
  const blockEnd = rest.indexOf('\n---', openingEnd);
  if (blockEnd === -1) return { kind: 'open' };
  const closing = /^---\r?\n?/.exec(rest.slice(blockEnd + 1, blockEnd + 6))?.[0] ?? '---';
  return {
    kind: 'fenced',
    bom,
    opening: rest.slice(0, openingEnd + 1),
    block: rest.slice(openingEnd + 1, blockEnd + 1),
    closing,
    body: rest.slice(blockEnd + 1 + closing.length),
  };
}
