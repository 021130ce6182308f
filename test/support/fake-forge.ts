import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Call = {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  token: string;
};

/**
 * lost: carried out, and the line is cut before the answer · silent: nothing is ever said · trickle: an answer begins
 * and never ends · an answer: given in place of the effect.
 */
export type Trouble =
  'lost' | 'silent' | 'trickle' | { status: number; headers?: Record<string, string>; body?: unknown };

export type FakePull = {
  number: number;
  html_url: string;
  state: 'open' | 'closed';
  merged_at: string | null;
  merged: boolean;
  title: string;
  body: string;
  draft: boolean;
  mergeable: boolean | null;
  mergeable_state?: string;
  head: { ref: string; sha: string; repo: { full_name: string } };
  base: { ref: string };
  labels: { name: string }[];
  requested_reviewers: { login: string }[];
  user: { login: string };
};

export type FakeReview = {
  id: number;
  user: { login: string };
  state: string;
  body: string;
  commit_id: string;
  submitted_at: string;
  dismissed?: boolean;
};

export type FakeIssue = {
  number: number;
  title: string;
  body: string;
  html_url: string;
  state: string;
  updated_at: string;
  labels: { name: string }[];
  user: { login: string };
};

/** A forge in memory that notes every call and does to it whatever trouble the test wants. */
export type FakeForge = {
  url: string;
  /** `owner/name` of its one repository. */
  name: string;
  calls: Call[];
  pulls: FakePull[];
  comments: {
    pull: number;
    path: string;
    line: number;
    body: string;
    review: number;
    user: { login: string };
  }[];
  reviews: Map<number, FakeReview[]>;
  statuses: Map<string, { context: string; state: string; status: string; description: string }[]>;
  checks: Map<
    string,
    { name: string; status: string; conclusion: string | null; output: { title: string; summary: string } }[]
  >;
  milestones: { id: number; number: number; title: string }[];
  labels: { id: number; name: string }[];
  pullMilestones: Map<number, number>;
  issues: FakeIssue[];
  issueEvents: Map<number, object[]>;
  issueComments: { issue: number; body: string }[];
  permissions: Map<string, string>;
  /** Branches that the forge has; null: whatever is asked for is there. */
  branches: Set<string> | null;
  /** Lines that a comment may stand at. */
  hasLine: (path: string, line: number) => boolean;
  /** Asked at every call; undefined: none. */
  trouble: (call: Call) => Trouble | undefined;
  count: (method: string, path: RegExp) => number;
  close: () => Promise<void>;
};

export const ownName = 'acme/greeter';

