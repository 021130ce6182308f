import { describe, expect, it } from '@jest/globals';
import { whyNotAdmitted } from '../../src/domain/probe.ts';
import type { Probe } from '../../src/domain/probe.ts';
import { Failure } from '../../src/domain/failure.ts';
import { probeModel } from '../../src/models/probe.ts';
import type { ProbeOptions } from '../../src/models/probe.ts';
import type { FakeAnswer, FakeOllamaOptions } from '../support/fake-ollama.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { ollamaFor, unaborted } from '../support/ollama-under-test.ts';

type Prepared = Partial<ProbeOptions> & { fake?: FakeOllamaOptions; plan?: FakeAnswer };

async function probed({ fake: options, plan = 'First I read it.', ...different }: Prepared = {}) {
  await using fake = await startFakeOllama({
    models: [{ name: 'coder:7b', capabilities: ['completion', 'tools'], contextLength: 4096 }],
    script: () => plan,
    ...options,
  });
  await using ollama = ollamaFor([fake]);
  const probe = await probeModel(
    'coder:7b',
    {
      provider: ollama,
      clock: ollama.clock,
      contextLength: 8192,
      tryEdit: (protocol) => Promise.resolve({ ok: true, detail: `edited by ${protocol}` }),
      holdsEdit: (answer) => answer.includes('EDIT'),
      ...different,
    },
    unaborted(),
  );
  return { probe, fake };
}

const outcomes = ({ checks }: Probe) => checks.map(({ name, outcome }) => `${name} ${outcome}`);

describe('the probe of a model', () => {
  it('loads it with the window of its chats, lets it edit in both protocols, and plan', async () => {
    const { probe, fake } = await probed();
    expect(outcomes(probe)).toEqual(['load passed', 'tools passed', 'blocks passed', 'plan passed']);
    expect(probe).toMatchObject({
      model: 'ollama/coder:7b',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      version: '0.33.0',
      probedAt: '2026-01-02T10:00:00.000Z',
    });
    expect(probe.checks[0]?.detail).toContain('a window of 4096 tokens');
    expect((await fake.received('/api/generate')).body).toMatchObject({ options: { num_ctx: 4096 } });
    expect(whyNotAdmitted(probe)).toBeNull();
  });

  it('tells how fast it reads and writes', async () => {
    await using fake = await startFakeOllama({ models: [{ name: 'coder:7b' }] });
    await using ollama = ollamaFor([fake]);
    const reply = { text: 'I read.', thinking: '', toolCalls: [], finish: 'stop' as const };
    const provider: ProbeOptions['provider'] = {
      ...ollama,
      async chat({ onText }) {
        await ollama.clock.advance(500);
        onText?.('I');
        await ollama.clock.advance(2000);
        onText?.(' read.');
        return { ...reply, usage: { input: 100, output: 41 } };
      },
    };
    const options = { provider, clock: ollama.clock, contextLength: 2048, holdsEdit: () => false };
    const tryEdit = () => Promise.resolve({ ok: true, detail: '' });
    expect(await probeModel('coder:7b', { ...options, tryEdit }, unaborted())).toMatchObject({
      tokensPerSecond: 20,
      promptTokensPerSecond: 200,
    });
  });

  it.each<[string, Prepared, string[], string | null]>([
    [
      'cannot be loaded',
      {
        fake: {
          instead: ({ path }) =>
            path === '/api/generate'
              ? { status: 500, error: 'model requires more system memory (5.0 GiB) than is available' }
              : undefined,
        },
      },
      ['load failed', 'tools skipped', 'blocks skipped', 'plan skipped'],
      'more system memory',
    ],
    [
      'gets a smaller window than it asked for',
      {
        fake: {
          instead: ({ path }) =>
            path === '/api/ps'
              ? { json: { models: [{ name: 'coder:7b', size: 1, context_length: 2048 }] } }
              : undefined,
        },
      },
      ['load failed', 'tools skipped', 'blocks skipped', 'plan skipped'],
      'a window of 2048 tokens in memory; 4096 were asked for',
    ],
    [
      'is gone from memory at once',
      { fake: { instead: ({ path }) => (path === '/api/ps' ? { json: { models: [] } } : undefined) } },
      ['load failed', 'tools skipped', 'blocks skipped', 'plan skipped'],
      'is not in memory',
    ],
    [
      'writes no edit in text, and calls tools rightly',
      { tryEdit: (protocol) => Promise.resolve({ ok: protocol === 'tools', detail: 'edit' }) },
      ['load passed', 'tools passed', 'blocks failed', 'plan passed'],
      null,
    ],
    [
      'writes no edit at all',
      { tryEdit: () => Promise.reject(new Failure('MODEL_EMPTY_ANSWER', 'it said nothing')) },
      ['load passed', 'tools failed', 'blocks failed', 'plan passed'],
      'it said nothing it said nothing',
    ],
    [
      'has no tools, and edits in text',
      { fake: { models: [{ name: 'coder:7b', capabilities: ['completion'] }] } },
      ['load passed', 'tools skipped', 'blocks passed', 'plan passed'],
      null,
    ],
    [
      'edits when it should plan',
      { plan: 'EDIT' },
      ['load passed', 'tools passed', 'blocks passed', 'plan failed'],
      null,
    ],
    ['says nothing', { plan: '' }, ['load passed', 'tools passed', 'blocks passed', 'plan failed'], null],
    [
      'breaks off',
      { plan: { fault: 'cut', text: 'I', at: 'stream' } },
      ['load passed', 'tools passed', 'blocks passed', 'plan failed'],
      null,
    ],
  ])('that %s', async (_what, prepared, expected, why) => {
    const { probe } = await probed(prepared);
    expect(outcomes(probe)).toEqual(expected);
    if (why === null) expect(whyNotAdmitted(probe)).toBeNull();
    else expect(whyNotAdmitted(probe)).toContain(why);
  });

  it('is none when the server fails, or a person stops it', async () => {
    const down = () => Promise.reject(new Failure('MODEL_UNREACHABLE', 'no route'));
    await expect(probed({ tryEdit: down })).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' });
    const bug = () => Promise.reject(new RangeError('bug'));
    await expect(probed({ tryEdit: bug })).rejects.toThrow('bug');
  });
});
