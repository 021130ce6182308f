import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSafeRef } from '../../src/domain/branch.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { PlanSettings } from '../../src/domain/plan.ts';
import { describeTask, planRun } from '../../src/domain/plan.ts';
import { isUndecided, noneAdmitted } from '../../src/domain/routing/choose-models.ts';
import type { Plan } from '../../src/domain/run.ts';
import type { TicketWishes } from '../../src/domain/ticket.ts';
import { makeTicket } from '../support/make-ticket.ts';
import { knownOf, noFastPath, plainRoute, plainRouting } from '../support/plain-routing.ts';

const identity = { key: 'ab12cd34'.padEnd(64, '0'), id: 'T-1', created: '2026-01-02' };
const unused = { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 }, attempts: 1 };
const test = { name: 'test', run: ['npm', 'test'], timeout: 1000 };
const types = { name: 'types', run: ['npm', 'run', 'types'], timeout: 1000 };

const settings: PlanSettings = {
  defaultModel: 'ollama/small',
  availableModels: [],
  fastPath: noFastPath,
  routing: { ...plainRouting, knowledge: { 'ollama/large': knownOf({ profile: 'capable' }) } },
  protocol: 'auto',
  protocols: {},
  maxSteps: null,
  minutes: 60,
  budget: {},
  alertAt: 0.8,
  branchFormat: 'ticket/{id}',
  checks: { test, types },
  review: {
    enabled: true,
    model: null,
    strictness: 'medium',
    blockOnCritical: true,
    onBlock: 'fix',
    byPriority: { high: 'hold', low: 'off' },
    maxRounds: 2,
  },
};

function plan(wishes: Partial<TicketWishes> = {}, different: Partial<PlanSettings> = {}): Plan | Failure {
  const ticket = makeTicket({ wishes: { suggestedModels: [], ...wishes } });
  return planRun(ticket, { identity, used: unused }, { ...settings, ...different });
}

const modelOf = (...args: Parameters<typeof plan>) => {
  const made = plan(...args);
  return made instanceof Failure ? made.code : made.model;
};

describe('a plan', () => {
  it('without wishes is what the settings say', () => {
    expect(plan()).toEqual({
      model: 'ollama/small',
      models: ['ollama/small'],
      recipe: null,
      escalation: [],
      route: plainRoute,
      reviewer: 'ollama/small',
      protocol: 'auto',
      protocols: { 'ollama/small': 'auto' },
      base: null,
      branch: 'ticket/t-1-ab12cd34',
      checks: [test, types],
      review: { strictness: 'medium', blockOnCritical: true, onBlock: 'fix', maxRounds: 2 },
      maxSteps: null,
      minutes: 60,
      tokens: null,
      budget: { limits: {}, used: unused, alertAt: 0.8 },
    });
  });

  it('starts from the branch that the ticket names', () => {
    expect(plan({ base: 'release/1' })).toMatchObject({ base: 'release/1' });
  });

  it.each([
    [undefined, { kind: 'pi', mode: 'code' }],
    ['ask', { kind: 'builtin', mode: 'ask' }],
    ['builtin', { kind: 'builtin', mode: 'code' }],
    ['aider', { kind: 'aider', mode: 'code' }],
  ])('is made by the agent or in the mode that the ticket names: %s', (agent, chosen) => {
    const agents = { kind: 'pi', mode: 'code' as const, known: ['builtin', 'pi', 'aider'] };
    expect(plan(agent === undefined ? {} : { agent }, { agents })).toMatchObject({ agent: chosen });
    expect(plan({ agent: 'sh -c x' }, { agents })).toMatchObject({
      code: 'TICKET_AGENT_UNKNOWN',
      message: 'The ticket asks for agent "sh -c x"; known are builtin, pi, aider, code, architect, ask.',
    });
  });

  it('lets a ticket be split that is no part itself, where that is wanted', () => {
    expect(plan({}, { split: true })).toMatchObject({ split: true });
    const part = makeTicket({ parentTaskId: 'TASK-1' });
    const made = planRun(part, { identity, used: unused }, { ...settings, split: true });
    expect(made).not.toHaveProperty('split');
  });

  it('survives a ticket that names what every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      expect(modelOf({ modelPreference: name })).toBe('ollama/small');
      expect(plan({ checks: [name] })).toMatchObject({ code: 'TICKET_CHECK_UNKNOWN' });
    }
  });

  it('can be printed whole, and its branch is safe, whatever the ticket wishes', () => {
    const wishes = fc.record(
      {
        model: fc.string(),
        modelPreference: fc.string(),
        base: fc.string(),
        checks: fc.array(fc.constantFrom('test', 'types', 'other'), { maxLength: 3 }),
        repo: fc.constantFrom('default', 'x'),
        review: fc.constantFrom('off', 'comment', 'hold', 'fix'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(wishes, (drawn) => {
        const made = plan(drawn);
        if (made instanceof Failure) return;
        expect(JSON.parse(JSON.stringify(made))).toEqual(made);
        expect(isSafeRef(made.branch)).toBe(true);
      }),
    );
  });
});

