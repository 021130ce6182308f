import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { Made, Rework } from '../../src/domain/run.ts';
import type { Making } from '../support/making.ts';
import { make } from '../support/making.ts';

const codeOf = (made: Made): string => (made.kind === 'failed' ? made.failure.code : made.kind);
const broken = {
  name: 'test',
  outcome: 'broken',
  exitCode: 1,
  baseExitCode: 0,
  elapsedMs: 1,
  output: 'no',
} as const;
const refusal = { code: 'GUARD_PLACEHOLDER', path: 'a.ts', line: 3, reason: 'a placeholder' } as const;
const finding = {
  severity: 'HIGH',
  category: 'bugs',
  file: 'a.ts',
  line: 1,
  message: 'it is wrong',
} as const;

/** Waits until it is told to stop. */
const untilCut = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the socket was closed')), { once: true });
  });

describe('making a change', () => {
  it('goes through the stages in order, and tells of each', async () => {
    const { made, events, closed, said } = await make({ stretches: [{ text: 'one' }] });
    expect(made).toMatchObject({
      kind: 'publish',
      change: {
        tree: 'tree of one',
        base: { sha: 'base' },
        model: 'coder',
        summary: 'Done.',
        verdict: { model: 'judge' },
      },
      spent: { input: 20, output: 2, requests: 2, usd: 0 },
    });
    expect(said).toEqual([null]);
    expect(closed).toEqual([{ keep: false }]);
    expect(events.map((event) => ('stage' in event ? `${event.type} ${event.stage}` : event.type))).toEqual([
      'stage:started open',
      'stage:finished open',
      'stage:started code',
      'agent:step',
      'model:text',
      'stage:finished code',
      'stage:started check',
      'stage:finished check',
      'guard:remarked',
      'stage:started guard',
      'stage:finished guard',
      'stage:started review',
      'stage:finished review',
      'review:finished',
    ]);
    expect(events[0]).toMatchObject({ taskId: 'task-1', runId: 'run-1', key: 'k'.repeat(64) });
    expect(events).toContainEqual(
      expect.objectContaining({
        path: '',
        text: expect.stringContaining('no check is configured') as unknown,
      }),
    );
  });

  it('sends the coder back with the reason, from the files as they were judged', async () => {
    const { made, said, restored } = await make({
      stretches: [{ text: 'one' }, { text: 'two' }, { text: 'three' }, { text: 'four' }],
      checks: [[broken], []],
      refusals: [[refusal], []],
      verdicts: [{ findings: [finding] }, {}],
    });
    expect(made).toMatchObject({ kind: 'publish', change: { tree: 'tree of four' } });
    expect(said).toEqual([
      null,
      expect.stringContaining('Check "test" exited 1'),
      expect.stringContaining('- a.ts:3: a placeholder'),
      expect.stringContaining('[HIGH] a.ts:1: it is wrong'),
    ]);
    expect(restored).toEqual(['tree of one', 'tree of two', 'tree of three']);
    expect(made.spent).toEqual({ input: 60, output: 6, requests: 6, usd: 0 });
  });

  const changing = (count: number) => Array.from({ length: count }, (_each, index) => ({ text: `${index}` }));
  it.each<[string, Omit<Making, 'stretches'>, number, string]>([
    ['three mendings of checks', { checks: [[broken]] }, 4, 'CHECKS_BROKEN'],
    ['one of what the guard refused', { refusals: [[refusal]] }, 2, 'GUARD_PLACEHOLDER'],
    ['as many of findings as the policy says', { verdicts: [{ findings: [finding] }] }, 3, 'publish'],
  ])('allows %s', async (_what, making, times, end) => {
    const { made, said } = await make({ stretches: changing(9), ...making });
    expect(said).toHaveLength(times);
    expect(codeOf(made)).toBe(end);
  });

  it('asks once more when nothing was changed, and then believes it', async () => {
    const { made, said } = await make({ stretches: [{}, {}] });
    expect(said).toHaveLength(2);
    expect(codeOf(made)).toBe('NO_CHANGES');
    expect(made).toMatchObject({ stage: 'code' });
  });

  it('gives up at once when mending changed nothing', async () => {
    const { made, said } = await make({ stretches: [{ text: 'one' }], checks: [[broken]] });
    expect(said).toHaveLength(2);
    expect(made).toMatchObject({ kind: 'failed', stage: 'check', change: { tree: 'tree of one' } });
    expect(codeOf(made)).toBe('CHECKS_BROKEN');
  });

  it('sends nobody back once the tokens of its budget are used', async () => {
    const { made, said } = await make({ stretches: changing(9), checks: [[broken]], plan: { tokens: 22 } });
    expect(said).toHaveLength(2);
    expect(made).toMatchObject({
      failure: {
        code: 'BUDGET_EXCEEDED',
        message: 'This run has used 22 tokens; 22 were left of its budget.',
      },
    });
  });

  it('asks the commands of its user before each step, and goes no further than they let it', async () => {
    const asked: unknown[] = [];
    const { made, events } = await make({
      stretches: [{ text: 'one' }],
      ports: () => ({
        hook({ hook, directory }) {
          asked.push([hook, directory]);
          const isRefused = hook === 'checks:before';
          return isRefused ? Promise.reject(new Failure('HOOK_REFUSED', 'not today')) : Promise.resolve();
        },
      }),
    });
    expect(asked).toEqual([
      ['worktree:created', '/nowhere'],
      ['agent:before', '/nowhere'],
      ['checks:before', '/nowhere'],
    ]);
    expect(codeOf(made)).toBe('HOOK_REFUSED');
    expect(events.at(-1)).toMatchObject({ type: 'stage:finished', stage: 'code' });
  });

  it('offers the model to split the task only where that is wanted', async () => {
    const offered: unknown[] = [];
    for (const split of [true, false])
      await make({
        stretches: [{ text: 'one' }],
        plan: { split },
        ports: ({ coder }) => ({
          coder: {
            begin(job) {
              offered.push(job.split);
              return coder.begin(job);
            },
          },
        }),
      });
    expect(offered).toEqual([true, undefined]);
  });
});

