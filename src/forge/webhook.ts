import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { ForgeIssue } from '../domain/forge.ts';
import { forgeCommands } from '../domain/signal.ts';
import type { Signal } from '../domain/signal.ts';

/** Whether one of the secrets made the signature: `sha256=` and 64 small hexadecimal digits over the raw body. */
export function isSigned(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const [, digits] = /^(?:sha256=)?([0-9a-f]{64})$/.exec(signature) ?? [];
  if (digits === undefined) return false;
  const given = Buffer.from(digits, 'hex');
  // Each is compared, so that the time does not tell which one it was.
  const matches = secrets.map((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given),
  );
  return matches.includes(true);
}

export type Translation =
  | { kind: 'signal'; signal: Signal }
  /** In order, and nothing to us. */
  | { kind: 'ignored'; reason: string }
  /** Not what its event says that it is. */
  | { kind: 'refused'; reason: string };

export type TranslationRules = {
  /** `owner/name`; deliveries of others are nothing to us. */
  repository: string;
  triggerLabel: string;
  /** Names of events that are listened to. */
  events: readonly string[];
};

/** Pure. An event whose payload has another shape is refused: it may be another one's body under this name. */
export function translateDelivery(event: string, payload: unknown, rules: TranslationRules): Translation {
  const read = translators[event];
  if (event === 'ping') return { kind: 'signal', signal: { type: 'ping' } };
  if (read === undefined) return ignored(`the event ${event} means nothing here`);
  if (!rules.events.includes(event)) return ignored(`the event ${event} is not listened to`);
  const about = aboutShape.safeParse(payload);
  if (!about.success) return ignored('it is about no repository');
  if (about.data.repository.full_name.toLowerCase() !== rules.repository.toLowerCase())
    return ignored(`nothing of ${about.data.repository.full_name} is worked on here`);
  return read(payload, rules);
}

const aboutShape = z.object({ repository: z.object({ full_name: z.string() }) });
const sender = z.object({ login: z.string(), type: z.string().optional() });
const label = z.object({ name: z.string() });

const issueShape = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  state: z.string().optional(),
  updated_at: z.string(),
  user: z.object({ login: z.string() }).nullish(),
  labels: z.array(label).nullish(),
});

const issuesShape = z.object({ action: z.string(), issue: issueShape, label: label.nullish(), sender });
const commentShape = z.object({
  action: z.string(),
  issue: z.object({ number: z.number().int() }),
  comment: z.object({ body: z.string() }),
  sender,
});
const pullShape = z.object({ action: z.string(), pull_request: z.object({ number: z.number().int() }) });
const checkRunShape = z.object({ action: z.string(), check_run: z.object({ head_sha: z.string() }) });
const checkSuiteShape = z.object({ action: z.string(), check_suite: z.object({ head_sha: z.string() }) });
const statusShape = z.object({ sha: z.string(), state: z.string(), context: z.string() });

type Read = (payload: unknown, rules: TranslationRules) => Translation;

const translators: Partial<Record<string, Read>> = {
  issues: shaped(issuesShape, readIssue),
  issue_comment: shaped(commentShape, readComment),
  pull_request: shaped(pullShape, ({ action, pull_request: { number } }) =>
    ['closed', 'reopened', 'synchronize', 'synchronized'].includes(action)
      ? signal({ type: 'pull-request', number })
      : ignored(`a pull request was ${action}`),
  ),
  pull_request_review: shaped(pullShape, ({ pull_request: { number } }) =>
    signal({ type: 'pull-request', number }),
  ),
  check_run: shaped(checkRunShape, ({ action, check_run }) => ended(action, check_run.head_sha)),
  check_suite: shaped(checkSuiteShape, ({ action, check_suite }) => ended(action, check_suite.head_sha)),
  status: shaped(statusShape, ({ sha, state }) =>
    state === 'pending' ? ignored('a check began') : signal({ type: 'commit', sha }),
  ),
};

function shaped<Shape extends z.ZodType>(
  shape: Shape,
  read: (payload: z.output<Shape>, rules: TranslationRules) => Translation,
): Read {
  return (payload, rules) => {
    const parsed = shape.safeParse(payload);
    if (parsed.success) return read(parsed.data, rules);
    const [issue] = parsed.error.issues;
    return { kind: 'refused', reason: `its ${issue?.path.join('.') ?? ''} is not as the event has it` };
  };
}

/** What is edited after the label was given is not trusted, so only the label itself brings a text. */
function readIssue(payload: z.output<typeof issuesShape>, { triggerLabel }: TranslationRules): Translation {
  const { action, issue, label: given, sender: by } = payload;
  const isTrigger = (name: string | undefined): boolean => name?.toLowerCase() === triggerLabel.toLowerCase();
  if (action === 'closed') return signal({ type: 'issue-closed', number: issue.number });
  const isLabelled =
    (action === 'labeled' && isTrigger(given?.name)) ||
    // Gitea does not say which one.
    (action === 'label_updated' && (issue.labels ?? []).some(({ name }) => isTrigger(name)));
  if (!isLabelled) return ignored(`an issue was ${action}`);
  if (by.type === 'Bot') return ignored('a program gave the label');
  return signal({ type: 'issue-labelled', issue: publicIssue(issue), sender: by.login });
}

function publicIssue({
  number,
  title,
  body,
  html_url,
  state,
  updated_at,
  user,
  labels,
}: z.output<typeof issueShape>): ForgeIssue {
  return {
    number,
    url: html_url,
    title,
    body: body ?? '',
    author: user?.login ?? '',
    labels: (labels ?? []).map(({ name }) => name),
    isOpen: state !== 'closed',
    updatedAt: updated_at,
  };
}

/** The first line alone, and nothing else on it: what is quoted, fenced or longer is no command. */
function readComment({ action, issue, comment, sender: by }: z.output<typeof commentShape>): Translation {
  if (action !== 'created') return ignored(`a comment was ${action}`);
  if (by.type === 'Bot') return ignored('a program wrote the comment');
  const [first = ''] = comment.body.split(/\r?\n/);
  const word = /^\/ticketmill ([a-z]+)\s*$/.exec(first)?.[1];
  const command = forgeCommands.find((each) => each === word);
  if (command === undefined) return ignored('the comment is no command');
  return signal({ type: 'command', command, number: issue.number, sender: by.login });
}

function ended(action: string, sha: string): Translation {
  return action === 'completed' ? signal({ type: 'commit', sha }) : ignored(`a check was ${action}`);
}

function signal(what: Signal): Translation {
  return { kind: 'signal', signal: what };
}

function ignored(reason: string): Translation {
  return { kind: 'ignored', reason };
}
