import { foreignLine, foreignLines } from './foreign-text.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** What a person says of a new ticket. */
export type TicketDraft = {
  title: string;
  description?: string;
  acceptanceCriteria?: string[];
  priority?: string;
  labels?: string[];
  dependencies?: string[];
  model?: string;
  /** Addresses of what it is about. */
  references?: string[];
  /** The ticket that it is a part of. */
  parentTaskId?: string;
  agent?: string;
  repo?: string;
  base?: string;
  /** Names from the config. */
  checks?: string[];
  review?: string;
};

const wishKeys = ['model', 'agent', 'repo', 'base', 'review'] as const;

/** The Markdown of a new ticket, key for key and line for line as Backlog.md writes it; `createdDate` is in UTC. */
export function writeTicket(
  draft: TicketDraft,
  { id, createdDate }: { id: string; createdDate: string },
): string {
  const front = [
    `id: ${yamlScalar(id)}`,
    `title: ${yamlScalar(foreignLine(draft.title))}`,
    'status: To Do',
    'assignee: []',
    `created_date: '${createdDate}'`,
    ...yamlList('labels', draft.labels),
    ...yamlList('dependencies', draft.dependencies),
    ...(draft.references === undefined ? [] : yamlList('references', draft.references)),
    ...yamlLine('parent_task_id', draft.parentTaskId),
    ...yamlLine('priority', draft.priority),
    ...wishKeys.flatMap((key) => yamlLine(key, draft[key])),
    ...(draft.checks === undefined ? [] : yamlList('checks', draft.checks)),
  ];
  return [
    '---',
    ...front,
    '---',
    '',
    ...describe(draft.description),
    ...criteria(draft.acceptanceCriteria),
    '',
  ].join('\n');
}

/** `task-12 - Fix-the-login.md`: the title without what file systems and shells mind, and no longer than they allow. */
export function ticketFileName(id: string, title: string): string {
  const words = foreignLine(title)
    .replace(/[<>:"/\\|?*]/g, '-')
    .replace(/['(),!@#$%^&+=[\]{};]/g, '')
    .replace(/\s+/g, '-')
    .replace(/-+/g, '-');
  const start = startOf(words, 120).replace(/^[-.]+|[-.]+$/g, '');
  return `${id.toLowerCase()} - ${start === '' ? 'untitled' : start}.md`;
}

/** As many whole characters as fit into so many bytes. */
function startOf(text: string, bytes: number): string {
  let start = '';
  for (const character of text) {
    if (Buffer.byteLength(start + character) > bytes) break;
    start += character;
  }
  return start;
}

function yamlLine(key: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${key}: ${yamlScalar(foreignLine(value))}`];
}

function yamlList(key: string, values: readonly string[] = []): string[] {
  if (values.length === 0) return [`${key}: []`];
  return [`${key}:`, ...values.map((value) => `  - ${yamlScalar(foreignLine(value))}`)];
}

function describe(description = ''): string[] {
  if (description.trim() === '') return [];
  const marked = [
    '<!-- SECTION:DESCRIPTION:BEGIN -->',
    ...foreignLines(description),
    '<!-- SECTION:DESCRIPTION:END -->',
  ];
  return ['## Description', '', ...marked, ''];
}

function criteria(items: readonly string[] = []): string[] {
  if (items.length === 0) return [];
  const lines = items.map((item, index) => `- [ ] #${index + 1} ${foreignLine(item)}`);
  return ['## Acceptance Criteria', '<!-- AC:BEGIN -->', ...lines, '<!-- AC:END -->'];
}