describe('the model', () => {
  const listed = { availableModels: ['ollama/large', 'ollama/other'] };

  it.each<[string, Partial<TicketWishes>, Partial<PlanSettings>, string]>([
    ['named by the ticket', { model: 'ollama/any' }, {}, 'ollama/any'],
    ['named and listed', { model: 'ollama/other' }, listed, 'ollama/other'],
    ['named without its provider', { model: 'other' }, listed, 'ollama/other'],
    ['the default, though not listed', { model: 'small' }, listed, 'ollama/small'],
    ['the first suggestion that is allowed', { suggestedModels: ['no', 'large'] }, listed, 'ollama/large'],
    ['the default when no suggestion is', { suggestedModels: ['no'] }, listed, 'ollama/small'],
    ['of a profile', { modelPreference: 'capable' }, {}, 'ollama/large'],
    ['the default for an unknown profile', { modelPreference: 'huge' }, {}, 'ollama/small'],
    [
      'of a profile where no default is known',
      { modelPreference: 'capable' },
      { defaultModel: null },
      'ollama/large',
    ],
    ['of the ticket where no default is known', { model: 'x' }, { defaultModel: null }, 'ollama/x'],
    [
      'of another provider',
      { model: 'openai/gpt' },
      { routing: { ...plainRouting, allowPaid: true } },
      'openai/gpt',
    ],
    ['not of another provider, which is charged', { model: 'openai/gpt' }, {}, 'MODEL_OFF'],
    ['of Ollama, with slashes of its own', { model: 'hf.co/a/b' }, {}, 'ollama/hf.co/a/b'],
    ['refused when it is not listed', { model: 'x' }, listed, 'TICKET_MODEL_UNKNOWN'],
    ['missing when nobody names one', {}, { defaultModel: null }, 'NO_MODEL'],
    ['the default, without its provider', {}, { defaultModel: 'small' }, 'ollama/small'],
    ['refused with no default', { model: 'x' }, { ...listed, defaultModel: null }, 'TICKET_MODEL_UNKNOWN'],
  ])('is %s', (_what, wishes, different, expected) => {
    expect(modelOf(wishes, different)).toBe(expected);
  });

  it.each<[string, Partial<TicketWishes>, Partial<PlanSettings>, string[]]>([
    ['what the config lists, after the default', {}, listed, ['small', 'large', 'other']],
    ['nothing, when the ticket names its model', { model: 'large' }, listed, ['large']],
    [
      'the default and the list, after all suggestions',
      { suggestedModels: ['other', 'no', 'large'] },
      listed,
      ['other', 'large', 'small'],
    ],
    ['the default, after a profile', { modelPreference: 'capable' }, {}, ['large', 'small']],
    [
      'not what failed its probe',
      {},
      { ...listed, refused: { 'ollama/small': 'it writes no edits' } },
      ['large', 'other'],
    ],
  ])('is followed by %s', (_what, wishes, different, expected) => {
    expect(plan(wishes, different)).toMatchObject({ models: expected.map((name) => `ollama/${name}`) });
  });

  it('is none when all of them failed their probe, with the reasons', () => {
    const refused = { 'ollama/small': 'it writes no edits.' };
    expect(plan({}, { refused })).toMatchObject({
      code: 'MODEL_NOT_ADMITTED',
      message: 'No model that could be used passed its probe. ollama/small: it writes no edits.',
    });
    expect(plan({ model: 'small' }, { refused })).toMatchObject({ code: 'MODEL_NOT_ADMITTED' });
    expect(noneAdmitted({ ...settings, refused })).toMatchObject({ code: 'MODEL_NOT_ADMITTED' });
    expect(noneAdmitted({ ...settings, ...listed, refused })).toBeNull();
    expect(noneAdmitted({ ...settings, defaultModel: null })).toBeNull();
  });

  it('is none where every one is charged and none may be', () => {
    const paid = { ...settings.routing, knowledge: { 'ollama/small': knownOf({ isPaid: true }) } };
    expect(plan({}, { routing: paid })).toMatchObject({ code: 'MODEL_OFF' });
    expect(plan({ model: 'small' }, { routing: paid })).toMatchObject({ code: 'MODEL_OFF' });
    expect(plan({}, { routing: { ...paid, allowPaid: true } })).toMatchObject({ models: ['ollama/small'] });
  });

  it('is one of those kept for later where charged ones may be used and there are no others', () => {
    const escalation = ['openai/dear'];
    const routing = {
      ...settings.routing,
      escalation,
      knowledge: { 'openai/dear': knownOf({ isPaid: true }) },
    };
    const none = { defaultModel: null, availableModels: [] };
    expect(plan({}, { ...none, routing: { ...routing, allowPaid: true } })).toMatchObject({
      models: escalation,
    });
    expect(plan({}, { ...none, routing })).toBeInstanceOf(Failure);
  });

  it('may later be a charged one only within a limit in US dollars', () => {
    const knowledge = { 'openai/dear': knownOf({ isPaid: true }) };
    const routing = {
      ...settings.routing,
      escalation: ['openai/dear', 'ollama/large'],
      knowledge,
      allowPaid: true,
    };
    const later = (usd?: number) => plan({}, { routing, budget: usd === undefined ? {} : { usd } });
    expect(later(5)).toMatchObject({ escalation: ['openai/dear', 'ollama/large'] });
    expect(later()).toMatchObject({ escalation: ['ollama/large'] });
    const refused = { 'openai/dear': 'it writes no edits' };
    expect(plan({}, { routing, budget: { usd: 5 }, refused })).toMatchObject({
      escalation: ['ollama/large'],
    });
  });

  it('is none that a mechanical change would need, which is made all the same', () => {
    const ticket = makeTicket({ title: 'Run the formatter' });
    const made = planRun(
      ticket,
      { identity, used: unused },
      {
        ...settings,
        fastPath: { ...noFastPath, enabled: true },
        refused: { 'ollama/small': 'it writes no edits' },
      },
    );
    expect(made).toMatchObject({
      model: 'recipe/format',
      models: [],
      escalation: [],
      reviewer: 'ollama/small',
      route: { strategy: 'ticket', category: 'general', why: expect.stringContaining('it writes no edits') },
    });
  });

  it('is none, of the review either, where there is none at all', () => {
    const fastPath = { ...noFastPath, enabled: true };
    const made = planRun(
      makeTicket({ title: 'Run the formatter' }),
      { identity, used: unused },
      {
        ...settings,
        fastPath,
        defaultModel: null,
      },
    );
    expect(made).toMatchObject({ model: 'recipe/format', reviewer: null });
  });

  it('is needed only to know what kind of work it is where that makes a difference', () => {
    const two = { ...settings, availableModels: ['large'] };
    const asking = { ...two, routing: { ...two.routing, strategy: 'affinity' as const } };
    expect(isUndecided(makeTicket({ title: 'Parser' }), asking)).toBe(true);
    expect(isUndecided(makeTicket({ title: 'Parser' }), two)).toBe(false);
    expect(isUndecided(makeTicket({ title: 'Parser' }), { ...asking, availableModels: ['small'] })).toBe(
      false,
    );
    expect(isUndecided(makeTicket({ type: 'bug' }), asking)).toBe(false);
    expect(isUndecided(makeTicket({ wishes: { suggestedModels: [], model: 'large' } }), asking)).toBe(false);
  });

  it('is chosen for the kind of work that was found out', () => {
    const classification = { category: 'testing', complexity: 'high', by: 'model' } as const;
    expect(planRun(makeTicket({}), { identity, used: unused, classification }, settings)).toMatchObject({
      route: classification,
    });
  });

  it('is refused with the list of those that are allowed, each once', () => {
    const made = plan({ model: 'x' }, { availableModels: ['ollama/small', 'ollama/large'] });
    expect(made).toMatchObject({
      message: expect.stringMatching(/allowed: ollama\/small, ollama\/large\.$/),
    });
  });
});

