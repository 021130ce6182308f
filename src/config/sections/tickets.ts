import { perDay } from './providers.ts';
import { decimal, flag, form, group, text, whole } from './values.ts';

const path = form(/^[^\0]+$/, 'a path of a folder');
const folder = (name: string, holds: string) =>
  path.default(`backlog/${name}`).describe(`Folder of ${holds}.`);

export const folders = group({
  todo: folder('todo', 'tickets to do: any Markdown file dropped here is taken'),
  processing: folder('processing', 'tickets being worked on'),
  review: folder('review', 'tickets with an open pull request, or held for a person'),
  done: folder('done', 'merged or closed tickets'),
  failed: folder('failed', 'failed tickets, each with its `.error.json`'),
});

const status = (state: string) =>
  text('the name of a status').optional().describe(`Status of a task that is ${state}.`);

export const backlogMd = group({
  adopt: flag()
    .default(true)
    .describe(
      'Whether, in a Backlog.md project, its tasks are the tickets and dropped files become tasks; false keeps the folders.',
    ),
  statuses: group({
    todo: status('to do; else its `default_status`'),
    processing: status('worked on; else "In Progress", else its second one'),
    review: status('waiting for review; else "In Review" or "Review", else the label `in-review`'),
    done: status('done; else its last one'),
    failed: status('failed; else "Failed" or "Blocked", else the label `ticketmill-failed`'),
  })
    .prefault({})
    .describe("The project's names for our states; case and blanks do not matter."),
});

const idPattern = form(/\{id\}/, 'a text that contains {id}');
const extractForm = 'a regular expression with one group that captures the id, such as task-(\\d+)';

export const taskIdFormat = group({
  pattern: idPattern.default('task-{id}').describe('How a bare id is written out; `{id}` is the id.'),
  extractRegex: text(extractForm)
    .refine(capturesSomething, { error: extractForm })
    .default('task-(\\d+)')
    .describe(
      'Regular expression, matched without case, whose first group is the id in a file name or text.',
    ),
});

const limit = (unit: string) => decimal(0, Number.MAX_SAFE_INTEGER, unit).optional();

export const budget = group({
  perTicket: group({
    usd: limit('US dollars').describe('Most money a ticket may cost over its whole life. Absent: no limit.'),
    tokens: limit('tokens').describe('Most tokens, read and written, over its whole life. Absent: no limit.'),
    minutes: limit('minutes').describe('Most minutes of work over its whole life. Absent: no limit.'),
    attempts: whole(1, 1000).optional().describe('Most runs over its whole life. Absent: no limit.'),
  })
    .prefault({})
    .describe('Limits of one ticket; a ticket may lower them for itself.'),
  perDay: perDay.prefault({}).describe('Limits of one day over all tickets.'),
  alertAt: decimal(0, 1)
    .default(0.8)
    .describe('Part of a limit at which a person is told that it is nearly used up; 1: only when it is.'),
});

export const retry = group({
  maxRetries: whole(0, 100)
    .default(3)
    .describe('How often `retry-failed` brings one ticket back over its whole life.'),
  minAgeMinutes: decimal(0, 10_080, 'minutes')
    .default(5)
    .describe('How long ago a ticket must have failed before it is brought back.'),
  maxAgeDays: decimal(0, 3650, 'days')
    .default(30)
    .describe('What failed longer ago than this is left where it is.'),
  auto: flag()
    .default(false)
    .describe('Let the daemon do by itself, once a minute, what `retry-failed` does.'),
});

function capturesSomething(source: string): boolean {
  try {
    // With an empty alternative every expression matches, and the match shows how many groups there are.
    return (new RegExp(`${source}|`, 'i').exec('')?.length ?? 0) > 1;
  } catch {
    return false;
  }
}
