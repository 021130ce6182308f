import type { Ticket } from './ticket.ts';

const kinds = /^(?:bug|bugs|bugfix|fix|hotfix|defect|regression|type[:/ ]bug|kind[:/ ]bug)$/i;
const words =
  /\b(?:bugs?|fix(?:es|ed)?|broken|crash(?:es|ed|ing)?|regression|wrong(?:ly)?|fails?|failing|incorrect(?:ly)?|defect|hangs?|leaks?)\b/i;

/** Whether a ticket asks for something to be mended; what it says of its own type counts before its words. */
export function isBug(ticket: Pick<Ticket, 'type' | 'labels' | 'title' | 'rawContent'>): boolean {
  if (ticket.type !== undefined && ticket.type !== '') return kinds.test(ticket.type);
  if (ticket.labels.some((label) => kinds.test(label.trim()))) return true;
  const heading = ticket.title === '' ? (ticket.rawContent.split('\n', 1)[0] ?? '') : ticket.title;
  return words.test(heading);
}