describe('the protocol', () => {
  const protocols = { small: 'blocks', 'ollama/large': 'tools' } as const;

  it.each<[string, Partial<TicketWishes>, Partial<PlanSettings>, string]>([
    ['left to the coder', {}, {}, 'auto'],
    ['what is known of the model', { model: 'ollama/small' }, { protocols }, 'blocks'],
    ['the same without its provider', { model: 'large' }, { protocols }, 'tools'],
    ['what the settings say for all models', { model: 'small' }, { protocols, protocol: 'tools' }, 'tools'],
    ['open for a model nothing is known of', { model: 'other' }, { protocols }, 'auto'],
  ])('is %s', (_what, wishes, different, expected) => {
    expect(plan(wishes, different)).toMatchObject({ protocol: expected });
  });
});

describe('the checks', () => {
  it.each<[string, Partial<TicketWishes>, Partial<PlanSettings>, unknown]>([
    ['all that are configured', {}, {}, [test, types]],
    ['found in the repository when none are', {}, { checks: null }, null],
    ['those the ticket names, in its order', { checks: ['types', 'test'] }, {}, [types, test]],
    ['none when it names none', { checks: [] }, {}, []],
  ])('are %s', (_what, wishes, different, expected) => {
    expect(plan(wishes, different)).toMatchObject({ checks: expected });
  });

  it('are never a command of the ticket', () => {
    expect(plan({ checks: ['rm -rf /'] })).toMatchObject({
      code: 'TICKET_CHECK_UNKNOWN',
      message: 'The ticket asks for check "rm -rf /"; configured: test, types.',
    });
    expect(plan({ checks: ['x'] }, { checks: {} })).toMatchObject({
      message: expect.stringMatching(/configured: none\.$/),
    });
  });
});

