import type { ComponentChildren, JSX } from 'preact';
import { h } from 'preact';
import type { Refusal } from '../ask.ts';
import { told } from './told.ts';

/** Says that there is nothing, and what would change that. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return h('div', { class: 'notice' }, h('p', { class: 'notice-title' }, title), h('p', null, children));
}

/** Keeps the place of what is on its way. */
export function Loading({ lines = 3 }: { lines?: number }): JSX.Element {
  const bars = Array.from({ length: lines }, (_, i) => h('div', { class: 'skeleton', key: i }));
  return h('div', { class: 'loading', role: 'status', 'aria-label': 'Loading' }, bars);
}

export function Trouble({ problem, retry }: { problem: Refusal; retry?: () => void }): JSX.Element {
  return h(
    'div',
    { class: 'notice trouble', role: 'alert' },
    h('p', { class: 'notice-title' }, told(problem.message)),
    problem.hint === null ? null : h('p', null, told(problem.hint)),
    retry === undefined
      ? null
      : h('button', { type: 'button', class: 'button', onClick: retry }, 'Try again'),
  );
}

/** The value once it is known, and before that whatever there is to say. */
export function whenKnown<Value>(
  { value, problem, reload }: { value: Value | null; problem: Refusal | null; reload: () => void },
  draw: (value: Value) => JSX.Element,
): JSX.Element {
  if (value !== null) return draw(value);
  return problem === null ? h(Loading, { lines: 3 }) : h(Trouble, { problem, retry: reload });
}
