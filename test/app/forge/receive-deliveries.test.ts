import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Desk } from '../../../src/app/forge/open-desks.ts';
import { receiveDeliveries } from '../../../src/app/forge/receive-deliveries.ts';
import { configSchema } from '../../../src/config/schema.ts';
import type { Rooms } from '../../../src/app/open-rooms.ts';
import type { Inbox } from '../../../src/forge/inbox.ts';
import { openInbox } from '../../../src/forge/inbox.ts';
import { sendRaw, startTestServer } from '../../support/http-server.ts';
import type { TestServer } from '../../support/http-server.ts';

const [secret, older] = ['0123456789abcdef', 'fedcba9876543210'].map((digits) =>
  Array.from(digits).join('-'),
);
const secrets = { GITHUB_WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_SECRET_PREVIOUS: older };
const desk = {
  repo: null,
  names: new Set([null]),
  hosted: { baseUrl: 'https://api.github.com', place: { owner: 'acme', repo: 'greeter' } },
} as unknown as Desk;

let now = new Date('2026-01-02T10:00:00Z');
let state: string;
let inbox: Inbox;
let server: TestServer;
const outcomes: string[] = [];

/** The next life of the same daemon. */
async function start(): Promise<void> {
  inbox = await openInbox({ directory: state, now: () => now });
  const metrics = { countDelivery: (_event: string, outcome: string) => void outcomes.push(outcome) };
  const rooms = { loaded: { config: configSchema.parse({}), secrets }, observers: { metrics } };
  const source = receiveDeliveries(rooms as unknown as Rooms, {
    inbox,
    desks: [desk],
    onAccepted: () => undefined,
  });
  server = await startTestServer({}, { webhook: source });
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'ticketmill-deliveries-'));
  await start();
});
afterAll(async () => {
  await server.close();
  rmSync(state, { recursive: true });
});
afterEach(() => void (outcomes.length = 0));

let deliveries = 0;
const about = { repository: { full_name: 'acme/greeter' }, sender: { login: 'ada' } };
const closed = (number: number) => JSON.stringify({ ...about, action: 'closed', pull_request: { number } });
const sign = (body: string | Uint8Array, by = secret ?? ''): string =>
  `sha256=${createHmac('sha256', by).update(body).digest('hex')}`;