describe('the repository', () => {
  it('is the only one there is', () => {
    expect(plan({ repo: 'default' })).not.toBeInstanceOf(Failure);
    expect(plan({ repo: 'other' })).toMatchObject({ code: 'TICKET_REPOSITORY_UNKNOWN' });
    expect(plan()).not.toHaveProperty('repo');
  });

  it('brings its own checks', () => {
    const repositories = { docs: { checks: { types } }, bare: { checks: null } };
    expect(plan({ repo: 'docs' }, { repositories })).toMatchObject({ repo: 'docs', checks: [types] });
    expect(plan({ repo: 'bare', checks: ['test'] }, { repositories })).toMatchObject({
      code: 'TICKET_CHECK_UNKNOWN',
      message: 'The ticket asks for check "test"; configured: none.',
    });
    expect(plan({ repo: 'other' }, { repositories })).toMatchObject({
      message: 'The ticket asks for repository "other"; configured: default, docs, bare.',
    });
  });
});

describe('a bug', () => {
  const bug = (different: Partial<PlanSettings> = {}) =>
    planRun(makeTicket({ type: 'bug' }), { identity, used: unused }, { ...settings, ...different });

  it('is to be shown by a test that failed before, as strictly as the settings say', () => {
    expect(bug()).toMatchObject({ failToPass: 'report' });
    expect(bug({ requireFailToPass: true })).toMatchObject({ failToPass: 'require' });
    expect(plan({}, { requireFailToPass: true })).not.toHaveProperty('failToPass');
  });
});

describe('a refusal', () => {
  it('is met as the settings say, where they say anything', () => {
    expect(plan({}, { onRefusal: 'hold' })).toMatchObject({ onRefusal: 'hold' });
    expect(plan()).not.toHaveProperty('onRefusal');
  });
});

