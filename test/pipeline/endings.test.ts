import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/domain/failure.ts';
import type { Publication, RunRecord } from '../../src/domain/run.ts';
import type { SubTicket } from '../../src/domain/sub-ticket.ts';
import {
  endingOf,
  failedEnding,
  heldEnding,
  keptEnding,
  publishedEnding,
  splitDoneEnding,
  splitEnding,
  unchangedEnding,
} from '../../src/pipeline/endings.ts';
import { runRecord } from '../support/run-record.ts';

const publication: Publication = {
  task: { id: 'task-1', title: 'Greet', brief: '', criteria: [], notes: '' },
  message: 'Greet\n',
  title: 'Greet',
  body: '',
  findings: [],
  files: ['src/greeting.ts'],
  met: [2],
  report: '- Model: ollama/coder',
};
const url = 'local://pull-request/1';
const made = (different: Partial<RunRecord> = {}): RunRecord =>
  runRecord({ publication, branch: 'ticket/task-1', pullRequest: { number: 1, url }, ...different });

describe('a published change', () => {
  it.each([
    ['open', 'review', null, `${url} is ready for review`],
    ['merged', 'done', null, `${url} is merged`],
    ['closed', 'failed', 'REJECTED', `${url} was closed.`],
  ] as const)('whose pull request is %s ends in %s', (state, to, code, message) => {
    const ending = publishedEnding({ record: made(), pullRequest: { url, state } });
    expect(ending).toMatchObject({ to, code, message });
    expect(ending.edits).toMatchObject({
      modifiedFiles: ['src/greeting.ts'],
      addReferences: [url],
      checkCriteria: [2],
    });
  });

  it('without a pull request ends with its branch', () => {
    const ending = publishedEnding({ record: made(), pullRequest: null });
    expect(ending).toMatchObject({ to: 'review', message: 'branch ticket/task-1 is ready for review' });
    expect(ending.edits).not.toHaveProperty('addReferences');
    expect(publishedEnding({ record: made({ branch: null }), pullRequest: null }).message).toContain(
      'branch ',
    );
  });

  it('that the base has already is done, and nobody has to look at it', () => {
    expect(publishedEnding({ record: made(), pullRequest: null, isInBase: true })).toMatchObject({
      to: 'done',
      code: null,
      message: 'the base branch has all of branch ticket/task-1 already',
      edits: { modifiedFiles: ['src/greeting.ts'] },
    });
  });

  it('must be there', () => {
    expect(() => publishedEnding({ record: runRecord(), pullRequest: null })).toThrow('holds no change');
  });
});

describe('a held run', () => {
  it('says how to look and to decide', () => {
    const { comment, edits } = heldEnding(made(), { code: 'REVIEW_BLOCKED', reason: 'Two bugs.' });
    expect(comment).toContain('A person must decide: Two bugs.');
    expect(comment).toContain('`ticketmill show task-1 --diff` shows the change');
    expect(comment).toContain(publication.report);
    expect(edits).toEqual({ modifiedFiles: ['src/greeting.ts'] });
  });

  it.each([
    ['QUESTION', 'Answer in the ticket and move it back to the todo folder.'],
    ['NO_CHANGE_NEEDED', '`ticketmill approve task-1` closes the ticket as done'],
  ] as const)('without a change says what to do: %s', (code, advice) => {
    const ending = heldEnding(runRecord(), { code, reason: 'Why?' });
    expect(ending.comment).toContain(advice);
    expect(ending).not.toHaveProperty('edits');
  });
});

describe('an answered question', () => {
  it('stands in the notes, and says how the ticket is closed', () => {
    const ending = heldEnding(runRecord(), { code: 'ANSWERED', reason: 'In src/greeting.ts.' });
    expect(ending).toMatchObject({
      to: 'review',
      code: 'ANSWERED',
      comment: expect.stringContaining('`ticketmill approve task-1` closes the ticket as done'),
      edits: { addNotes: 'In src/greeting.ts.' },
    });
  });
});

describe('a rework that came to nothing', () => {
  it.each([
    [made(), url],
    [made({ pullRequest: null }), 'branch ticket/task-1'],
  ])('leaves what is out for a person, and says why', (record, where) => {
    expect(keptEnding(record, new Failure('CHECKS_BROKEN', 'The tests are red.'))).toMatchObject({
      to: 'review',
      code: 'CHECKS_BROKEN',
      message: `${where} stays as it was: The tests are red.`,
      comment: expect.stringMatching(/^Failed \(CHECKS_BROKEN\): The tests are red\./),
    });
  });
});

describe('the ending that a record alone tells', () => {
  const parts = runRecord({ split: { parts: [part('task-1.1'), part('task-1.2')], state: 'agreed' } });
  const error = { code: 'NO_CHANGES', message: 'Nothing.', stage: 'code', elapsedMs: 7 } as const;
  const hold = { code: 'REVIEW_BLOCKED', reason: 'Two bugs.' } as const;
  it.each([
    ['a failure', made({ lastError: error }), 'failed', failedEnding(new Failure('NO_CHANGES', 'Nothing.'))],
    ['a held change', made({ hold }), 'review', heldEnding(made(), hold)],
    ['parts that a person agreed to', parts, 'review', splitEnding(parts)],
    ['parts that are all done', parts, 'done', splitDoneEnding(parts)],
    ['an agreement that nothing is needed', runRecord(), 'done', unchangedEnding()],
    [
      'a published one',
      made(),
      'review',
      publishedEnding({ record: made(), pullRequest: { url, state: 'open' } }),
    ],
    [
      'a merged one',
      made(),
      'done',
      publishedEnding({ record: made(), pullRequest: { url, state: 'merged' } }),
    ],
    [
      'one without a pull request',
      made({ pullRequest: null }),
      'review',
      publishedEnding({ record: made(), pullRequest: null }),
    ],
  ] as const)('has the very words of %s', (_what, record, to, words) => {
    const { stage, elapsedMs, ...said } = endingOf(record, to);
    expect(said).toEqual(words);
    expect({ stage, elapsedMs }).toEqual(
      record.lastError === null ? { stage: 'publish', elapsedMs: 0 } : { stage: 'code', elapsedMs: 7 },
    );
  });

  it('of a pull request that was closed is the same after a crash', () => {
    const closed = publishedEnding({ record: made(), pullRequest: { url, state: 'closed' } });
    const lastError = { ...error, code: 'REJECTED' as const, message: closed.message };
    expect(endingOf(made({ lastError }), 'failed').comment).toBe(closed.comment);
  });
});

function part(id: string): SubTicket {
  const empty = { criteria: [], dependencies: [], labels: [], wishes: {} };
  return { id, parentTaskId: 'task-1', title: 'Greet', description: '', ...empty };
}
