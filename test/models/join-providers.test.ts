import { describe, expect, it } from '@jest/globals';
import { isPaid, joinProviders, objectionTo } from '../../src/models/join-providers.ts';
import type { Gate } from '../../src/models/join-providers.ts';
import { question, unaborted } from '../support/ollama-under-test.ts';
import { scriptedModel } from '../support/scripted-model.ts';

const openai = { name: 'openai', keyVariables: ['OPENAI_API_KEY'], hasKey: true };
const box = { name: 'box', keyVariables: [], hasKey: false };
const all: Gate = { providers: [openai, box], allowPaid: true };

async function askedOf(id: string, gate: Gate): Promise<string> {
  const joined = joinProviders(scriptedModel(['own']), () => scriptedModel(['cloud']), gate);
  const reply = await joined
    .chat(question({ model: id }), unaborted())
    .catch((error: unknown) => error as Error);
  return 'text' in reply ? reply.text : reply.message;
}

describe('models of all providers', () => {
  it.each([
    ['ollama/coder:7b', 'own'],
    ['coder:7b', 'own'],
    ['hf.co/owner/model', 'own'],
    ['constructor/x', 'own'],
    ['openai/gpt-5', 'cloud'],
    ['box/qwen', 'cloud'],
  ])('are asked of their own: %s of %s', async (id, home) => {
    expect(await askedOf(id, all)).toBe(home);
  });

  it('of whoever sends a bill are asked only where that is allowed', async () => {
    const free: Gate = { ...all, allowPaid: false };
    expect(await askedOf('openai/gpt-5', free)).toBe(
      'openai/gpt-5 is not asked. The use of openai is charged, and `routing.allowPaid` is false.',
    );
    expect(await askedOf('box/qwen', free)).toBe('cloud');
    expect([isPaid('openai/gpt-5', free), isPaid('box/qwen', free), isPaid('coder:7b', free)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('of a provider without a key are off', async () => {
    const keyless: Gate = { ...all, providers: [{ ...openai, hasKey: false }] };
    expect(objectionTo('openai/gpt-5', keyless)).toBe('openai is off: OPENAI_API_KEY is not set.');
    const joined = joinProviders(scriptedModel([]), () => scriptedModel([]), keyless);
    await expect(joined.facts('openai/gpt-5', unaborted())).rejects.toMatchObject({ code: 'MODEL_OFF' });
  });
});
