import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Made, Plan, Stage } from '../../src/domain/run.ts';
import type { Bench } from '../../src/pipeline/bench.ts';
import { tryModels } from '../../src/pipeline/try-models.ts';
import type { Workspace } from '../../src/ports.ts';
import { manualClock } from '../support/clock.ts';

const spent = { input: 60, output: 40, requests: 1, usd: 0 };

type Answer = 'made' | FailureCode | [FailureCode, Stage];

/** Lets models a, b and c answer as prepared. */
async function tryThree(answers: readonly Answer[], different: { tokens?: number; cut?: boolean } = {}) {
  const events: Event[] = [];
  const restored: string[] = [];
  const cut = new AbortController();
  const plan = { models: ['a', 'b', 'c'], model: 'a', tokens: different.tokens ?? null } as Partial<Plan>;
  const bench = {
    order: { plan, identity: { id: 'task-1', key: 'k', created: '' }, runId: 'r' },
    ports: { clock: manualClock(), observe: (event: Event) => void events.push(event) },
    signal: cut.signal,
    model: 'a',
    spent,
    stage: 'open',
    captured: null,
  } as unknown as Bench;
  const workspace = {
    base: { branch: 'main', sha: 'base' },
    restore: (tree: string) => Promise.resolve(void restored.push(tree)),
  } as unknown as Workspace;
  const used: string[] = [];
  const made = await tryModels(bench, workspace, () => {
    used.push(bench.model);
    if (different.cut === true) cut.abort();
    return Promise.resolve(answerOf(answers[used.length - 1] ?? 'made'));
  });
  return { made, used, restored, events };
}

function answerOf(answer: Answer): Made {
  if (answer === 'made')
    return { kind: 'hold', change: null, code: 'NO_CHANGE_NEEDED', reason: 'it is done', spent };
  const [code, stage] = typeof answer === 'string' ? [answer, 'code' as const] : answer;
  const options = code === 'MODEL_CIRCUIT_OPEN' ? { retryAfterSeconds: 20 } : {};
  return { kind: 'failed', failure: new Failure(code, `it is ${code}`, options), stage, change: null, spent };
}

const codeOf = (made: Made): string => (made.kind === 'failed' ? made.failure.code : made.kind);

describe('the models of a run', () => {
  it('are not asked when the first one makes the change', async () => {
    const { made, used, restored } = await tryThree(['made']);
    expect({ used, restored }).toEqual({ used: ['a'], restored: [] });
    expect(made).toMatchObject({ kind: 'hold', model: 'a', tried: [] });
  });

  it('go on in the same worktree made clean, and tell what failed before', async () => {
    const { made, used, restored, events } = await tryThree(['MODEL_NOT_FOUND', 'CHECKS_BROKEN', 'made']);
    expect({ used, restored }).toEqual({ used: ['a', 'b', 'c'], restored: ['base', 'base'] });
    expect(made).toMatchObject({
      model: 'c',
      tried: [
        { model: 'a', code: 'MODEL_NOT_FOUND', error: 'it is MODEL_NOT_FOUND', elapsedMs: 0 },
        { model: 'b', code: 'CHECKS_BROKEN' },
      ],
    });
    expect(events).toMatchObject([
      { type: 'model:replaced', from: 'a', to: 'b', code: 'MODEL_NOT_FOUND', taskId: 'task-1' },
      { type: 'model:replaced', from: 'b', to: 'c' },
    ]);
  });

  it.each<[Answer[], string, string]>([
    [
      ['MODEL_CIRCUIT_OPEN', 'MODEL_UNREACHABLE', 'MODEL_OVERLOADED'],
      'MODEL_UNREACHABLE',
      'nobody is to blame',
    ],
    [['MODEL_CIRCUIT_OPEN', 'MODEL_EMPTY_ANSWER', 'MODEL_UNFIT'], 'MODEL_EMPTY_ANSWER', 'one is to blame'],
    [['MODEL_TIMEOUT', 'NO_CHANGES', 'MODEL_LIMIT'], 'MODEL_LIMIT', 'the last says most'],
  ])('that all fail end the run: %j with %s, since %s', async (answers, code) => {
    const { made, used } = await tryThree(answers);
    expect(used).toEqual(['a', 'b', 'c']);
    expect(codeOf(made)).toBe(code);
    expect(made).toMatchObject({ model: 'c', tried: [{ model: 'a' }, { model: 'b' }] });
  });

  it.each<Answer>([
    'GIT_FAILED',
    'DISK_FULL',
    'GUARD_PROTECTED_PATH',
    'BUDGET_EXCEEDED',
    'INTERRUPTED',
    'INTERNAL',
    ['REVIEW_FAILED', 'review'],
    ['MODEL_UNREACHABLE', 'review'],
    ['MODEL_UNREACHABLE', 'open'],
  ])('are not changed for what none of them could mend: %j', async (answer) => {
    const { made, used } = await tryThree([answer]);
    expect(used).toEqual(['a']);
    expect(codeOf(made)).toBe(typeof answer === 'string' ? answer : answer[0]);
  });

  it('end by what no other model could mend, whatever failed before', async () => {
    const { made } = await tryThree(['MODEL_EMPTY_ANSWER', 'DISK_FULL']);
    expect(codeOf(made)).toBe('DISK_FULL');
  });

  it('are not asked any more once the tokens are used up, or the run is cut short', async () => {
    expect((await tryThree(['NO_CHANGES'], { tokens: 100 })).used).toEqual(['a']);
    expect((await tryThree(['NO_CHANGES'], { tokens: 101 })).used).toEqual(['a', 'b']);
    expect((await tryThree(['MODEL_TIMEOUT'], { cut: true })).used).toEqual(['a']);
  });
});