describe('a rework', () => {
  const asked: Rework = {
    round: 1,
    reason: 'changes were requested',
    feedback: 'Say good day.',
    base: 'old base',
    head: 'old head',
    answered: [],
    isDue: true,
  };

  it('begins with the earlier change, which must not stay as it was', async () => {
    const opened: unknown[] = [];
    const { made, said, restored } = await make({
      rework: { asked, begunWith: { tree: 'tree of earlier', conflicts: ['a.ts'] } },
      stretches: [{ text: 'earlier' }, { text: 'mended' }],
      ports: ({ workspaces }) => ({
        workspaces: {
          open(order, signal) {
            opened.push(order);
            return workspaces.open(order, signal);
          },
        },
      }),
    });
    expect(opened).toEqual([{ key: 'k'.repeat(64), base: null, earlier: 'old head' }]);
    expect(restored).toEqual(['tree of earlier', 'tree of earlier']);
    expect(said).toEqual([
      expect.stringMatching(/conflict markers .*: a\.ts\..*Say good day\./s),
      expect.stringContaining('Nothing was changed yet.'),
    ]);
    expect(made).toMatchObject({ kind: 'publish', change: { tree: 'tree of mended' } });
  });

  it('may leave it as it was where only the base moved', async () => {
    const { made, said } = await make({
      rework: {
        asked: { ...asked, feedback: null },
        begunWith: { tree: 'tree of earlier', conflicts: [] },
      },
      stretches: [{ text: 'earlier' }],
    });
    expect(said).toEqual([expect.stringContaining('See that it is still right on the base branch')]);
    expect(made).toMatchObject({ kind: 'publish', change: { tree: 'tree of earlier' } });
  });
});

describe('a recipe', () => {
  const recipe = { recipe: 'fix-typo', args: {}, pattern: '', confidence: 1 } as const;
  const plan = { recipe, model: 'recipe/fix-typo' };

  it('makes its change without a model', async () => {
    const begun: unknown[] = [];
    const { made } = await make({
      stretches: [{ text: 'one' }],
      plan: { ...plan, models: [], reviewer: null },
      ports: ({ recipes }) => ({
        recipes: {
          begin(job) {
            begun.push(job.order);
            return recipes.begin(job);
          },
        },
        coder: {
          begin: () => {
            throw new Error('no model is expected');
          },
        },
      }),
    });
    expect(begun).toEqual([recipe]);
    expect(made).toMatchObject({ kind: 'publish', model: 'recipe/fix-typo' });
  });

  it('does not mend what it broke; a model goes on and learns of it', async () => {
    const { made, said } = await make({
      stretches: [{ text: 'one' }, { text: 'two' }],
      checks: [[broken], []],
      plan: { ...plan, models: ['coder'] },
    });
    expect(said).toEqual([null, expect.stringContaining('by recipe/fix-typo, failed')]);
    expect(made).toMatchObject({
      kind: 'publish',
      model: 'coder',
      tried: [{ model: 'recipe/fix-typo', code: 'CHECKS_BROKEN' }],
    });
  });

  it('leads no model by what it could not do', async () => {
    const { made, said } = await make({
      stretches: [{ ended: { end: 'gave-up', code: 'RECIPE_DECLINED' } }, { text: 'two' }],
      plan: { ...plan, models: ['coder'] },
    });
    expect(said).toEqual([null, null]);
    expect(made).toMatchObject({ kind: 'publish', model: 'coder', tried: [{ code: 'RECIPE_DECLINED' }] });
  });
});

