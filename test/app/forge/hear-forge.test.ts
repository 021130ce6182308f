import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import type { Event } from '../../../src/domain/event.ts';
import { startFakeForge } from '../../support/fake-forge.ts';
import type { FakeForge, FakePull } from '../../support/fake-forge.ts';
import { makeRepository } from '../../support/git-repository.ts';
import type { OpenedHouse } from '../../support/open-house.ts';
import { greeting, houseTicket, openHouses } from '../../support/open-house.ts';

const houses = openHouses();
const secret = Array.from('0123456789abcdef').join('-');
let fake: FakeForge;
beforeEach(async () => {
  fake = await startFakeForge();
  fake.permissions.set('ada', 'write');
});
afterEach(() => fake.close());

/** Greets, and more warmly when it is asked to. */
const warmer: typeof greeting = (chat) => {
  const answer = greeting(chat);
  const isAsked = JSON.stringify(chat.messages).includes('More warmly.');
  const text = JSON.stringify(answer);
  return isAsked
    ? (JSON.parse(text.replace("'Hello '", "'Hello there '").replace("'Hi '", "'Hello '")) as typeof answer)
    : answer;
};

const greets = (word: string): string => `export function greet(name) {\n  return ${word} + name;\n}\n`;

/** Greets, and where the base moved meanwhile keeps what both meant. */
const merging: typeof greeting = (chat) => {
  const text = JSON.stringify(chat.messages);
  if (chat.body['format'] !== undefined || !text.includes('hold conflict markers')) return greeting(chat);
  const steps = [
    { name: 'read', arguments: { path: 'src/greet.js' } },
    { name: 'write', arguments: { path: 'src/greet.js', content: greets("'Hello, dear '") } },
    { name: 'done', arguments: { summary: 'It says hello to who is dear.' } },
  ];
  const turn = chat.messages.filter(({ role }) => role === 'assistant').length;
  return { toolCalls: steps.slice(turn, turn + 1) };
};

const count = ({ events }: OpenedHouse, type: Event['type']): number =>
  events.filter((event) => event.type === type).length;

async function openWithForge(
  more: object = {},
  script: typeof greeting = warmer,
): Promise<OpenedHouse & { url: string; stop: () => Promise<void> }> {
  const forge = {
    kind: 'github',
    baseUrl: fake.url,
    repository: 'acme/greeter',
    writeInterval: 0,
    pollInterval: 1000,
  };
  const env = { GITHUB_TOKEN: 'made-up', GITHUB_WEBHOOK_SECRET: secret };
  const config = { forge, processing: { watchDebounce: 10 }, ...more };
  const opened = await houses({ config, ollama: { script }, env });
  const daemon = await opened.start({ server: true });
  const stop = async (): Promise<void> => {
    daemon.stop();
    await daemon.ended;
  };
  return { ...opened, url: daemon.url ?? '', stop };
}

function deliver(
  url: string,
  event: string,
  payload: object,
  more: Record<string, string> = {},
): Promise<Response> {
  const body = JSON.stringify({
    repository: { full_name: 'acme/greeter' },
    sender: { login: 'ada' },
    ...payload,
  });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    ...more,
  };
  return fetch(`${url}/webhook`, { method: 'POST', headers, body });
}

const settledIn = async (opened: OpenedHouse, to: string): Promise<Event> => {
  for (;;) {
    const event = await opened.next('ticket:settled');
    if (event.type === 'ticket:settled' && event.to === to) return event;
  }
};

const issue = (number: number) => ({
  number,
  title: 'Say hello',
  body: 'Whoever it is.',
  html_url: `https://github.com/acme/greeter/issues/${number}`,
  state: 'open',
  updated_at: '2026-01-02T10:00:00Z',
  labels: [{ name: 'ticketmill' }],
  user: { login: 'eve' },
});

