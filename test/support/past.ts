import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event } from '../../src/domain/event.ts';
import { describeFailure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import { stages } from '../../src/domain/run.ts';
import type { RunRecord } from '../../src/domain/run.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import { openDatabase } from '../../src/history/database.ts';
import { migrations } from '../../src/history/schema.ts';
import { createStatistics } from '../../src/history/statistics.ts';
import { openJournal } from '../../src/journal/journal.ts';
import { runRecord } from './run-record.ts';

/** A ticket that is there before the daemon starts, and what became of it. */
export type PastTicket = {
  number: number;
  title: string;
  state: TicketState;
  labels: string[];
  priority: string;
  model: string;
  /** When it ended, or came. */
  time: Date;
  description?: string;
  code?: FailureCode;
  message?: string;
};

const titles = [
  'Accept ISO weeks in the date picker',
  'Retry webhook deliveries with back-off',
  'Rename `fetchAll` to `listInvoices`',
  'Fix off-by-one in pagination links',
  'Add a dry-run flag to the importer',
  'Cache avatar thumbnails for a day',
  'Drop support for the v1 export format',
  'Validate IBANs before saving an account',
  'Show totals per project in the weekly report',
  'Make the search box keep its words after a reload',
  'Log the request id with every failed payment',
  'Split the settings page into tabs',
  'Return 409 instead of 500 for a duplicate slug',
  'Bump left-pad and remove the polyfill',
  'Document the environment variables of the worker',
];

const failures: [code: FailureCode, message: string][] = [
  ['NO_CHANGES', 'The model said that it was done and had changed nothing.'],
  ['CHECKS_BROKEN', 'npm test: 2 of 148 tests failed that passed before the change.'],
  ['MODEL_TIMEOUT', 'ollama/qwen2.5-coder:7b gave no token for 120 s.'],
  ['GUARD_SECRET', 'src/mail.ts:14 holds what looks like an API key.'],
];

const models = ['ollama/qwen2.5-coder:7b', 'ollama/deepseek-coder:6.7b'];
const day = 86_400_000;

/** Tickets as a repository has them after some weeks: most are done, a few wait, some failed. */
export function pastTickets(count: number, now: Date): PastTicket[] {
  return Array.from({ length: count }, (_, i) => {
    const state = stateOf(i, count);
    const [code, message] = failures[i % 4] ?? [];
    return {
      number: i + 1,
      title: titles[i % titles.length] ?? '',
      state,
      labels: [['api', 'ui', 'worker', 'docs'][i % 4] ?? '', ...(i % 3 === 0 ? ['bug'] : [])],
      priority: ['low', 'medium', 'high'][i % 3] ?? '',
      model: models[i % 5 === 0 ? 1 : 0] ?? '',
      time: new Date(now.getTime() - 3600_000 - ((i * 7919) % 1000) * ((28 * day) / 1000)),
      ...(state === 'failed' && code !== undefined && message !== undefined ? { code, message } : {}),
    };
  });
}

function stateOf(i: number, count: number): TicketState {
  if (i < count * 0.66) return 'done';
  if (i < count * 0.78) return 'failed';
  return i < count * 0.86 ? 'review' : 'todo';
}

/** Writes tickets, journal and history into a root as the daemon itself would have. */
export async function writePast(root: string, tickets: readonly PastTicket[]): Promise<void> {
  const folder = (state: string): string => join(root, 'backlog', state);
  for (const state of ['todo', 'processing', 'review', 'done', 'failed'])
    await mkdir(folder(state), { recursive: true });
  for (let i = 0; i < tickets.length; i += 500)
    await Promise.all(
      tickets.slice(i, i + 500).map(async (ticket) => {
        const path = join(folder(ticket.state), fileOf(ticket));
        await writeFile(path, textOf(ticket));
        await utimes(path, ticket.time, ticket.time);
      }),
    );
  await writeFile(join(root, 'backlog/PAUSE'), '');
}

/** What the journal and the history know of them. */
export async function writeMemory(root: string, tickets: readonly PastTicket[]): Promise<void> {
  const directory = join(root, '.ticketmill');
  const journal = await openJournal({ directory, repository: 'past', now: () => new Date() });
  const clock = { now: new Date() };
  const database = openDatabase({ file: join(directory, 'state.db'), migrations, now: () => clock.now });
  const statistics = createStatistics({
    database,
    now: () => clock.now,
    keepDays: 365,
    keepEvents: 1_000_000,
    redact: (text) => text,
  });
  const ended = tickets
    .filter(({ state }) => state !== 'todo' && state !== 'processing')
    .sort((a, b) => a.time.getTime() - b.time.getTime());
  for (const ticket of ended) {
    await journal.save(recordOf(ticket));
    for (const { at, event } of eventsOf(ticket)) {
      clock.now = new Date(ticket.time.getTime() + at);
      statistics.observe(event);
    }
  }
  statistics.close();
}

function fileOf({ number, title }: PastTicket): string {
  return `task-${number} - ${title.replaceAll(/[^A-Za-z0-9]+/g, '-')}.md`;
}

function textOf({ number, title, labels, priority, description }: PastTicket): string {
  const head = [`id: task-${number}`, `title: ${JSON.stringify(title)}`, 'created_date: "2026-01-02"'];
  const lists = [`labels: ${JSON.stringify(labels)}`, `priority: ${priority}`];
  const text = description ?? `${title}.\n\n## Acceptance Criteria\n- [ ] #1 It works\n- [ ] #2 It is tested`;
  return `---\n${[...head, ...lists].join('\n')}\n---\n\n${text}\n`;
}

function recordOf(ticket: PastTicket): RunRecord {
  const { number, model, code, message, state } = ticket;
  const isHeld = state === 'review' && number % 3 === 0;
  return runRecord({
    key: keyOf(ticket),
    id: `task-${number}`,
    file: fileOf(ticket),
    runId: `run-${number}`,
    step: 'settled',
    move: null,
    attempts: 1 + (number % 2),
    model,
    spent: { input: 5200 + number * 31, output: 900 + number, requests: 6, usd: 0, minutes: 3 },
    hold: isHeld
      ? { code: 'CHECKS_STILL_RED', reason: 'lint was red before the change and still is.' }
      : null,
    pullRequest:
      !isHeld && state !== 'failed' ? { number, url: `https://example.test/pull/${number}` } : null,
    lastError:
      code === undefined ? null : { code, message: message ?? '', stage: 'check', elapsedMs: 90_000 },
  });
}

function keyOf({ number }: PastTicket): string {
  return createHash('sha256').update(`past ${number}`).digest('hex');
}

/** `at` in milliseconds before the ticket's time. */
function eventsOf(ticket: PastTicket): { at: number; event: Event }[] {
  const { number, title, model, state, code, message } = ticket;
  const of = { taskId: `task-${number}`, runId: `run-${number}`, key: keyOf(ticket) };
  const took = 60_000 + ((number * 37) % 400) * 1000;
  const at = (part: number): number => -took + Math.round(took * part);
  const reached = code === undefined ? stages : stages.slice(0, 3);
  const call = (part: number): { at: number; event: Event } => ({
    at: at(part),
    event: {
      ...of,
      type: 'model:called',
      model,
      outcome: 'ok',
      elapsedMs: 2000 + ((number * 131) % 50) * 900,
      usage: { input: 2600, output: 450 },
      usd: model === models[1] ? 0.004 : 0,
    },
  });
  return [
    {
      at: at(0),
      event: { ...of, type: 'ticket:claimed', file: fileOf(ticket), title, attempt: 1, queuedMs: 4000 },
    },
    ...reached.flatMap((stage, i): { at: number; event: Event }[] => [
      { at: at(i / 6), event: { ...of, type: 'stage:started', stage } },
      ...(stage === 'code' ? [call(0.2), call(0.3)] : []),
      {
        at: at((i + 1) / 6),
        event: { ...of, type: 'stage:finished', stage, elapsedMs: Math.round(took / 6) },
      },
    ]),
    {
      at: 0,
      event: {
        ...of,
        type: 'ticket:settled',
        file: fileOf(ticket),
        to: code === undefined ? (state === 'done' ? 'done' : 'review') : 'failed',
        code: code ?? null,
        errorType: code === undefined ? null : describeFailure(code).errorType,
        message: message ?? '',
        elapsedMs: took,
        model,
      },
    },
  ];
}
