import { describe, expect, it } from '@jest/globals';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import type { ToolCall } from '../../src/domain/chat.ts';
import type { Event } from '../../src/domain/event.ts';
import { openMills } from '../support/daemon.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';

const files = {
  'package.json': '{ "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
};
const models = [{ name: 'm:7b' }];
const config = { ollama: { defaultModel: 'ollama/m:7b', warmUp: false } };

const mill = openMills();

describe('the API of a daemon at work', () => {
  it('takes a ticket, shows its way as it goes, what came of it, and carries out what a person decides', async () => {
    const { start } = await mill({ files, config, ollama: { models, script: answerTo } });
    const daemon = start();
    const listening = await daemon.until('server:listening');
    const api = apiOf(listening.url, await enter(listening.invitation));
    const stream = await follow(listening.url);

    expect((await stream.next()).name).toBe('snapshot');
    const added = await api.post('/api/tickets', { title: 'Say hello', acceptanceCriteria: ['It greets'] });
    expect(added).toEqual({ id: 'task-1', file: 'task-1 - Say-hello.md' });
    const seen = [await stream.next()];
    while (seen.at(-1)?.name !== 'ticket:settled') seen.push(await stream.next());
    expect(seen.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ticket:claimed', 'stage:started', 'model:text', 'pull-request:opened']),
    );
    const numbers = seen.flatMap(({ id }) => (id === null ? [] : [id]));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    const again = await follow(listening.url, numbers[0]);
    expect((await again.next()).id).toBe((numbers[0] ?? 0) + 1);

    const list = (await api.get('/api/tickets?state=review')) as { tickets: { runId?: string }[] };
    expect(list).toMatchObject({
      total: 1,
      counts: { todo: 0, review: 1 },
      tickets: [
        { id: 'task-1', attempts: 1, pullRequest: { number: 1 }, actions: ['approve', 'reject', 'merge'] },
      ],
    });
    const report = (await api.get('/api/tickets/1')) as { runId: string };
    expect(report).toMatchObject({
      state: 'review',
      text: { acceptanceCriteria: [{ text: 'It greets', checked: false }] },
      pullRequest: { state: 'open' },
      verdict: { findings: [] },
    });
    expect(await api.get('/api/tickets/1/diff')).toMatchObject({
      diff: expect.stringContaining("+  return 'Hello ' + name;"),
    });
    expect(await api.get('/api/tickets/1/explain')).toMatchObject({ verdict: 'hold' });
    expect(await api.get(`/api/runs/${report.runId}/transcript`)).toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ type: 'ticket:claimed' })]),
      next: null,
    });
    expect(await api.get('/api/costs')).toMatchObject({
      models: [{ model: 'ollama/m:7b' }],
      tickets: [{ id: 'task-1' }],
    });
    expect(await api.get('/api/trends?days=1')).toMatchObject({ days: [{ total: 1, successful: 1 }] });
    expect(await api.get('/api/models')).toMatchObject({
      hosts: [{ healthy: true, circuit: { state: 'CLOSED' } }],
      models: [{ id: 'ollama/m:7b', isDefault: true, isInstalled: true, attempts: 1, successes: 1 }],
    });

    expect(await api.post('/api/tickets/1/merge')).toMatchObject({
      state: 'done',
      pullRequest: { state: 'merged' },
    });
    expect(await api.get('/api/tickets?state=done')).toMatchObject({ total: 1 });
    await stream.leave();
    await again.leave();
    expect(await daemon.stop()).toBe(0);
  }, 60_000);

  it('groups what failed, and brings it back', async () => {
    const { start, drop, listFolder } = await mill({
      files,
      config,
      ollama: { models, script: () => call('done', { summary: 'Nothing.' }) },
    });
    const daemon = start();
    const listening = await daemon.until('server:listening');
    const api = apiOf(listening.url, await enter(listening.invitation));
    await drop('task-1.md', '---\nid: task-1\ntitle: Do nothing\n---\n\nNothing.\n');
    await daemon.until('ticket:settled');
    expect(await api.get('/api/failures')).toMatchObject({
      groups: [
        { code: 'NO_CHANGES', errorType: 'model', count: 1, tickets: [{ id: 'task-1', attempts: 1 }] },
      ],
    });
    expect(await api.post('/api/tickets/1/retry')).toMatchObject({ status: 409, code: 'NOT_POSSIBLE' });
    expect(await api.post('/api/tickets/1/retry', { force: true })).toMatchObject({
      id: 'task-1',
      state: 'todo',
    });
    await daemon.until('ticket:settled', () => listFolder('failed').length === 2);
    expect(await daemon.stop()).toBe(0);
  }, 60_000);
});

/** Opens a session by the one-time link, as a person's browser does. */
async function enter(invitation: string | null): Promise<string> {
  const answer = await fetch(invitation ?? '', { redirect: 'manual' });
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

function apiOf(url: string, cookie: string) {
  const headers = {
    cookie,
    origin: url,
    'x-requested-with': 'ticketmill',
    'content-type': 'application/json',
  };
  const read = async (answer: Response): Promise<unknown> => answer.json();
  return {
    get: async (path: string) => read(await fetch(url + path)),
    post: async (path: string, body: object = {}) =>
      read(await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })),
  };
}

type Frame = { id: number | null; name: string; data: { event?: Event } };

async function follow(url: string, after?: number) {
  const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': String(after) };
  const response = await fetch(`${url}/api/events`, { headers });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  return {
    async next(): Promise<Frame> {
      for (;;) {
        const end = rest.indexOf('\n\n');
        const frame = rest.slice(0, Math.max(end, 0));
        if (end === -1) rest += (await reader?.read())?.value ?? '';
        else rest = rest.slice(end + 2);
        const [, id, name, data] = /^(?:id: (\d+)\n)?event: (\S+)\ndata: (.*)$/.exec(frame) ?? [];
        if (name === undefined || data === undefined) continue;
        return { id: id === undefined ? null : Number(id), name, data: JSON.parse(data) as Frame['data'] };
      }
    },
    leave: () => reader?.cancel(),
  };
}

function answerTo({ messages, body }: WireChat): FakeAnswer {
  if (body['format'] !== undefined) {
    const { properties } = body['format'] as { properties: { nonce: { enum: string[] } } };
    return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  }
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  if (turn > 0) return { text: 'It is done.', ...call('done', { summary: 'It says hello.' }) };
  return { text: 'I look at it.', ...call('edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" }) };
}

function call(name: string, args: Record<string, unknown>): { toolCalls: ToolCall[] } {
  return { toolCalls: [{ name, arguments: args }] };
}
