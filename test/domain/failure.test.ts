import { describe, expect, it } from '@jest/globals';
import { describeFailure, Failure, failureCodes, toFailure } from '../../src/domain/failure.ts';

const errorTypes = ['transient', 'model', 'ticket', 'policy', 'environment', 'internal'];

describe('the catalogue', () => {
  it.each(failureCodes)('says of %s who can mend it and what to do', (code) => {
    const { errorType, hint } = describeFailure(code);
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(errorTypes).toContain(errorType);
    expect(hint).toMatch(/^\S.{10,}[.)]$/);
  });

  it('counts nothing against a ticket that only a person or a model can mend as an outage', () => {
    const outages = failureCodes.filter((code) => describeFailure(code).infrastructure === true);
    // A day's budget is a gate that opens by itself.
    for (const code of outages.filter((each) => each !== 'MODEL_DAY_SPENT')) {
      expect(['transient', 'environment']).toContain(describeFailure(code).errorType);
    }
    expect(outages).toEqual(expect.arrayContaining(['MODEL_UNREACHABLE', 'DISK_FULL']));
  });
});

describe('a failure', () => {
  it('carries what the catalogue says of its code', () => {
    const cause = new Error('connect ECONNREFUSED');
    const failure = new Failure('MODEL_UNREACHABLE', 'http://box does not answer', {
      cause,
      retryAfterSeconds: 7,
    });
    expect(failure).toMatchObject({
      name: 'Failure',
      code: 'MODEL_UNREACHABLE',
      message: 'http://box does not answer',
      errorType: 'transient',
      isInfrastructure: true,
      exitCode: 3,
      retryAfterSeconds: 7,
      cause,
    });
    expect(failure.hint).toContain('ollama serve');
  });

  it('without a cause or a wait has neither', () => {
    const failure = new Failure('NO_CHANGES', 'nothing');
    expect('cause' in failure).toBe(false);
    expect(failure).toMatchObject({ retryAfterSeconds: undefined, isInfrastructure: false, exitCode: 1 });
  });

  it.each(failureCodes)('%s ends a command with 1, 2 or 3', (code) => {
    expect([1, 2, 3]).toContain(new Failure(code, 'x').exitCode);
  });

  it('may end a command as its entry says', () => {
    const codes = failureCodes.filter((code) => describeFailure(code).exitCode !== undefined);
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(new Failure(code, 'x').exitCode).toBe(describeFailure(code).exitCode);
  });
});

describe('whatever was thrown', () => {
  it('stays the failure it is', () => {
    const failure = new Failure('REJECTED', 'no');
    expect(toFailure(failure)).toBe(failure);
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EFBIG', 'DISK_FULL'],
    ['EROFS', 'DISK_UNWRITABLE'],
    ['EIO', 'DISK_FAILED'],
    ['EMFILE', 'MACHINE_EXHAUSTED'],
    ['ENOMEM', 'MACHINE_EXHAUSTED'],
  ])("is no ticket's doing when it is %s: %s", (system, code) => {
    const cause = Object.assign(new Error('write'), { code: system });
    expect(toFailure(cause)).toMatchObject({ code, message: 'write', cause, isInfrastructure: true });
  });

  it.each([
    [new Error('boom'), 'boom'],
    [Object.assign(new Error('gone'), { code: 'ENOENT' }), 'gone'],
    [Object.assign(new Error('strange'), { code: 'constructor' }), 'strange'],
    ['a text', 'a text'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('is else a bug of ours: %s', (thrown, message) => {
    expect(toFailure(thrown)).toMatchObject({ code: 'INTERNAL', message });
  });
});
