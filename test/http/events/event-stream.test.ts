import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Event } from '../../../src/domain/event.ts';
import { eventsInMemory, startTestServer, type TestServer } from '../../support/http-server.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

const note = (message: string): Event => ({ type: 'daemon:warning', message });
const text: Event = { type: 'model:text', taskId: '1', runId: 'r', key: 'k', model: 'm', text: 'let' };

async function start(options: Parameters<typeof startTestServer>[1] = {}) {
  const events = eventsInMemory({ paused: false });
  const server = await startTestServer({}, { events, ...options });
  open.push(server);
  return { server, events };
}

/** Reads a stream frame by frame. */
async function follow({ url }: TestServer, lastEventId?: string) {
  const ending = new AbortController();
  const response = await fetch(`${url}/api/events`, {
    signal: ending.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  open.push({ close: () => ending.abort() });
  if (!response.ok) await response.arrayBuffer();
  const body = response.ok ? response.body : null;
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  return {
    response,
    async next(): Promise<string | null> {
      while (!rest.includes('\n\n')) {
        const piece = await reader?.read();
        if (piece?.done !== false) return null;
        rest += piece.value;
      }
      const end = rest.indexOf('\n\n');
      const frame = rest.slice(0, end);
      rest = rest.slice(end + 2);
      return frame;
    },
    leave: () => ending.abort(),
  };
}

describe('the stream of events', () => {
  it('begins with how everything stands, and goes on with what happens', async () => {
    const { server, events } = await start();
    events.happen(note('before'));
    const stream = await follow(server);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    expect(await stream.next()).toBe('retry: 2000');
    expect(await stream.next()).toBe('id: 1\nevent: snapshot\ndata: {"seq":1,"paused":false}');
    events.happen(note('a\nb\r\u2028'));
    const data = { seq: 2, time: '2026-01-02T10:00:00.000Z', event: note('a\nb\r\u2028') };
    expect(await stream.next()).toBe(`id: 2\nevent: daemon:warning\ndata: ${JSON.stringify(data)}`);
  });

  it('brings the live text of models without a number', async () => {
    const { server, events } = await start();
    const stream = await follow(server);
    await stream.next();
    await stream.next();
    events.happen(text);
    expect(await stream.next()).toBe(`event: model:text\ndata: ${JSON.stringify({ event: text })}`);
  });

  it('goes on after the event that the browser had last', async () => {
    const { server, events } = await start();
    for (let count = 1; count <= 250; count += 1) events.happen(note(String(count)));
    const stream = await follow(server, '3');
    await stream.next();
    for (let seq = 4; seq <= 250; seq += 1) expect(await stream.next()).toMatch(new RegExp(`^id: ${seq}\n`));
    events.happen(note('then'));
    expect(await stream.next()).toMatch(/^id: 251\n/);
  });

  it.each(['9', '-1', 'x', '', '1e3', '99999999999999999999'])(
    'begins anew after %j, which the history does not know',
    async (lastEventId) => {
      const { server, events } = await start();
      events.happen(note('one'));
      const stream = await follow(server, lastEventId);
      await stream.next();
      expect(await stream.next()).toMatch(/^id: 1\nevent: snapshot\n/);
    },
  );

  it('begins anew for who missed more than is sent again', async () => {
    const { server, events } = await start({ streams: { clients: 2, beatMs: 60_000, replay: 2 } });
    for (let count = 1; count <= 4; count += 1) events.happen(note(String(count)));
    const near = await follow(server, '2');
    await near.next();
    expect(await near.next()).toMatch(/^id: 3\nevent: daemon/);
    const far = await follow(server, '1');
    await far.next();
    expect(await far.next()).toMatch(/^id: 4\nevent: snapshot/);
  });

  it('gives signs of life', async () => {
    const { server } = await start({ streams: { clients: 2, beatMs: 5, replay: 2 } });
    const stream = await follow(server);
    await stream.next();
    await stream.next();
    expect([await stream.next(), await stream.next()]).toEqual([':', ':']);
  });

  it('is open to so many and no more, and to others once one has left', async () => {
    const { server } = await start({ streams: { clients: 1, beatMs: 5, replay: 2 } });
    const first = await follow(server);
    await first.next();
    const second = await follow(server);
    expect([second.response.status, second.response.headers.get('retry-after')]).toEqual([503, '30']);
    first.leave();
    let status = 503;
    while (status === 503) ({ status } = (await follow(server)).response);
    expect(status).toBe(200);
  });

  it('drops who takes nothing, holds nobody up, and keeps nothing for the slow', async () => {
    const { server, events } = await start({ streams: { clients: 2, beatMs: 20, replay: 2 } });
    const slow = connect(server.port, '127.0.0.1').on('error', () => undefined);
    open.push({ close: () => slow.destroy() });
    slow.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(slow, 'data');
    slow.pause();
    const quick = await follow(server);
    await quick.next();
    await quick.next();
    const large = note('x'.repeat(1_000_000));
    for (let count = 0; count < 20; count += 1) {
      events.happen(large);
      let frame = await quick.next();
      while (frame === ':') frame = await quick.next();
      expect(frame).toContain('xxx');
    }
    // More than all buffers between the two hold was written. Its place is free when it was dropped.
    let status = 503;
    while (status === 503) ({ status } = (await follow(server)).response);
    expect(status).toBe(200);
  });

  it('ends with the server, at once', async () => {
    const { server } = await start();
    const stream = await follow(server);
    await stream.next();
    await stream.next();
    await server.close(60_000);
    expect(await stream.next()).toBeNull();
  });

  it('may not be followed from another site', async () => {
    const { server } = await start();
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      expect((await fetch(`${server.url}/api/events`, { headers: { ...headers } })).status).toBe(403);
    }
  });

  it('tells an error of its snapshot as any other', async () => {
    const events = { ...eventsInMemory(), snapshot: () => Promise.reject(new Error('broken')) };
    const { server } = await start({ events });
    expect((await follow(server)).response.status).toBe(500);
  });
});
