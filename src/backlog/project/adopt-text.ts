import type { Ticket } from '../../domain/ticket.ts';
import { displayTitle } from '../../domain/ticket-identity.ts';
import type { Block } from '../edit-front-matter.ts';
import { insertKey, removeKey, setList, setScalar } from '../edit-front-matter.ts';
import { splitLines } from '../edit-body.ts';
import { layOut } from '../layout.ts';
import { criteriaOf, parseTicket } from '../parse-ticket.ts';
import { knownTitles } from '../sections.ts';
import { isAssigned } from './statuses.ts';

export type Adoption = {
  id: string;
  /** Of a task that is to be done. */
  status: string;
  bot: string;
  /** Where the ticket has none: `YYYY-MM-DD HH:mm`, UTC. */
  createdDate: string;
  /** Added to those it has. */
  labels: readonly string[];
};

export type Adopted = { ok: true; text: string; title: string } | { ok: false; problem: string };

/**
 * The text of a dropped ticket as a task of the project: the keys that Backlog.md needs, our handle among the
 * assignees, and a text without sections as its description. Other keys and all that is written stay, but for
 * `onStatusChange`, which is a command that would run on the machine of whoever moves the task.
 */
export function adoptText(text: string, ticket: Ticket, file: string, adoption: Adoption): Adopted {
  const layout = layOut(text);
  if (layout.kind !== 'bare' && layout.kind !== 'fenced')
    return { ok: false, problem: 'it has no front matter that ends' };
  const title = displayTitle(ticket, file);
  const eol = /\r?\n/.exec(text)?.[0] ?? '\n';
  const before = layout.kind === 'fenced' ? splitLines(layout.block) : [];
  const block = writeFront({ lines: before, eol }, { ...ticket, title }, adoption).join('');
  const gap = layout.kind === 'bare' ? eol : '';
  const make = (body: string): string => `---${eol}${block}---${eol}${gap}${body}`;
  const described = make(describeBody(layout.body, ticket, eol));
  const adopted = keepsWords(described, ticket) ? described : make(layout.body);
  const parsed = parseTicket(new TextEncoder().encode(adopted), file);
  if (!parsed.ok) return { ok: false, problem: parsed.reason };
  if (parsed.recovered || parsed.ticket.id !== adoption.id || parsed.ticket.title !== title)
    return {
      ok: false,
      problem: `its front matter is no valid YAML, and Backlog.md would not show it: ${parsed.warnings[0] ?? 'write the values out'}`,
    };
  return { ok: true, text: adopted, title };
}

function writeFront(
  block: Block,
  ticket: Ticket,
  { id, status, bot, createdDate, labels }: Adoption,
): string[] {
  const { eol } = block;
  let lines: readonly string[] = removeKey(block, 'onStatusChange');
  const edit = (change: (block: Block) => string[]): void => {
    lines = change({ lines, eol });
  };
  edit((now) => setScalar(now, 'id', id));
  edit((now) => setScalar(now, 'title', ticket.title));
  edit((now) => setScalar(now, 'status', status));
  const assignee = isAssigned(ticket, bot) ? ticket.assignee : [...ticket.assignee, bot];
  edit((now) => setList(now, 'assignee', ticket.assignee, assignee));
  if (ticket.createdDate === '') edit((now) => setScalar(now, 'created_date', createdDate));
  const more = labels.filter((label) => !ticket.labels.includes(label));
  if (more.length > 0) edit((now) => setList(now, 'labels', ticket.labels, [...ticket.labels, ...more]));
  for (const key of ['labels', 'dependencies'] as const) edit((now) => insertKey(now, key, `${key}: []`));
  return [...lines];
}

/**
 * What the author says becomes sections that Backlog.md shows, byte for byte: the text before the first known section
 * is the description. What the front matter says of these is written out, since Backlog.md's next edit would drop it.
 */
function describeBody(body: string, ticket: Ticket, eol: string): string {
  const start = firstSection(body);
  const own = body.slice(0, start);
  const rest = body.slice(start);
  const criteria = listCriteria(body, ticket, eol);
  if (ticket.description !== '' || ticket.brief === '' || own.includes('<!-- ')) return criteria + body;
  const [firstLine = ''] = ticket.brief.split('\n');
  const [described, kept] = own.includes(firstLine)
    ? [own, '']
    : [ticket.brief.replaceAll('\n', eol), own.trimStart()];
  const ended = described.endsWith(eol) ? described : described + eol;
  const marked = `<!-- SECTION:DESCRIPTION:BEGIN -->${eol}${ended}<!-- SECTION:DESCRIPTION:END -->${eol}`;
  const parts = [`## Description${eol}${eol}${marked}`, criteria.trimEnd(), kept, rest];
  return parts.filter((part) => part !== '').join(eol);
}

/** Criteria that stand in the front matter alone. */
function listCriteria(body: string, { acceptanceCriteriaItems: items }: Ticket, eol: string): string {
  if (items.length === 0 || criteriaOf(body.replace(/\r\n/g, '\n'), 'acceptanceCriteria').length > 0)
    return '';
  const lines = items.map(({ index, text, checked }) => `- [${checked ? 'x' : ' '}] #${index} ${text}`);
  return ['## Acceptance Criteria', '<!-- AC:BEGIN -->', ...lines, '<!-- AC:END -->', '', ''].join(eol);
}

/** Where the first heading stands that Backlog.md knows; the end when there is none. */
function firstSection(body: string): number {
  const titles = knownTitles.map((title) => title.toLowerCase());
  for (const match of body.matchAll(/^## (.*)/gm))
    if (titles.includes((match[1] ?? '').trim().toLowerCase())) return match.index;
  return body.length;
}

/** Whether everything else is read from the new text as it was from the old one. */
function keepsWords(text: string, before: Ticket): boolean {
  const parsed = parseTicket(new TextEncoder().encode(text), '');
  if (!parsed.ok) return false;
  const words = ({
    acceptanceCriteriaItems,
    definitionOfDoneItems,
    implementationPlan,
    implementationNotes,
    comments,
  }: Ticket) =>
    JSON.stringify([
      acceptanceCriteriaItems,
      definitionOfDoneItems,
      implementationPlan,
      implementationNotes,
      comments,
    ]);
  return words(parsed.ticket) === words(before);
}