async function deliver(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${server.url}/webhook`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': `delivery-${(deliveries += 1)}`,
      'x-hub-signature-256': sign(body),
      ...headers,
    },
  });
  return { status: answer.status, text: await answer.text() };
}

describe('a delivery', () => {
  it('S55, F97: counts once, whatever its id and its event, in this life, in the next and days later', async () => {
    const body = closed(1);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => deliver(body, { 'x-github-delivery': 'the-same' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
    expect(await deliver(body)).toMatchObject({ status: 202, text: '{"outcome":"duplicate"}' });
    expect((await deliver(body, { 'x-github-event': 'issues' })).status).toBe(400);
    expect(inbox.waiting()).toHaveLength(1);
    for (const isDone of [false, true]) {
      await server.close();
      await start();
      if (isDone) now = new Date('2026-01-07T10:00:00Z');
      expect((await deliver(body)).text).toBe('{"outcome":"duplicate"}');
      expect((await deliver(closed(2), { 'x-github-delivery': 'the-same' })).text).toBe(
        '{"outcome":"duplicate"}',
      );
      const [waiting] = inbox.waiting();
      if (!isDone) await inbox.done(waiting?.name ?? '');
    }
    expect(inbox.waiting()).toEqual([]);
  });

  it('is known for two months, also to a daemon that runs on', async () => {
    let date = new Date('2026-01-31T10:00:00Z');
    const running = await openInbox({ directory: join(state, 'for-years'), now: () => date });
    const come = (id: string) =>
      running.accept({ id, event: 'ping', body: Buffer.from(id) }, { type: 'ping' });
    expect(await come('1')).toBe('accepted');
    date = new Date('2026-02-01T10:00:00Z');
    expect([await come('1'), await come('2')]).toEqual(['duplicate', 'accepted']);
    date = new Date('2026-03-01T10:00:00Z');
    expect([await come('3'), await come('2'), await come('1')]).toEqual([
      'accepted',
      'duplicate',
      'accepted',
    ]);
  });

  it('S53, S66: is signed by the secret or the one before it, once, and nothing else', async () => {
    const body = closed(3);
    const wrong = [
      '',
      'sha256=',
      sign(body, 'another secret'),
      sign(body).replace('sha256', 'sha1'),
      `${sign(body)}0`,
    ];
    for (const signature of wrong)
      expect([signature, (await deliver(body, { 'x-hub-signature-256': signature })).status]).toEqual([
        signature,
        401,
      ]);
    const two = [sign(body), sign(body, 'another secret')]
      .map((each) => `X-Hub-Signature-256: ${each}\r\n`)
      .join('');
    const head = `POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\nContent-Type: application/json\r\n`;
    const rest = `X-GitHub-Event: pull_request\r\nX-GitHub-Delivery: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(await sendRaw(server.port, head + two + rest)).toMatch(/^HTTP\/1.1 401 /);
    expect(inbox.waiting()).toEqual([]);
    const { status, text } = await deliver(body, { 'x-hub-signature-256': sign(body, older) });
    expect([status, text]).toEqual([202, '{"outcome":"accepted"}']);
    expect(JSON.stringify(await deliver('no', { 'x-hub-signature-256': 'sha256=0' }))).not.toContain(secret);
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, number]>([
    ['nothing', '', 400],
    ['no JSON', '{', 400],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400],
    ['lists in lists', '['.repeat(100_000) + ']'.repeat(100_000), 202],
    ['objects in objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 202],
    ['a number', '5', 202],
    ['null', 'null', 202],
    ['no repository', '{"repository":null}', 202],
    ['a strange repository', '{"repository":{"full_name":{"toString":1,"valueOf":2},"html_url":[[]]}}', 202],
    ['a prototype', '{"__proto__":{"repository":{"full_name":"acme/greeter"},"action":"closed"}}', 202],
    ['another repository', closed(4).replace('acme/greeter', 'evil/greeter'), 202],
    ['a fork', closed(4).replace('acme/greeter', 'eve/greeter'), 202],
    [
      'a key said twice',
      closed(4)
        .replace('"action"', '"action":"closed","repository":{"full_name":"evil/x"},"action"')
        .replace('{"repository":{"full_name":"acme/greeter"},', '{'),
      202,
    ],
    ['a number as text', closed(4).replace(':4}', ':"4"}'), 400],
  ])('S56, S60: of %s has no effect', async (_what, body, status) => {
    const before = inbox.waiting().length;
    expect((await deliver(body)).status).toBe(status);
    expect(inbox.waiting()).toHaveLength(before);
  });

  it('S60, S61: that is compressed, a form or without an end is refused', async () => {
    expect((await deliver(closed(5), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await deliver('payload=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    );
    const piece = 'x'.repeat(64 * 1024);
    let left = 24;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        if ((left -= 1) < 0) controller.close();
        else controller.enqueue(Buffer.from(piece));
      },
    });
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(piece) };
    const order: RequestInit = { method: 'POST', body: endless, duplex: 'half', headers };
    expect((await fetch(`${server.url}/webhook`, order)).status).toBe(413);
  });

  it('S62: that is signed is taken amid a flood of others from the same address', async () => {
    const flood = Array.from({ length: 200 }, () => deliver('{}', { 'x-hub-signature-256': 'sha256=0' }));
    const signed = await Promise.all(Array.from({ length: 20 }, (_, at) => deliver(closed(100 + at))));
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    expect(new Set(signed.map(({ text }) => text))).toEqual(new Set(['{"outcome":"accepted"}']));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(100);
    expect(statuses.every((status) => status === 401 || status === 429)).toBe(true);
    expect((await deliver(closed(200))).status).toBe(202);
  });

  it('F98: is not answered with success where it cannot be kept, and may come again', async () => {
    rmSync(join(state, 'inbox'), { recursive: true });
    const body = closed(300);
    expect((await deliver(body)).status).toBeGreaterThanOrEqual(500);
    await server.close();
    await start();
    expect((await deliver(body)).text).toBe('{"outcome":"accepted"}');
  });
});
