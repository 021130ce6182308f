import { describe, expect, it } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseResult } from '../../src/domain/calibration.ts';
import { summariseCalibration } from '../../src/domain/calibration.ts';
import { Failure } from '../../src/domain/failure.ts';
import { calibrate } from '../../src/review/calibrate.ts';
import { loadCalibrationSet } from '../../src/review/calibration-set.ts';
import { readCalibration, writeCalibration, type Measured } from '../../src/review/calibration-store.ts';
import { createReviewer } from '../../src/review/reviewer.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { answerOf, type Quality } from '../support/quality-reviewer.ts';
import { scriptedModel, type ScriptedAnswer } from '../support/scripted-model.ts';

const signal = new AbortController().signal;
const cases = loadCalibrationSet();

function reviewerOf(answers: ScriptedAnswer[]) {
  let calls = 0;
  const model = scriptedModel(answers);
  const checkFor = ['security', 'bugs', 'performance', 'style'] as const;
  const reviewer = createReviewer({
    model,
    checkFor,
    nonce: () => `nonce-${++calls}`,
    contextLength: () => null,
  });
  return { model, reviewer };
}

const measure = (
  answers: ScriptedAnswer[],
  different: Partial<Parameters<typeof calibrate>[1]> = {},
  some = cases,
) => {
  const { model, reviewer } = reviewerOf(answers);
  const options = { reviewer, model: 'm', known: new Map(), parallel: 1, keep: () => Promise.resolve() };
  return { model, results: calibrate(some, { ...options, ...different }, signal) };
};

describe('a reviewer of known quality', () => {
  it.each<[Quality, caught: [number, number], alarmed: [number, number], RegExp | null]>([
    ['perfect', [66, 66], [0, 0], null],
    ['coin', [20, 46], [20, 46], /it caught/],
    ['rubber-stamp', [0, 0], [0, 0], /it caught 0 of 66/],
    ['alarmist', [66, 66], [66, 66], /it alarmed at 66 of 66/],
  ])('is measured as what it is: %s', async (quality, caught, alarmed, objection) => {
    const { model, results } = measure(
      cases.map(() => answerOf(quality)),
      { parallel: 3 },
    );
    const found = summariseCalibration(await results, 'medium');
    expect(model.requests).toHaveLength(132);
    expect(found.caught.hits).toBeGreaterThanOrEqual(caught[0]);
    expect(found.caught.hits).toBeLessThanOrEqual(caught[1]);
    expect(found.falseAlarms.hits).toBeGreaterThanOrEqual(alarmed[0]);
    expect(found.falseAlarms.hits).toBeLessThanOrEqual(alarmed[1]);
    if (objection === null) expect(found.objection).toBeNull();
    else expect(found.objection).toMatch(objection);
  });
});

describe('a calibration', () => {
  const [first, second] = cases;
  const two = [first, second].flatMap((each) => each ?? []);

  it('asks only what is not known, and keeps every answer', async () => {
    const kept: CaseResult[][] = [];
    const known = new Map([[two[0]?.id ?? '', 'HIGH' as const]]);
    const keep = (results: readonly CaseResult[]) => Promise.resolve(void kept.push([...results]));
    const { model, results } = measure([answerOf('rubber-stamp')], { known, keep }, two);
    expect((await results).map(({ worst }) => worst)).toEqual(['HIGH', null]);
    expect(model.requests).toHaveLength(1);
    expect(kept.map((each) => each.length)).toEqual([2]);
  });

  it('counts what was no verdict, and goes on', async () => {
    const { results } = measure(['fine', 'fine', answerOf('perfect')], {}, two);
    expect((await results).map(({ worst }) => worst)).toEqual(['no verdict', 'HIGH']);
  });

  it('ends when the server is away', async () => {
    const { results } = measure([new Failure('MODEL_UNREACHABLE', 'gone')], {}, two);
    await expect(results).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' });
  });

  it('does not take a finding in another file for the defect', async () => {
    const elsewhere = ({ format }: Parameters<ReturnType<typeof answerOf>>[0]) => {
      const { nonce } = (format as { properties: { nonce: { enum: [string] } } }).properties;
      const finding = { severity: 'CRITICAL', category: 'bugs', file: 'other.go', line: 1, message: 'x' };
      return JSON.stringify({ nonce: nonce.enum[0], summary: '', findings: [finding] });
    };
    const { results } = measure([elsewhere], {}, two.slice(0, 1));
    expect((await results).map(({ worst }) => worst)).toEqual([null]);
  });
});

describe('what is known of a reviewer', () => {
  const directory = temporaryDirectories();
  const measured: Measured = { model: 'm', digest: 'd1', cases, checkFor: ['bugs'] };
  const results: CaseResult[] = [
    { id: 'a', seeded: null, worst: 'LOW' },
    { id: 'b', seeded: null, worst: null },
    { id: 'c', seeded: null, worst: 'no verdict' },
  ];

  it('is found again for the same weights under another name', async () => {
    const folder = join(directory(), 'deep', 'calibration');
    await writeCalibration(folder, measured, results);
    const known = await readCalibration(folder, { ...measured, model: 'other' });
    expect([...known]).toEqual([
      ['a', 'LOW'],
      ['b', null],
      ['c', 'no verdict'],
    ]);
  });

  it.each<[string, Partial<Measured>]>([
    ['other weights', { digest: 'd2' }],
    ['another question', { checkFor: ['bugs', 'style'] }],
    ['other cases', { cases: cases.slice(1) }],
    ['no digest', { digest: null }],
  ])('is not known for %s', async (_what, different) => {
    const folder = directory();
    await writeCalibration(folder, measured, results);
    expect(await readCalibration(folder, { ...measured, ...different })).toEqual(new Map());
  });

  it.each(['', '{', '[]', 'null', '{"worst":5}', '{"worst":{"a":"GRAVE","b":7}}'])(
    'is nothing where its file is damaged: %j',
    async (text) => {
      const folder = directory();
      await writeCalibration(folder, measured, results);
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), text);
      expect(await readCalibration(folder, measured)).toEqual(new Map());
    },
  );
});