describe('a daemon with a webhook', () => {
  it('makes one ticket of a labelled issue, reworks it when asked, and ends it when merged', async () => {
    const opened = await openWithForge();
    const labelled = { action: 'labeled', issue: issue(12), label: { name: 'ticketmill' } };
    const inReview = settledIn(opened, 'review');
    const sent = await Promise.all([1, 2, 3].map(() => deliver(opened.url, 'issues', labelled)));
    expect(sent.map(({ status }) => status)).toEqual([202, 202, 202]);
    const outcomes = await Promise.all(
      sent.map(async (each) => ((await each.json()) as { outcome: string }).outcome),
    );
    expect(outcomes.sort()).toEqual(['accepted', 'duplicate', 'duplicate']);
    await inReview;
    expect(opened.listFolder('review')).toEqual(expect.arrayContaining(['gh-12.md']));
    const [pull] = fake.pulls;
    if (pull === undefined) throw new Error('none was opened');
    expect(pull.body).toContain('https://github.com/acme/greeter/issues/12');

    const head = async (): Promise<string> =>
      (await opened.repository.git('ls-remote', 'origin', pull.head.ref)).slice(0, 40);
    const before = await head();
    pull.head.sha = before;
    const at = { body: 'More warmly.', commit_id: before, submitted_at: '2026-01-02T11:00:00Z' };
    fake.reviews.set(1, [{ id: 5, user: { login: 'ada' }, state: 'CHANGES_REQUESTED', ...at }]);
    const again = settledIn(opened, 'review');
    await deliver(opened.url, 'pull_request_review', { action: 'submitted', pull_request: { number: 1 } });
    expect(await again).toMatchObject({ code: null });
    expect(JSON.stringify(opened.ollama.requests).includes('More warmly.')).toBe(true);

    pull.head.sha = await head();
    Object.assign(pull, { state: 'closed', merged: true, merged_at: '2026-01-02T12:00:00Z' });
    const done = settledIn(opened, 'done');
    await deliver(opened.url, 'pull_request', { action: 'closed', pull_request: { number: 1 } });
    await done;
    await opened.stop();
    expect(await head()).toBe('');
    expect(fake.pulls).toHaveLength(1);
  });

  it('brings a change onto a base that moved against it, has it checked and reviewed again, and merges it when approved', async () => {
    const checks = { syntax: { run: ['node', '--check', 'src/greet.js'] } };
    const opened = await openWithForge({ checks, webhook: { autoMergePR: true } }, merging);
    const { repository } = opened;
    const first = settledIn(opened, 'review');
    await opened.drop('task-1.md', houseTicket('task-1'));
    await first;
    const [pull] = fake.pulls;
    if (pull === undefined) throw new Error('none was opened');
    const head = async (): Promise<string> =>
      (await repository.git('ls-remote', 'origin', pull.head.ref)).slice(0, 40);
    const before = await head();
    const moved = await repository.commit({ 'NEWS.md': 'News.\n', 'src/greet.js': greets("'Hi, dear '") });
    await repository.git('push', '-q', 'origin', 'main');
    const [checked, reviewed] = [count(opened, 'check:finished'), count(opened, 'review:finished')];
    Object.assign(pull, { mergeable: false, head: { ...pull.head, sha: before } });
    const again = settledIn(opened, 'review');
    await deliver(opened.url, 'pull_request', { action: 'synchronize', pull_request: { number: 1 } });
    expect(await again).toMatchObject({ code: null });
    const after = await head();
    Object.assign(pull, { mergeable: true, mergeable_state: 'clean', head: { ...pull.head, sha: after } });
    const at = { body: '', commit_id: after, submitted_at: '2026-01-02T11:00:00Z' };
    fake.reviews.set(1, [{ id: 5, user: { login: 'ada' }, state: 'APPROVED', ...at }]);
    const done = settledIn(opened, 'done');
    await deliver(opened.url, 'pull_request_review', { action: 'submitted', pull_request: { number: 1 } });
    await done;
    expect(fake.calls.filter(({ path }) => path.endsWith('/merge')).map(({ body }) => body)).toEqual([
      { sha: after },
    ]);
    await opened.stop();
    expect(await repository.git('rev-parse', `${after}^`)).toBe(moved);
    expect(await repository.git('show', `${after}:src/greet.js`)).toBe(greets("'Hello, dear '").trimEnd());
    expect(await repository.git('show', `${after}:NEWS.md`)).toBe('News.');
    expect(JSON.stringify(opened.ollama.requests)).toContain(
      'hold conflict markers between it and your change',
    );
    expect(count(opened, 'check:finished')).toBeGreaterThan(checked);
    expect(count(opened, 'review:finished')).toBe(reviewed + 1);
    expect(fake.pulls).toHaveLength(1);
  }, 120_000);

  it('refuses what is not signed, too large or of the wrong kind, and those who may not write', async () => {
    const opened = await openWithForge();
    const labelled = { action: 'labeled', issue: issue(13), label: { name: 'ticketmill' } };
    const told = opened.next('daemon:warning');
    expect((await deliver(opened.url, 'issues', { ...labelled, sender: { login: 'eve' } })).status).toBe(202);
    expect(await told).toMatchObject({ message: expect.stringMatching(/eve may not write/) });
    const statuses = [
      await deliver(opened.url, 'issues', labelled, { 'x-hub-signature-256': 'sha256=0' }),
      await deliver(opened.url, 'issues', labelled, { 'content-type': 'application/x-www-form-urlencoded' }),
      await deliver(opened.url, 'issues', { ...labelled, more: 'x'.repeat(1_100_000) }),
      await deliver(opened.url, 'pull_request', labelled),
      await deliver(opened.url, 'issues', labelled, { 'x-github-delivery': '' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([401, 415, 413, 400, 400]);
    for (let more = 0; more < 60; more += 1)
      await deliver(opened.url, 'issues', labelled, { 'x-hub-signature-256': 'sha256=0' });
    expect(
      (await deliver(opened.url, 'issues', labelled, { 'x-hub-signature-256': 'sha256=0' })).status,
    ).toBe(429);
    expect(await (await fetch(`${opened.url}/metrics`)).text()).toContain(
      'webhook_deliveries_total{event="issues",outcome="unsigned"}',
    );
    await opened.stop();
    expect(opened.listFolder('todo').filter((name) => name.startsWith('gh-'))).toEqual([]);
  });

  it('finds by asking what no delivery told, but no text that changed since the label', async () => {
    fake.issues.push(issue(14), { ...issue(15), updated_at: '2026-01-03T10:00:00Z' });
    const given = {
      event: 'labeled',
      label: { name: 'ticketmill' },
      actor: { login: 'ada' },
      created_at: '2026-01-02T10:00:00Z',
    };
    for (const number of [14, 15]) fake.issueEvents.set(number, [given]);
    const opened = await openWithForge();
    const inReview = settledIn(opened, 'review');
    const told = opened.next('daemon:warning');
    await inReview;
    expect(await told).toMatchObject({
      message: expect.stringMatching(/Issue 15 changed after it was labelled/),
    });
    const lookedAgain = Promise.withResolvers<string>();
    fake.trouble = ({ path }) => {
      if (path.endsWith('/issues/15/events')) lookedAgain.resolve(path);
      return undefined;
    };
    await lookedAgain.promise;
    // Of the one that is a ticket by now nothing is asked any more.
    expect(fake.count('GET', /issues\/14\/events/)).toBe(1);
    await opened.stop();
    expect(opened.listFolder('review')).toEqual(expect.arrayContaining(['gh-14.md']));
  });
});

describe('a daemon for several repositories', () => {
  const about = { repository: { full_name: 'acme/web', html_url: 'https://github.com/acme/web' } };
  const toWeb = (url: string, event: string, payload: object) =>
    deliver(url, event, { ...about, ...payload });
  const webIssue = (number: number) => ({
    ...issue(number),
    html_url: `https://github.com/acme/web/issues/${number}`,
  });

  it('hears of each what is about it, from those who may write there, and of no other', async () => {
    await using stack = new AsyncDisposableStack();
    const web = await startFakeForge('acme/web');
    stack.defer(() => web.close());
    const there = await makeRepository({
      files: { 'src/greet.js': greets("'Hi '") },
      remote: 'bare',
    });
    stack.defer(() => there.remove());
    // Who may write to the one is nobody to the other.
    web.permissions.set('grace', 'write');
    web.issues.push(webIssue(12));
    const given = { event: 'labeled', label: { name: 'ticketmill' }, created_at: '2026-01-02T10:00:00Z' };
    web.issueEvents.set(12, [{ ...given, actor: { login: 'grace' } }]);
    const forge = { kind: 'github', baseUrl: web.url, repository: 'acme/web' };
    const opened = await openWithForge({ repositories: { web: { path: there.root, forge } } });
    const settled = async (id: string, to: string, from = 0): Promise<void> => {
      const isIt = (event: Event): boolean =>
        event.type === 'ticket:settled' && event.taskId === id && event.to === to;
      while (!opened.events.slice(from).some(isIt)) await opened.next('ticket:settled');
    };
    const told = async (words: RegExp): Promise<void> => {
      const isIt = (event: Event): boolean => event.type === 'daemon:warning' && words.test(event.message);
      while (!opened.events.some(isIt)) await opened.next('daemon:warning');
    };
    await deliver(opened.url, 'issues', {
      action: 'labeled',
      issue: issue(12),
      label: { name: 'ticketmill' },
    });
    await toWeb(opened.url, 'issues', {
      action: 'labeled',
      issue: webIssue(13),
      label: { name: 'ticketmill' },
    });
    await told(/Issue 13 of web is no ticket: ada may not write/);
    await Promise.all([settled('GH-12', 'review'), settled('GH-web-12', 'review')]);
    expect(opened.listFolder('review').sort()).toEqual(['gh-12.md', 'gh-web-12.md']);
    const [pull] = web.pulls as [FakePull];
    expect(pull.body).toContain('https://github.com/acme/web/issues/12');
    expect(fake.pulls.map(({ body }) => body)).toEqual([
      expect.stringContaining('https://github.com/acme/greeter/issues/12'),
    ]);
    const head = async (): Promise<string> =>
      (await there.git('ls-remote', 'origin', pull.head.ref)).slice(0, 40);
    expect(pull.head.ref).toContain('gh-web-12');

    // Both pull requests have the number 1.
    pull.head.sha = await head();
    web.statuses.set(pull.head.sha, [
      { context: 'ci', state: 'failure', status: 'failure', description: 'More warmly.' },
    ]);
    let from = opened.events.length;
    await toWeb(opened.url, 'status', { sha: pull.head.sha, state: 'failure', context: 'ci' });
    await settled('GH-web-12', 'review', from);
    expect(await there.git('show', `${await head()}:src/greet.js`)).toContain('Hello there');

    pull.head.sha = await head();
    pull.state = 'closed';
    await toWeb(opened.url, 'pull_request', { action: 'closed', pull_request: { number: 1 } });
    await settled('GH-web-12', 'failed');
    const retry = { action: 'created', issue: { number: 12 }, comment: { body: '/ticketmill retry' } };
    await toWeb(opened.url, 'issue_comment', retry);
    await told(/retry of ada was not done: they may not write/);
    from = opened.events.length;
    await toWeb(opened.url, 'issue_comment', { ...retry, sender: { login: 'grace' } });
    await settled('GH-web-12', 'review', from);
    const [, second] = web.pulls as [FakePull, FakePull];
    second.head.sha = await head();
    Object.assign(second, { state: 'closed', merged: true, merged_at: '2026-01-02T12:00:00Z' });
    await toWeb(opened.url, 'pull_request', { action: 'closed', pull_request: { number: 2 } });
    await settled('GH-web-12', 'done');

    const stranger = {
      repository: { full_name: 'acme/other' },
      action: 'closed',
      pull_request: { number: 1 },
    };
    const answer = await deliver(opened.url, 'pull_request', stranger);
    expect([answer.status, await answer.json()]).toEqual([
      202,
      { outcome: 'ignored', reason: 'Ignored: nothing of acme/other is worked on here.' },
    ]);
    await opened.stop();
    expect(opened.listFolder('review')).toEqual(['gh-12.md']);
    expect(fake.pulls).toHaveLength(1);
  }, 120_000);
});