export async function startFakeForge(name = ownName): Promise<FakeForge> {
  const server = createServer();
  const fake: FakeForge = {
    url: '',
    name,
    calls: [],
    pulls: [],
    comments: [],
    reviews: new Map(),
    statuses: new Map(),
    checks: new Map(),
    milestones: [],
    labels: [],
    pullMilestones: new Map(),
    issues: [],
    issueEvents: new Map(),
    issueComments: [],
    permissions: new Map(),
    branches: null,
    hasLine: () => true,
    trouble: () => undefined,
    count: (method, path) =>
      fake.calls.filter((call) => call.method === method && path.test(call.path)).length,
    close: () => close(server),
  };
  server.on('request', (request, response) => void answer(fake, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}

async function answer(fake: FakeForge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const piece of request) text += String(piece);
  const url = new URL(request.url ?? '/', fake.url);
  const call: Call = {
    method: request.method ?? '',
    path: url.pathname.replace(/^\/api\/v[13]/, ''),
    query: url.searchParams,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    token: request.headers.authorization ?? '',
  };
  fake.calls.push(call);
  const trouble = fake.trouble(call);
  if (trouble === 'silent') return;
  if (trouble === 'trickle') {
    response.writeHead(200, { 'content-type': 'application/json' }).write('[');
    return;
  }
  if (typeof trouble === 'object') {
    send(response, trouble.status, trouble.body ?? { message: 'trouble' }, trouble.headers);
    return;
  }
  const { status, body } = act(fake, call);
  if (trouble === 'lost') request.socket.destroy();
  else send(response, status, body);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(status === 204 ? undefined : isText ? body : JSON.stringify(body));
}

type Answer = { status: number; body: unknown };

function act(fake: FakeForge, call: Call): Answer {
  const own = `/repos/${fake.name}`;
  for (const [method, pattern, handle] of routes) {
    const match = call.path.startsWith(own) ? pattern.exec(call.path.slice(own.length)) : null;
    if (match !== null && method === call.method) return handle(fake, call, match.slice(1));
  }
  return { status: 404, body: { message: 'Not Found' } };
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (message: string): Answer => ({ status: 422, body: { message, errors: [{ message }] } });

type Handle = (fake: FakeForge, call: Call, parts: string[]) => Answer;

const at = (path: string): RegExp => new RegExp(`^${path}$`);

const routes: [string, RegExp, Handle][] = [
  ['GET', at(''), () => ok({ full_name: ownName })],
  ['GET', at('/pulls'), listPulls],
  ['POST', at('/pulls'), createPull],
  ['GET', at('/pulls/(\\d+)'), (fake, _call, [number]) => ok(pullOf(fake, number))],
  ['PATCH', at('/pulls/(\\d+)'), patchPull],
  ['PUT', at('/pulls/(\\d+)/merge'), mergePull],
  ['POST', at('/pulls/(\\d+)/merge'), mergePull],
  ['GET', at('/pulls/(\\d+)/comments'), (fake, call, [number]) => ok(page(commentsOf(fake, number), call))],
  [
    'GET',
    at('/pulls/(\\d+)/reviews'),
    (fake, call, [number]) => ok(page(fake.reviews.get(Number(number)) ?? [], call)),
  ],
  [
    'GET',
    at('/pulls/(\\d+)/reviews/(\\d+)/comments'),
    (fake, call, [number, review]) => {
      const all = commentsOf(fake, number).filter((each) => each.review === Number(review));
      return ok(call.query.has('page') ? page(all, call) : all);
    },
  ],
  ['POST', at('/pulls/(\\d+)/reviews'), postReview],
  ['POST', at('/pulls/(\\d+)/requested_reviewers'), askReviewers],
  ['POST', at('/issues/(\\d+)/labels'), addLabels],
  ['GET', at('/labels'), (fake, call) => ok(page(fake.labels, call))],
  ['POST', at('/labels'), createLabel],
  ['PATCH', at('/issues/(\\d+)'), patchIssue],
  ['GET', at('/milestones'), (fake, call) => ok(page(fake.milestones, call))],
  ['GET', at('/commits/([^/]+)/statuses'), (fake, _call, [sha = '']) => ok(fake.statuses.get(sha) ?? [])],
  [
    'GET',
    at('/commits/([^/]+)/check-runs'),
    (fake, _call, [sha = '']) => {
      const runs = fake.checks.get(sha) ?? [];
      return ok({ total_count: runs.length, check_runs: runs });
    },
  ],
  ['POST', at('/statuses/([^/]+)'), postStatus],
  [
    'GET',
    at('/collaborators/([^/]+)/permission'),
    (fake, _call, [login = '']) => ok({ permission: fake.permissions.get(login) ?? 'read' }),
  ],
  ['GET', at('/issues'), listIssues],
  [
    'GET',
    at('/issues/(\\d+)'),
    (fake, _call, [number]) => ok(fake.issues.find((each) => each.number === Number(number))),
  ],
  [
    'GET',
    at('/issues/(\\d+)/events'),
    (fake, call, [number]) => ok(page(fake.issueEvents.get(Number(number)) ?? [], call)),
  ],
  [
    'GET',
    at('/issues/(\\d+)/timeline'),
    (fake, call, [number]) => ok(page(fake.issueEvents.get(Number(number)) ?? [], call)),
  ],
];

function page<T>(all: readonly T[], { query }: Call): T[] {
  const size = Number(query.get('per_page') ?? query.get('limit') ?? 30);
  const number = Number(query.get('page') ?? 1);
  return all.slice((number - 1) * size, number * size);
}

function listPulls(fake: FakeForge, call: Call): Answer {
  const head = call.query.get('head')?.split(':')[1];
  const newestFirst = [...fake.pulls].reverse();
  return ok(
    page(
      newestFirst.filter((each) => head === undefined || each.head.ref === head),
      call,
    ),
  );
}

function createPull(fake: FakeForge, { body }: Call): Answer {
  const { head, base, title, body: text, draft } = body as Record<string, string>;
  const open = fake.pulls.find((each) => each.head.ref === head && each.state === 'open');
  if (open !== undefined) return refused(`A pull request already exists for acme:${head}.`);
  if (fake.branches?.has(head ?? '') === false)
    return {
      status: 422,
      body: { message: 'Validation Failed', errors: [{ field: 'head', code: 'invalid' }] },
    };
  if ((title ?? '').length > 256) return refused('title is too long (maximum is 256 characters)');
  const number = fake.pulls.length + 1;
  const pull: FakePull = {
    number,
    html_url: `https://github.com/${fake.name}/pull/${number}`,
    state: 'open',
    merged_at: null,
    merged: false,
    title: title ?? '',
    body: text ?? '',
    draft: Boolean(draft),
    mergeable: true,
    head: { ref: head ?? '', sha: 'a'.repeat(40), repo: { full_name: fake.name } },
    base: { ref: base ?? '' },
    labels: [],
    requested_reviewers: [],
    user: { login: 'mill-bot' },
  };
  fake.pulls.push(pull);
  return { status: 201, body: pull };
}

function pullOf(fake: FakeForge, number: string | undefined): FakePull {
  const pull = fake.pulls.find((each) => each.number === Number(number));
  if (pull === undefined) throw new Error(`the fake has no pull request ${number}`);
  return pull;
}

function patchPull(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  return ok(Object.assign(pullOf(fake, number), body));
}

function mergePull(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  const pull = pullOf(fake, number);
  if ((body['sha'] ?? body['head_commit_id']) !== pull.head.sha)
    return { status: 409, body: { message: 'Head branch was modified. Review and try the merge again.' } };
  if (pull.mergeable === false) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
  Object.assign(pull, { state: 'closed', merged: true, merged_at: '2026-01-02T10:00:00Z' });
  return ok({ merged: true });
}

function commentsOf(fake: FakeForge, number: string | undefined): FakeForge['comments'] {
  return fake.comments.filter(({ pull }) => pull === Number(number));
}

function postReview(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  const lines = body['comments'] as { path: string; line?: number; new_position?: number; body: string }[];
  const placed = lines.map((each) => ({ ...each, line: each.line ?? each.new_position ?? 0 }));
  if (placed.some(({ path, line }) => !fake.hasLine(path, line)))
    return refused('Line could not be resolved');
  const user = { login: 'mill-bot' };
  const all = fake.reviews.get(Number(number)) ?? [];
  const review = 1000 + all.length;
  const commit_id = String(body['commit_id']);
  all.push({
    id: review,
    user,
    state: 'COMMENTED',
    body: '',
    commit_id,
    submitted_at: '2026-01-02T10:00:00Z',
  });
  fake.reviews.set(Number(number), all);
  for (const { path, line, body: text } of placed)
    fake.comments.push({ pull: Number(number), path, line, body: text, review, user });
  return { status: 200, body: { id: review } };
}

function askReviewers(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  const pull = pullOf(fake, number);
  const asked = (body['reviewers'] as string[]).map((login) => ({ login }));
  if (asked.some(({ login }) => login === 'stranger'))
    return refused('Reviews may only be requested from collaborators.');
  const isNew = ({ login }: { login: string }) =>
    !pull.requested_reviewers.some((each) => each.login === login);
  pull.requested_reviewers.push(...asked.filter(isNew));
  return { status: 201, body: pull };
}

function addLabels(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  const pull = pullOf(fake, number);
  for (const label of body['labels'] as (string | number)[]) {
    const name = typeof label === 'string' ? label : (fake.labels.find(({ id }) => id === label)?.name ?? '');
    if (!pull.labels.some((each) => each.name === name)) pull.labels.push({ name });
  }
  return ok(pull.labels);
}

function createLabel(fake: FakeForge, { body }: Call): Answer {
  const label = { id: fake.labels.length + 1, name: String(body['name']) };
  fake.labels.push(label);
  return { status: 201, body: label };
}

function patchIssue(fake: FakeForge, { body }: Call, [number]: string[]): Answer {
  fake.pullMilestones.set(Number(number), Number(body['milestone']));
  return ok({});
}

function postStatus(fake: FakeForge, { body }: Call, [sha = '']: string[]): Answer {
  const { context, state, description } = body as Record<string, string>;
  const status = {
    context: context ?? '',
    state: state ?? '',
    status: state ?? '',
    description: description ?? '',
  };
  fake.statuses.set(sha, [status, ...(fake.statuses.get(sha) ?? [])]);
  return { status: 201, body: status };
}

function listIssues(fake: FakeForge, call: Call): Answer {
  const label = call.query.get('labels');
  const found = fake.issues.filter(
    (each) => each.state === 'open' && each.labels.some(({ name }) => name === label),
  );
  return ok(page(found, call));
}
