import type { Notice, Topic } from '../domain/notice.ts';
import { forLine } from '../domain/untrusted.ts';

/** Several notices that are told at once; `untold` more were too many. */
export type Batch = { notices: readonly Notice[]; untold: number };

/** Lines that one message has at most. */
const mostLines = 20;

const topicWords: Record<Topic, string> = {
  failed: 'failed',
  review: 'to review',
  done: 'done',
  circuit: 'model server',
  budget: 'budget',
};

/** `ticketmill: 2 failed, 1 to review`, or the ticket itself where there is one notice alone. */
export function subjectOf({ notices, untold }: Batch): string {
  const [only] = notices;
  if (only !== undefined && notices.length === 1 && untold === 0)
    return `ticketmill: ${forLine([nameOf(only), topicWords[only.topic]].filter(Boolean).join(' '), 120)}`;
  const counts = new Map<Topic, number>();
  for (const { topic } of notices) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  const parts = [...counts].map(([topic, count]) => `${count} ${topicWords[topic]}`);
  return `ticketmill: ${[...parts, ...(untold > 0 ? [`${untold} more`] : [])].join(', ')}`;
}

/** One line a notice, each harmless on a terminal, without a word about what is left out. */
export function linesOf({ notices, untold }: Batch): string[] {
  const lines = notices.slice(0, mostLines).map(lineOf);
  const more = notices.length - lines.length + untold;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function lineOf(notice: Notice): string {
  const { topic, text, failure } = notice;
  const code = failure === null ? '' : ` (${failure.code})`;
  const hint = failure === null || failure.hint === '' ? '' : ` ${failure.hint}`;
  const name = nameOf(notice);
  const about = name === '' ? '' : `${forLine(name, 120)}: `;
  return `${topicWords[topic]}: ${about}${forLine(text, 300)}${code}${hint}`;
}

/** `task-12 - Fix-it`: the name of its file says it in people's words. */
function nameOf({ ticket }: Notice): string {
  if (ticket === null) return '';
  const name = ticket.file?.replace(/\.md$/i, '') ?? '';
  return name.toLowerCase().startsWith(ticket.id.toLowerCase()) ? name : `${ticket.id} ${name}`.trim();
}
