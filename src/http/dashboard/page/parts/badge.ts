import type { JSX } from 'preact';
import { h } from 'preact';
import type { TicketState } from '../../../../domain/ticket.ts';

export type Tone = 'calm' | 'accent' | 'good' | 'warn' | 'bad';

export function Badge({ tone, text, title }: { tone: Tone; text: string; title?: string }): JSX.Element {
  return h('span', { class: `badge ${tone}`, ...(title === undefined ? {} : { title }) }, text);
}

export const stateNames: Record<TicketState, string> = {
  todo: 'To do',
  processing: 'In progress',
  review: 'Review',
  done: 'Done',
  failed: 'Failed',
};

const stateTones: Record<TicketState, Tone> = {
  todo: 'calm',
  processing: 'accent',
  review: 'warn',
  done: 'good',
  failed: 'bad',
};

export function StateBadge({ state }: { state: TicketState }): JSX.Element {
  return h(Badge, { tone: stateTones[state], text: stateNames[state] });
}