describe('the review', () => {
  const review = settings.review;

  it.each<[string, Partial<TicketWishes>, Partial<PlanSettings['review']>, unknown]>([
    ['by its own model', {}, { model: 'ollama/judge' }, { reviewer: 'ollama/judge' }],
    ['by its own model, named without its provider', {}, { model: 'judge' }, { reviewer: 'ollama/judge' }],
    ['none where it is switched off', {}, { enabled: false }, { reviewer: null }],
    [
      'none where the ticket wants none',
      { review: 'off' },
      {},
      { reviewer: null, review: { onBlock: 'fix' } },
    ],
    ['as the ticket wants a block handled', { review: 'hold' }, {}, { review: { onBlock: 'hold' } }],
    ['never switched on by a ticket', { review: 'hold' }, { enabled: false }, { reviewer: null }],
  ])('is %s', (_what, wishes, different, expected) => {
    expect(plan(wishes, { review: { ...review, ...different } })).toMatchObject(expected as object);
  });

  it.each<[string, Partial<TicketWishes>, string]>([
    ['the first that is available', {}, 'ollama/large'],
    ['the default, where the ticket chose the other', { model: 'large' }, 'ollama/small'],
  ])('is by another model than the coder: %s', (_what, wishes, reviewer) => {
    expect(plan(wishes, { availableModels: ['small', 'ollama/large', 'third'] })).toMatchObject({ reviewer });
  });

  it.each<[string, string, TicketWishes['review'], unknown]>([
    ['as its priority says', 'High', undefined, { reviewer: 'ollama/small', review: { onBlock: 'hold' } }],
    ['none for a priority that needs none', 'low', undefined, { reviewer: null }],
    ['as the ticket itself says before that', 'low', 'comment', { review: { onBlock: 'comment' } }],
    ['none for a ticket that says so', 'high', 'off', { reviewer: null }],
    ['as ever for another priority', 'medium', undefined, { review: { onBlock: 'fix' } }],
    [
      'as ever for a priority that every object has',
      'constructor',
      undefined,
      { review: { onBlock: 'fix' } },
    ],
  ])('is %s', (_what, priority, wish, expected) => {
    const wishes = { suggestedModels: [], ...(wish === undefined ? {} : { review: wish }) };
    const ticket = makeTicket({ priority, wishes });
    expect(planRun(ticket, { identity, used: unused }, settings)).toMatchObject(expected as object);
  });

  it('is by the coding model where no other is known', () => {
    expect(plan({ model: 'x' }, { defaultModel: null })).toMatchObject({ reviewer: 'ollama/x' });
  });
});

describe('the limits', () => {
  const used = { spent: { input: 600, output: 300, requests: 3, usd: 0, minutes: 10 }, attempts: 2 };
  const limited = (budget: PlanSettings['budget'], wished: TicketWishes['budget'] = {}) =>
    planRun(
      makeTicket({ wishes: { suggestedModels: [], budget: wished } }),
      { identity, used },
      { ...settings, budget },
    );

  it('are what is left of the budget, and never more minutes than a run may take', () => {
    expect(limited({ minutes: 30, tokens: 1000 })).toMatchObject({ minutes: 20, tokens: 100 });
    expect(limited({ minutes: 600 })).toMatchObject({ minutes: 60, tokens: null });
  });

  it('can be lowered by the ticket, not raised', () => {
    expect(limited({ minutes: 30 }, { minutes: 15 })).toMatchObject({ minutes: 5 });
    expect(limited({ minutes: 30 }, { minutes: 500 })).toMatchObject({ minutes: 20 });
  });

  it('end the ticket when they are used up', () => {
    expect(limited({ tokens: 900 })).toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });
});

describe('the task', () => {
  it('is the ticket as coder and reviewer see it', () => {
    const ticket = makeTicket({
      brief: 'Do it.',
      acceptanceCriteriaItems: [
        { index: 1, text: 'works', checked: false },
        { index: 2, text: 'is tested', checked: true },
      ],
      implementationPlan: 'First this.',
      implementationNotes: 'Then that.',
    });
    expect(describeTask(ticket, { identity, title: 'A title', bot: '@ticketmill' })).toEqual({
      id: 'T-1',
      title: 'A title',
      brief: 'Do it.',
      criteria: ['works', 'is tested'],
      notes: 'First this.\n\nThen that.',
    });
    const bare = describeTask(makeTicket(), { identity, title: 'x', bot: '@ticketmill' });
    expect(bare).toMatchObject({ criteria: [], notes: '' });
  });

  it('holds what people said below the ticket, with the question that they answered', () => {
    const said = (index: number, body: string, author?: string) => ({
      index,
      body,
      ...(author && { author }),
    });
    const comments = [
      said(1, 'Branch: ticket/x', '@ticketmill'),
      said(2, 'A person must decide: Tabs or spaces?\n\nAnswer in the ticket.', '@ticketmill'),
      said(3, 'Tabs.', '@ada'),
      said(4, 'And soon.'),
      said(5, 'A person must decide: Which file?\n\nAnswer.', '@ticketmill'),
    ];
    const { notes } = describeTask(makeTicket({ comments }), { identity, title: 'x', bot: '@ticketmill' });
    expect(notes).toBe(
      'You asked: A person must decide: Tabs or spaces?\n\n@ada said: Tabs.\n\nA person said: And soon.',
    );
  });
});
