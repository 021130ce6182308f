import { describe, expect, it } from '@jest/globals';
import { askTicketmill } from '../../scripts/demo/place.ts';
import type { Outcome } from '../../src/app/house.ts';
import type { StatusReport } from '../../src/domain/command.ts';
import { openMills } from '../support/daemon.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';

const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false, retryAttempts: 0 },
  models: { 'ollama/coder:7b': { temperature: 0 } },
  codeReview: { enabled: false },
  fastPath: { enabled: false },
  checks: {},
};

const ticket = `---
id: task-1
title: Say hello
created_date: '2026-01-02'
---

Let greet.txt say hello.
`;

const look: FakeAnswer = { toolCalls: [{ name: 'read', arguments: { path: 'greet.txt' } }] };
const write: FakeAnswer = {
  toolCalls: [{ name: 'write', arguments: { path: 'greet.txt', content: 'Hello, all.\n' } }],
};
const busy: FakeAnswer = { status: 502, error: 'bad gateway' };

const mill = openMills();

describe('answers that are kept', () => {
  it('are given to the same question of the same weights on the same commit, and on no other', async () => {
    const m = await mill({
      files: { 'greet.txt': 'Hi.\n' },
      config,
      ollama: { models: [{ name: 'coder:7b' }] },
    });
    const live = async (...answers: FakeAnswer[]): Promise<Outcome> => {
      m.ollama.reply(...answers);
      const daemon = m.start({ args: ['--no-server', '--once'] });
      const outcome = await daemon.until('outcome');
      await daemon.ended;
      return outcome;
    };

    await m.drop('task-1.md', ticket);
    expect(await live(look, busy)).toMatchObject({ settled: [] });
    await m.repository.commit({ 'greet.txt': 'Hey.\n' });
    await m.repository.git('push', '-q', 'origin', 'main');
    expect(await live(look, busy)).toMatchObject({ settled: [] });
    expect(await live(write, 'DONE: It greets.')).toMatchObject({
      settled: [{ id: 'task-1', state: 'review' }],
    });

    const asked = m.ollama.chats().map(({ messages }) => JSON.stringify(messages));
    expect(asked).toHaveLength(6);
    // The very same words on another commit were asked again, and once more on the same one they were not.
    expect(asked[2]).toBe(asked[0]);
    expect(asked[1]).toContain('Hi.');
    expect(asked[3]).toContain('Hey.');
    expect(asked[4]).toBe(asked[3]);
    const { cache } = (await askTicketmill(m, ['status'])) as StatusReport;
    expect(cache).toMatchObject({ enabled: true, asked: 7, hits: 1, hitRate: 1 / 7 });
  }, 60_000);
});
