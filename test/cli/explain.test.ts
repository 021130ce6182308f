import { describe, expect, it } from '@jest/globals';
import type { Explanation } from '../../src/domain/command.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { houseDouble } from '../support/house.ts';
import { typed } from '../support/command-line.ts';
import { plainRoute } from '../support/plain-routing.ts';

const explained: Explanation = {
  id: 'task-1',
  file: 'a.md',
  state: 'todo',
  verdict: 'ready',
  reason: 'it is the next one',
  plan: {
    model: 'ollama/m',
    models: ['ollama/m', 'ollama/n'],
    recipe: null,
    escalation: ['ollama/large'],
    route: plainRoute,
    protocols: {},
    reviewer: null,
    protocol: 'auto',
    base: null,
    branch: 'ticket/task-1-abc',
    checks: [],
    review: { strictness: 'medium', blockOnCritical: true, onBlock: 'fix', maxRounds: 2 },
    maxSteps: null,
    minutes: 60,
    tokens: null,
    budget: {
      limits: {},
      used: { spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 }, attempts: 1 },
      alertAt: 0.8,
    },
  },
};

describe('ticketmill explain', () => {
  const directory = temporaryDirectories();
  const ask = async (answer: Explanation, ...argv: string[]) =>
    typed(['explain', 'task-1', ...argv], {
      cwd: directory(),
      house: houseDouble({ answers: { explain: () => answer } }),
    });

  it('says which pattern sends it the fast path, and how sure that is', async () => {
    const recipe = {
      recipe: 'fix-typo',
      args: { from: 'a', to: 'b' },
      pattern: 'fix typo',
      confidence: 0.9,
    } as const;
    const plan = explained.plan === null ? null : { ...explained.plan, recipe, model: 'recipe/fix-typo' };
    const { out } = await ask({ ...explained, plan });
    expect(out).toContain('fast path fix-typo, from a, to b; no model is needed');
    expect(out).toContain('pattern   fix typo (confidence 0.9)');
    expect(out).toContain('if not so ollama/m');
  });

  it('says why, and what would be done', async () => {
    expect((await ask(explained)).out).toBe(`task-1  todo: a.md
  ready: it is the next one
  work      general, low complexity (nothing tells more)
  model     ollama/m (protocol auto): the first that the config lists (ordered)
  then      ollama/n
  climbs to ollama/large
  reviewer  none
  branch    ticket/task-1-abc, from the repository's base branch
  checks    none
  limit     60 minutes
`);
  });

  it("knows checks by their names, and where a ticket can't be taken says only why", async () => {
    const { plan } = explained;
    const checks = [{ name: 'test', run: ['x'], timeout: 1 }];
    expect((await ask({ ...explained, plan: plan && { ...plan, checks } })).out).toContain(
      'checks    test\n',
    );
    expect((await ask({ ...explained, plan: plan && { ...plan, checks: null } })).out).toContain(
      'found in the repository',
    );
    const held = await ask({ ...explained, verdict: 'hold', reason: 'twin', plan: null });
    expect(held.out).toBe('task-1  todo: a.md\n  hold: twin\n');
  });

  it('gives machines the whole answer', async () => {
    expect((await ask(explained, '--json')).json()).toEqual([explained]);
  });
});
