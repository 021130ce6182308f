import { describe, expect, it } from '@jest/globals';
import type { CheckResult } from '../../src/domain/change.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { Finding, Verdict } from '../../src/domain/review.ts';
import { describeWork, failedNote, heldNote, publishedNote } from '../../src/domain/ticket-note.ts';

const finding: Finding = { severity: 'LOW', category: 'style', file: 'a.ts', line: 1, message: 'odd' };
const verdict = (count: number): Verdict => ({
  tree: 't',
  model: 'ollama/r',
  summary: '',
  findings: Array.from({ length: count }, () => finding),
  usage: { input: 1, output: 1 },
  requests: 1,
});
const done = (results: readonly CheckResult[], findings: Verdict | null) => ({
  checks: { tree: 't', results: [...results] },
  verdict: findings,
  model: 'ollama/m',
});
const onBranch = { criteria: [], branch: 'ticket/a' };
const passed = {
  name: 'test',
  outcome: 'passed',
  exitCode: 0,
  baseExitCode: 0,
  elapsedMs: 1,
  output: '',
} as const;

describe('what a ticket is told of a run', () => {
  it('says so when there was no check and no review', () => {
    expect(describeWork(done([], null), onBranch)).toBe(
      '- Branch: ticket/a\n- Checks: none configured or found\n- Review: switched off\n- Model: ollama/m',
    );
  });

  it.each([
    [0, 'no findings'],
    [1, '1 finding'],
    [2, '2 findings'],
  ])('counts %d findings', (count, words) => {
    const told = describeWork(done([passed], verdict(count)), onBranch);
    expect(told).toContain(`- Checks: test passed\n- Review: ${words} by ollama/r\n`);
  });

  it.each([
    [['a test'], '- Criteria: met #1 (a test)'],
    [[null], '- Criteria: not shown by a check or the diff, look yourself: #1'],
    [
      ['a test', null, 'a file'],
      '- Criteria: met #1 (a test), #3 (a file); not shown by a check or the diff',
    ],
  ])('says which criteria are shown by %j', (evidence, words) => {
    const criteria = evidence.map((each) => ({ text: 'x', evidence: each }));
    expect(describeWork(done([], null), { ...onBranch, criteria })).toContain(`\n${words}`);
  });

  it('names the pull request, or the branch where none is wanted', () => {
    const publication = {
      task: { id: 'a', title: 'A', brief: '', criteria: [], notes: '' },
      message: 'm',
      title: 't',
      body: 'b',
      findings: [],
      files: [],
      report: 'As follows.',
    };
    expect(publishedNote(publication, { url: 'local://1' })).toBe('Pull request: local://1\n\nAs follows.');
    expect(publishedNote(publication, null)).toBe('The branch is ready.\n\nAs follows.');
    expect(heldNote('which?', publication, 'Say it.')).toBe(
      'A person must decide: which?\n\nAs follows.\n\nSay it.',
    );
    expect(heldNote('which?', null, '')).toBe('A person must decide: which?');
  });

  it('says in one line why it failed, and then what to do', () => {
    const failure = new Failure('NO_CHANGES', 'nothing\nchanged');
    expect(failedNote(failure)).toBe(`Failed (NO_CHANGES): nothing changed\n\n${failure.hint}`);
  });
});
