import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { Verdict } from '../../src/domain/review.ts';
import type { Reviewer, ReviewRequest } from '../../src/ports.ts';
import { adviseOnly, onePerTree, orAnother } from '../../src/review/limit-reviewer.ts';
import { captured } from '../support/captured.ts';

const signal = new AbortController().signal;
const requestFor = (tree: string): ReviewRequest => ({
  task: null,
  change: { ...captured({ path: 'a', before: null, after: 'x\n' }), tree },
  checks: { tree, results: [] },
  model: 'ollama/judge',
});

function counted(answer: (request: ReviewRequest) => Partial<Verdict> = () => ({})) {
  const asked: string[] = [];
  const reviewer: Reviewer = {
    review(request) {
      asked.push(`${request.model} ${request.change.tree}`);
      const { tree } = request.change;
      const usage = { input: 5, output: 2 };
      const bare = { tree, model: request.model, summary: '', findings: [], usage, requests: 1 };
      return Promise.resolve().then(() => ({ ...bare, ...answer(request) }));
    },
  };
  return { asked, reviewer };
}

describe('one verdict a tree', () => {
  it('is asked for once, and costs nothing the second time', async () => {
    const { asked, reviewer } = counted();
    const limited = onePerTree(reviewer);
    const first = await limited.review(requestFor('one'), signal);
    await limited.review(requestFor('two'), signal);
    const again = await limited.review(requestFor('one'), signal);
    expect(asked).toEqual(['ollama/judge one', 'ollama/judge two']);
    expect(again).toEqual({ ...first, usage: { input: 0, output: 0 }, requests: 0 });
  });

  it('that failed is none', async () => {
    let tries = 0;
    const { asked, reviewer } = counted(() => {
      if (++tries === 1) throw new Failure('REVIEW_FAILED', 'no verdict');
      return {};
    });
    const limited = onePerTree(reviewer);
    await expect(limited.review(requestFor('one'), signal)).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
    await limited.review(requestFor('one'), signal);
    expect(asked).toHaveLength(2);
  });
});

describe('a reviewer of unknown worth', () => {
  it('gives advice, and says why', async () => {
    const { reviewer } = counted();
    const advising = adviseOnly(reviewer, (model) => Promise.resolve(`${model} was not measured`));
    expect(await advising.review(requestFor('t'), signal)).toMatchObject({
      advisory: 'ollama/judge was not measured',
    });
  });

  it('may veto once nothing speaks against it', async () => {
    const { reviewer } = counted();
    const verdict = await adviseOnly(reviewer, () => Promise.resolve(null)).review(requestFor('t'), signal);
    expect(verdict).not.toHaveProperty('advisory');
  });
});

describe('a reviewer that nobody named', () => {
  const missing = (code: 'MODEL_NOT_FOUND' | 'MODEL_UNREACHABLE') =>
    counted(({ model }) => {
      if (model === 'ollama/judge') throw new Failure(code, 'x');
      return {};
    });

  it('is replaced by another where its model is not to be had', async () => {
    const { asked, reviewer } = missing('MODEL_NOT_FOUND');
    const verdict = await orAnother(reviewer, 'ollama/coder').review(requestFor('t'), signal);
    expect(verdict.model).toBe('ollama/coder');
    expect(asked).toEqual(['ollama/judge t', 'ollama/coder t']);
  });

  it('is not replaced by itself, nor because a server is away', async () => {
    await expect(
      orAnother(missing('MODEL_NOT_FOUND').reviewer, 'ollama/judge').review(requestFor('t'), signal),
    ).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(
      orAnother(missing('MODEL_UNREACHABLE').reviewer, 'ollama/coder').review(requestFor('t'), signal),
    ).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' });
  });
});
