import type { ComponentChildren } from 'preact';
import { h } from 'preact';
import { plain } from '../format.ts';

/** A sentence of the program, which sets off commands and keys by backticks as its documentation does. */
export function told(text: string): ComponentChildren {
  const pieces = plain(text).split('`');
  if (pieces.length % 2 === 0) return plain(text);
  return pieces.map((piece, index) => (index % 2 === 0 ? piece : h('code', { key: index }, piece)));
}
