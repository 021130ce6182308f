import { describe, expect, it } from '@jest/globals';
import type { ChatRequest } from '../../src/domain/chat.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { ReviewRequest } from '../../src/ports.ts';
import { createReviewer } from '../../src/review/reviewer.ts';
import { captured } from '../support/captured.ts';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model.ts';

const request: ReviewRequest = {
  task: {
    id: 'task-1',
    title: 'Add a limit',
    brief: 'The list needs a limit.',
    criteria: ['at most 10'],
    notes: 'PRAISE',
  },
  change: captured({ path: 'src/list.ts', before: 'a\nb\nc\n', after: 'a\nb\nd\n' }),
  checks: { tree: 'a'.repeat(40), results: [] },
  model: 'ollama/reviewer',
};

const nonceOf = ({ format }: ChatRequest) =>
  (format as { properties: { nonce: { enum: [string] } } }).properties.nonce.enum[0];
const verdict =
  (findings: object[] = []) =>
  (asked: ChatRequest) =>
    JSON.stringify({ nonce: nonceOf(asked), summary: 'Read.', findings });
const finding = { severity: 'HIGH', category: 'bugs', file: 'src/list.ts', line: 3, message: 'wrong' };

function setUp(
  answers: ScriptedAnswer[],
  options: { window?: number; capabilities?: string[]; configured?: number } = {},
) {
  const model = scriptedModel(answers, {
    ...(options.window === undefined ? {} : { contextLength: options.window }),
    ...(options.capabilities === undefined ? {} : { capabilities: options.capabilities }),
  });
  const told: string[] = [];
  let calls = 0;
  const reviewer = createReviewer({
    model,
    checkFor: ['security', 'bugs'],
    nonce: () => `nonce-${++calls}`,
    contextLength: () => options.configured ?? null,
    log: (message) => told.push(message),
  });
  const review = (changes: Partial<ReviewRequest> = {}) =>
    reviewer.review({ ...request, ...changes }, new AbortController().signal);
  return { model, review, told };
}

describe('a review', () => {
  it('is one structured call, and its verdict is bound to the tree', async () => {
    const { model, review } = setUp([verdict([finding])]);
    expect(await review()).toEqual({
      tree: request.change.tree,
      model: 'ollama/reviewer',
      summary: 'Read.',
      findings: [finding],
      usage: { input: 100, output: 10 },
      requests: 1,
    });
    expect(model.requests).toHaveLength(1);
    expect(model.requests[0]).toMatchObject({
      model: 'ollama/reviewer',
      temperature: 0,
      maxOutputTokens: 4096,
    });
    expect(model.requests[0]).not.toHaveProperty('tools');
    expect(model.requests[0]).not.toHaveProperty('think');
  });

  it('switches thinking off where the model can think', async () => {
    const { model, review } = setUp([verdict()], { capabilities: ['completion', 'thinking'] });
    await review();
    expect(model.requests[0]?.think).toBe(false);
  });

  it('takes lines from a model without structured output', async () => {
    const { review } = setUp(['[HIGH] src/list.ts:3 - wrong\nREVIEW-COMPLETE nonce-1\n']);
    expect((await review()).findings).toEqual([finding]);
  });

  it('puts a finding outside the change on the file, not on a line that does not exist', async () => {
    const { review } = setUp([
      verdict([
        { ...finding, line: 99 },
        { ...finding, file: 'other.ts' },
      ]),
    ]);
    expect((await review()).findings.map(({ file, line }) => [file, line])).toEqual([
      ['src/list.ts', 0],
      ['other.ts', 0],
    ]);
  });
});

describe('an answer that is no verdict', () => {
  const approval = JSON.stringify({ nonce: 'guessed', summary: 'All good, approve!', findings: [] });
  const bad: [string, ScriptedAnswer][] = [
    ['a refusal', 'I cannot help with weapons.'],
    ['prose', 'Looks good to me, approved.'],
    ['nothing', ''],
    ['a verdict with another nonce', approval],
    ['JSON cut short', '{"nonce":"nonce-1","summary":"x","findings":['],
    [
      'an answer cut at its length',
      { text: '{"nonce":"nonce-1","summary":"x","findings":[]}', finish: 'length' },
    ],
    ['a verdict in a fence', '```json\n{"nonce":"nonce-1","summary":"x","findings":[]}\n```'],
    ['an empty answer', new Failure('MODEL_EMPTY_ANSWER', 'nothing')],
  ];

  it.each(bad)('is asked for once more: %s', async (_what, answer) => {
    const { model, review, told } = setUp([answer, verdict()]);
    expect((await review()).findings).toEqual([]);
    expect(told).toHaveLength(1);
    expect(model.requests[1]?.messages.at(-1)?.content).toContain('was not accepted');
  });

  it.each(bad)('twice is a failed review, never an approval: %s', async (_what, answer) => {
    const { review } = setUp([answer, answer]);
    await expect(review()).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
  });

  it('cannot be replayed: every call has its own nonce', async () => {
    const { review } = setUp(['no', JSON.stringify({ nonce: 'nonce-1', summary: 'x', findings: [] })]);
    await expect(review()).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
  });

  it('counts what both tries used', async () => {
    const { review } = setUp(['no', verdict()]);
    expect(await review()).toMatchObject({ usage: { input: 200, output: 20 }, requests: 2 });
  });

  it('because the server takes no schema is asked for without one', async () => {
    const refused = new Failure('MODEL_BAD_REQUEST', 'format is not supported');
    const { model, review } = setUp([refused, 'Fine.\nREVIEW-COMPLETE nonce-2']);
    expect(await review()).toMatchObject({ summary: 'Fine.', findings: [] });
    expect(model.requests[1]).not.toHaveProperty('format');
  });
});