describe('a change that cannot be made', () => {
  const spent = { input: 0, output: 0, requests: 0, usd: 0, minutes: 7 };
  const budget = { limits: { minutes: 12 }, used: { spent, attempts: 2 }, alertAt: 1 };

  it.each([
    ['its own', {}, 'MODEL_LIMIT'],
    ["what was left of its ticket's", { budget }, 'BUDGET_EXCEEDED'],
  ])('says where its time was over, whatever that broke: %s', async (_whose, more, code) => {
    const { made } = await make({
      stretches: [{ instead: untilCut }],
      plan: { minutes: 5, ...more },
      ports: (_ports, clock) => {
        void clock.untilWaiting(1).then(() => clock.advance(5 * 60_000));
        return {};
      },
    });
    expect(made).toMatchObject({
      kind: 'failed',
      stage: 'code',
      failure: { code, message: 'The run used up its 5 minutes.' },
    });
  });

  it.each([
    [new Failure('CANCELLED', 'A person cancelled the ticket.'), 'CANCELLED'],
    [new Error('the signal gives no failure'), 'INTERRUPTED'],
  ])('says why it was cut short: %s', async (reason, code) => {
    const cut = new AbortController();
    const making = make({ stretches: [{ instead: untilCut }], signal: cut.signal });
    setImmediate(() => cut.abort(reason));
    expect(codeOf((await making).made)).toBe(code);
  });

  it('is not even begun when it was cut short before', async () => {
    const { made, said, closed } = await make({
      stretches: [{ text: 'one' }],
      signal: AbortSignal.abort(new Failure('INTERRUPTED', 'told to stop')),
    });
    expect(made).toMatchObject({ kind: 'failed', stage: 'open', change: null });
    expect({ said, closed }).toEqual({ said: [], closed: [] });
  });

  it('says that its worktree could not be opened', async () => {
    const { made, events } = await make({
      stretches: [{ text: 'one' }],
      ports: () => ({
        workspaces: { open: () => Promise.reject(new Failure('SETUP_FAILED', 'npm ci exited 1')) },
      }),
    });
    expect(made).toMatchObject({ kind: 'failed', stage: 'open', failure: { code: 'SETUP_FAILED' } });
    expect(events.at(-1)).toMatchObject({ type: 'stage:finished', stage: 'open' });
  });

  it('counts what was spent until the fault', async () => {
    const verdict = new Failure('REVIEW_FAILED', 'no verdict');
    const { made } = await make({ stretches: [{ text: 'one' }], verdicts: [verdict] });
    expect(made).toMatchObject({
      kind: 'failed',
      stage: 'review',
      failure: verdict,
      spent: { input: 10, requests: 1 },
    });
  });

  it.each([
    ['a failure, when that is wanted', true, 'NO_CHANGES', true],
    ['a failure, when it is not', false, 'NO_CHANGES', false],
    ['nothing when nobody is to blame', true, 'GIT_REMOTE_UNREACHABLE', false],
  ] as const)('keeps the worktree of %s', async (_what, keepFailed, code, keep) => {
    const instead = () => Promise.reject(new Failure(code, 'so it is'));
    const { closed } = await make({ stretches: [{ instead }], keepFailed });
    expect(closed).toEqual([{ keep }]);
  });

  it.each([
    ['cannot be removed', () => Promise.reject(new Error('EBUSY'))],
    ['takes long to remove', () => new Promise<never>(() => undefined)],
  ])('is neither spoilt nor held up by a worktree that %s', async (_what, close) => {
    const { made } = await make({
      stretches: [{ text: 'one' }],
      ports: ({ workspaces }) => ({
        workspaces: { open: async (...args) => ({ ...(await workspaces.open(...args)), close }) },
      }),
    });
    expect(made.kind).toBe('publish');
  });
});

describe('the models of a plan', () => {
  it('take turns in the one worktree, each with its own protocol', async () => {
    const begun: unknown[] = [];
    const { made, restored } = await make({
      stretches: [
        { text: 'one', ended: { end: 'gave-up', code: 'MODEL_LIMIT', reason: 'in circles' } },
        { text: 'two' },
      ],
      plan: { models: ['coder', 'second'], protocol: 'auto', protocols: { second: 'blocks' } },
      ports: ({ coder }) => ({
        coder: {
          begin(job) {
            begun.push([job.model, job.protocol]);
            return coder.begin(job);
          },
        },
      }),
    });
    expect(begun).toEqual([
      ['coder', 'auto'],
      ['second', 'blocks'],
    ]);
    expect(restored).toEqual(['base']);
    expect(made).toMatchObject({
      kind: 'publish',
      model: 'second',
      tried: [{ model: 'coder', code: 'MODEL_LIMIT' }],
      change: { model: 'second' },
      spent: { requests: 3 },
    });
  });
});
