import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Made, Plan, Stage } from '../../src/domain/run.ts';
import type { Bench } from '../../src/pipeline/bench.ts';
import { tryModels } from '../../src/pipeline/try-models.ts';
import type { Workspace } from '../../src/ports.ts';
import { manualClock } from '../support/clock.ts';
import { capturedOf } from '../support/making.ts';

const spent = { input: 60, output: 40, requests: 1, usd: 0 };

type Answer = 'made' | FailureCode | [FailureCode, Stage];

/** Lets models a, b and c answer as prepared. */
async function tryThree(
  answers: readonly Answer[],
  different: { tokens?: number; cut?: boolean; untouched?: boolean; plan?: Partial<Plan> } = {},
) {
  const events: Event[] = [];
  const restored: string[] = [];
  const cut = new AbortController();
  const plan: Partial<Plan> = {
    models: ['a', 'b', 'c'],
    escalation: [],
    recipe: null,
    model: 'a',
    tokens: different.tokens ?? null,
    ...different.plan,
  };
  const bench = {
    order: { plan, identity: { id: 'task-1', key: 'k', created: '' }, runId: 'r' },
    ports: { clock: manualClock(), observe: (event: Event) => void events.push(event) },
    signal: cut.signal,
    model: plan.model,
    spent,
    stage: 'open',
    captured: null,
    feedback: null,
    card: null,
  } as unknown as Bench;
  const workspace = {
    base: { branch: 'main', sha: 'base' },
    restore: (tree: string) => Promise.resolve(void restored.push(tree)),
  } as unknown as Workspace;
  const used: string[] = [];
  const cards: (string | null)[] = [];
  const made = await tryModels(bench, workspace, () => {
    used.push(bench.model);
    cards.push(bench.card);
    if (different.untouched !== true) bench.captured = capturedOf(`by ${bench.model}`);
    bench.feedback = 'The test "adds" is red.';
    if (different.cut === true) cut.abort();
    return Promise.resolve(answerOf(answers[used.length - 1] ?? 'made'));
  });
  return { made, used, restored, events, cards };
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

describe('stronger models', () => {
  const climb = (...answers: Answer[]) =>
    tryThree(answers, { plan: { models: ['a', 'b'], escalation: ['strong', 'stronger'] } });

  it.each<[string, Answer[], string[]]>([
    ['come next when there was no progress', ['NO_CHANGES', 'made'], ['a', 'strong']],
    ['one after the other', ['CHECKS_BROKEN', 'MODEL_LIMIT', 'made'], ['a', 'strong', 'stronger']],
    [
      'after a peer that may say it better',
      ['MODEL_BAD_EDITS', 'MODEL_EMPTY_ANSWER', 'made'],
      ['a', 'b', 'strong'],
    ],
    ['not because of an outage', ['MODEL_UNREACHABLE', 'MODEL_TIMEOUT', 'made'], ['a', 'b']],
    [
      'and give way to the next of them in one',
      ['NO_CHANGES', 'MODEL_OVERLOADED', 'made'],
      ['a', 'strong', 'stronger'],
    ],
    [
      'and to the peers at last',
      ['NO_CHANGES', 'MODEL_OVERLOADED', 'MODEL_UNFIT', 'made'],
      ['a', 'strong', 'stronger', 'b'],
    ],
    ['mend what a reviewer would not have', [['REVIEW_BLOCKED', 'review'], 'made'], ['a', 'strong']],
    ['mend no secrets', [['GUARD_SECRET', 'guard'], 'made'], ['a']],
  ])('%s', async (_what, answers, expected) => {
    expect((await climb(...answers)).used).toEqual(expected);
  });

  it('get one page about the try before theirs, in a worktree made clean', async () => {
    const { cards, restored } = await climb('CHECKS_BROKEN', 'made');
    expect(restored).toEqual(['base']);
    const [before, card = ''] = cards;
    expect(before).toBeNull();
    for (const told of [
      'by a, failed',
      'it is CHECKS_BROKEN',
      '- a.ts (modified)',
      'The test "adds" is red.',
      'by a',
    ])
      expect(card).toContain(told);
    expect(card?.length).toBeLessThan(4500);
  });

  it('learn nothing from a server that was down', async () => {
    expect((await climb('MODEL_UNREACHABLE', 'made')).cards).toEqual([null, null]);
  });
});

describe('a recipe', () => {
  const recipe = { recipe: 'fix-typo', args: {}, pattern: '', confidence: 1 } as const;
  const plan = { recipe, model: 'recipe/fix-typo', models: ['a', 'b'], escalation: ['strong'] };
  const begun = (answers: Answer[], different: { untouched?: boolean } = {}) =>
    tryThree(answers, { plan, ...different });

  it.each<[string, Answer[], string[]]>([
    ['is all when it works', ['made'], ['recipe/fix-typo']],
    ['hands on what it cannot do', ['RECIPE_DECLINED', 'made'], ['recipe/fix-typo', 'a']],
    ['hands on what it broke', [['CHECKS_BROKEN', 'check'], 'made'], ['recipe/fix-typo', 'a']],
    [
      'hands on what a reviewer would not have',
      [['REVIEW_BLOCKED', 'review'], 'made'],
      ['recipe/fix-typo', 'a'],
    ],
    [
      'leaves the ladder to the models',
      ['RECIPE_DECLINED', 'NO_CHANGES', 'made'],
      ['recipe/fix-typo', 'a', 'strong'],
    ],
    ['ends by what no model could mend', [['GUARD_PROTECTED_PATH', 'guard']], ['recipe/fix-typo']],
    ['ends with a full disk', ['DISK_FULL'], ['recipe/fix-typo']],
  ])('%s', async (_what, answers, expected) => {
    expect((await begun(answers)).used).toEqual(expected);
  });

  it('is no reason to fail where the models only were not to be had', async () => {
    const { made } = await begun(['RECIPE_DECLINED', 'MODEL_UNREACHABLE', 'MODEL_CIRCUIT_OPEN']);
    expect(codeOf(made)).toBe('MODEL_UNREACHABLE');
    expect(made).toMatchObject({
      tried: [{ model: 'recipe/fix-typo', code: 'RECIPE_DECLINED' }, { model: 'a' }],
    });
  });

  it('leads no model by what it could not do, and tells it what it broke', async () => {
    expect((await begun(['RECIPE_DECLINED', 'made'], { untouched: true })).cards).toEqual([null, null]);
    const { cards } = await begun([['CHECKS_BROKEN', 'check'], 'made']);
    expect(cards[1]).toContain('it is CHECKS_BROKEN');
  });

  it('lets its ticket wait where no model is known', async () => {
    const { made } = await tryThree(['RECIPE_DECLINED'], {
      plan: { recipe, model: 'recipe/fix-typo', models: [] },
    });
    expect(made).toMatchObject({ failure: { code: 'MODEL_UNREACHABLE', isInfrastructure: true } });
    const refused = await tryThree([['GUARD_SECRET', 'guard']], {
      plan: { recipe, model: 'recipe/fix-typo', models: [] },
    });
    expect(codeOf(refused.made)).toBe('GUARD_SECRET');
  });
});
