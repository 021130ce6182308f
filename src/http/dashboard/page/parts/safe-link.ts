import type { JSX } from 'preact';
import { h } from 'preact';
import { plain } from '../format.ts';

/** A link to an address that came from outside, where that is one of the web; everything else stays text. */
export function SafeLink({ url, text }: { url: string; text: string }): JSX.Element {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return h('bdi', null, plain(text));
  return h('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, h('bdi', null, plain(text)));
}