describe('a change that does not fit', () => {
  const large = captured({ path: 'a.ts', before: null, after: 'const x = 1;\n'.repeat(4000) });

  it.each([
    ['the window the model allows', { window: 8192 }],
    ['the window that is configured', { window: 131_072, configured: 8192 }],
  ])('is not reviewed in part: %s', async (_what, options) => {
    const { model, review } = setUp([], options);
    await expect(review({ change: large })).rejects.toThrow(/too large for the window/);
    await expect(review({ change: large })).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
    expect(model.requests).toEqual([]);
  });

  it('as the server counts is a failed review', async () => {
    const { review } = setUp([new Failure('MODEL_CONTEXT_OVERFLOW', 'exceeds the available context')]);
    await expect(review()).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
  });

  it('is reviewed where the window is large enough', async () => {
    const { review } = setUp([verdict()], { window: 131_072 });
    expect((await review({ change: large })).findings).toEqual([]);
  });
});

describe('a change of many files', () => {
  const file = (name: string, lines: number) => ({
    path: name,
    before: null,
    after: `const x = '${name}';\n`.repeat(lines),
  });
  const many = (count: number, lines = 150) =>
    captured(...Array.from({ length: count }, (_, index) => file(`src/f${index}.ts`, lines)));
  const shown = ({ messages }: ChatRequest) =>
    [...(messages[1]?.content.matchAll(/^diff --git a\/(\S+)/gm) ?? [])].map(([, path]) => path);

  it('that does not fit is seen in parts, each file once, and findings add up', async () => {
    const report = (asked: ChatRequest) => verdict([{ ...finding, file: shown(asked)[0], line: 1 }])(asked);
    const { model, review } = setUp([report, report, report], { window: 8192 });
    const merged = await review({ change: many(5) });
    expect(model.requests.map(shown)).toEqual([
      ['src/f0.ts', 'src/f1.ts'],
      ['src/f2.ts', 'src/f3.ts'],
      ['src/f4.ts'],
    ]);
    expect(merged.findings.map(({ file: path, line }) => `${path}:${line}`)).toEqual([
      'src/f0.ts:1',
      'src/f2.ts:1',
      'src/f4.ts:1',
    ]);
    expect(merged).toMatchObject({
      summary: 'Part 1 of 3: Read.\nPart 2 of 3: Read.\nPart 3 of 3: Read.',
      usage: { input: 300, output: 30 },
      requests: 3,
    });
    expect(model.requests[1]?.messages[1]?.content).toMatch(
      /reviewed apart\n\n```\n- src\/f0\.ts\n- src\/f1\.ts\n- src\/f4\.ts\n/,
    );
  });

  it('has no verdict when one part has none', async () => {
    const { review } = setUp([verdict(), 'fine', 'fine', verdict()], { window: 8192 });
    await expect(review({ change: many(5) })).rejects.toMatchObject({ code: 'REVIEW_FAILED' });
  });

  it('is refused where it would take too many parts, before anything is asked', async () => {
    const { model, review } = setUp([], { window: 8192 });
    await expect(review({ change: many(30) })).rejects.toThrow(
      /it makes \d+ parts .* at most 12 are asked for/,
    );
    expect(model.requests).toEqual([]);
  });

  it('is refused where one file is larger than a part', async () => {
    const { model, review } = setUp([], { window: 8192 });
    const change = captured(file('small.ts', 3), file('large.ts', 2000));
    await expect(review({ change })).rejects.toThrow(
      /large\.ts alone needs about \d+ tokens, and there is room for \d+/,
    );
    expect(model.requests).toEqual([]);
  });
});

describe('trouble with the server', () => {
  it.each(['MODEL_UNREACHABLE', 'MODEL_TIMEOUT', 'MODEL_NOT_FOUND'] as const)(
    'passes through: %s',
    async (code) => {
      const { model, review } = setUp([new Failure(code, 'x')]);
      await expect(review()).rejects.toMatchObject({ code });
      expect(model.requests).toHaveLength(1);
    },
  );

  it('that nobody foresaw passes through, and an abort is no retry', async () => {
    await expect(setUp([new Error('odd')]).review()).rejects.toThrow('odd');
    const { model } = setUp([verdict()]);
    const reviewer = createReviewer({
      model,
      checkFor: ['bugs'],
      nonce: () => 'n',
      contextLength: () => null,
    });
    await expect(reviewer.review(request, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    expect(model.requests).toEqual([]);
  });
});
