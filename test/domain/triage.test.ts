import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeFailure, Failure, failureCodes } from '../../src/domain/failure.ts';
import type { FailureCode } from '../../src/domain/failure.ts';
import type { Plan } from '../../src/domain/run.ts';
import type { FailedRun, FailedTicket, TriageRules } from '../../src/domain/triage.ts';
import { triage } from '../../src/domain/triage.ts';

const rules: TriageRules = { maxRetries: 3, minAgeMinutes: 5, maxAgeDays: 30, force: false };
const day = 24 * 60;

/** A failed ticket that would be planned with the model that failed it. */
function failed(
  code: FailureCode,
  more: Partial<Omit<FailedTicket, 'run'>> & { run?: Partial<FailedRun> } = {},
): FailedTicket {
  const { run, ...different } = more;
  return {
    unknown: '',
    retries: 0,
    ageMinutes: 60,
    twin: null,
    changed: false,
    isMade: false,
    plan: planWith('ollama/small'),
    ...different,
    run: {
      code,
      errorType: describeFailure(code).errorType,
      error: 'it went wrong',
      stage: 'code',
      model: 'ollama/small',
      attempts: [],
      ...run,
    },
  };
}

function planWith(model: string): Plan {
  return { model } as Plan;
}

const attempt = (model: string, code: FailureCode) => ({
  model,
  attempt: 1,
  code,
  error: null,
  elapsedMs: 1,
});

describe('what failed by its surroundings', () => {
  it.each(['MODEL_TIMEOUT', 'MODEL_NOT_FOUND', 'PUSH_REJECTED'] as const)(
    'is worth another try: %s',
    (code) => {
      expect(triage(failed(code), rules)).toMatchObject({ verdict: 'retry', difference: null });
    },
  );

  it('gets some time to mend first', () => {
    expect(triage(failed('MODEL_TIMEOUT', { ageMinutes: 4.9 }), rules)).toMatchObject({
      verdict: 'later',
      reason: 'it failed 4 of at least 5 minutes ago',
    });
  });

  it('is left where it is once it is old', () => {
    expect(triage(failed('MODEL_TIMEOUT', { ageMinutes: 30 * day }), rules).verdict).toBe('retry');
    expect(triage(failed('MODEL_TIMEOUT', { ageMinutes: 31 * day }), rules)).toMatchObject({
      verdict: 'no',
      reason: 'it failed 31 days ago, more than the 30 that count',
    });
  });

  it('is not held back by a clock that was set back', () => {
    expect(triage(failed('MODEL_TIMEOUT', { ageMinutes: null }), rules).verdict).toBe('retry');
  });

  it('comes back so many times and no more', () => {
    expect(triage(failed('MODEL_TIMEOUT', { retries: 2 }), rules).verdict).toBe('retry');
    expect(triage(failed('MODEL_TIMEOUT', { retries: 3 }), rules)).toMatchObject({
      verdict: 'no',
      reason: 'it was brought back 3 times already, which is the limit',
    });
    expect(triage(failed('GIT_FAILED', { retries: 1 }), { ...rules, maxRetries: 1 }).reason).toContain(
      'back once',
    );
  });
});

describe('what failed by the model', () => {
  it('is not told to the same model again', () => {
    expect(triage(failed('CHECKS_BROKEN'), rules)).toMatchObject({
      verdict: 'no',
      reason: expect.stringContaining('ollama/small would be told the same again.'),
    });
    const nobody = failed('NO_CHANGES', { run: { model: null } });
    expect(triage(nobody, rules).reason).toContain('the model would be told the same again');
  });

  it('is when the ticket says something else', () => {
    expect(triage(failed('CHECKS_BROKEN', { changed: true }), rules)).toEqual({
      verdict: 'retry',
      reason: 'something is different now',
      difference: 'the ticket asks for something else now',
    });
  });

  it('is when another model would work on it', () => {
    expect(triage(failed('NO_CHANGES', { plan: planWith('ollama/large') }), rules)).toMatchObject({
      verdict: 'retry',
      difference: 'ollama/large would work on it; ollama/small failed',
    });
  });

  it('is not when that other model failed before, unless its server did', () => {
    const again = (code: FailureCode) =>
      triage(
        failed('NO_CHANGES', {
          plan: planWith('ollama/large'),
          run: { attempts: [attempt('ollama/large', code), attempt('ollama/small', 'NO_CHANGES')] },
        }),
        rules,
      ).verdict;
    expect(again('CHECKS_BROKEN')).toBe('no');
    expect(again('MODEL_TIMEOUT')).toBe('retry');
    expect(again('GONE_FROM_THE_CATALOGUE' as FailureCode)).toBe('no');
  });

  it('knows a model by its bare name too', () => {
    expect(triage(failed('NO_CHANGES', { run: { model: 'small' } }), rules).verdict).toBe('no');
  });

  it('is not while no model is known', () => {
    expect(triage(failed('NO_CHANGES', { plan: null }), rules).verdict).toBe('no');
  });
});

describe('what failed by the ticket or a person', () => {
  it('waits for another text', () => {
    expect(triage(failed('TICKET_INVALID', { plan: planWith('ollama/large') }), rules)).toMatchObject({
      verdict: 'no',
      reason: expect.stringContaining('the ticket asks for the same as before.'),
    });
    expect(triage(failed('TICKET_INVALID', { changed: true }), rules).verdict).toBe('retry');
  });

  it('goes when the settings can meet its wishes now', () => {
    expect(triage(failed('TICKET_CHECK_UNKNOWN'), rules)).toMatchObject({
      verdict: 'retry',
      difference: 'the settings can meet its wishes now',
    });
  });

  it.each(['CANCELLED', 'REJECTED'] as const)('stays as a person decided, whatever the model: %s', (code) => {
    expect(triage(failed(code, { plan: planWith('ollama/large') }), rules)).toMatchObject({
      verdict: 'no',
      reason: expect.stringContaining('a person decided so.'),
    });
    expect(triage(failed(code, { changed: true }), rules).verdict).toBe('retry');
  });
});

describe('a budget', () => {
  it('that is used up is no reason to try, not even for who insists', () => {
    const plan = new Failure('BUDGET_EXCEEDED', 'The ticket has used 10 of 10 tokens.');
    for (const force of [false, true])
      expect(triage(failed('MODEL_TIMEOUT', { plan }), { ...rules, force })).toMatchObject({
        verdict: 'no',
        reason: expect.stringContaining('it would fail at once: The ticket has used 10 of 10 tokens.'),
      });
  });

  it('that was raised is one', () => {
    expect(triage(failed('BUDGET_EXCEEDED'), rules)).toMatchObject({
      verdict: 'retry',
      difference: 'its budget has room again',
    });
  });
});

describe('a change that is made', () => {
  it('is only published again, whatever may be left of the budget', () => {
    const plan = new Failure('BUDGET_EXCEEDED', 'used up');
    expect(triage(failed('PUSH_REJECTED', { isMade: true, plan }), rules)).toMatchObject({
      verdict: 'retry',
      difference: 'its change is made already; only the publishing is done again',
    });
  });
});

describe('what is not understood', () => {
  const unknown = { ...failed('INTERNAL'), run: null, unknown: 'there is no .error.json' };
  const strange = failed('INTERNAL', { run: { errorType: 'permanent' } });
  const doubled = failed('MODEL_TIMEOUT', { twin: 'todo' });

  it.each([
    [unknown, 'there is no .error.json'],
    [strange, 'its error type "permanent" is not known here'],
    [doubled, 'another ticket with its id is in todo'],
  ])('is left alone, also for who insists', (ticket, reason) => {
    for (const force of [false, true])
      expect(triage(ticket, { ...rules, force })).toEqual({ verdict: 'no', reason, difference: null });
  });
});

describe('who insists', () => {
  it('gets what is understood, whatever its age, number and sense', () => {
    const hopeless = failed('REJECTED', { retries: 99, ageMinutes: 999 * day });
    expect(triage(hopeless, { ...rules, force: true })).toEqual({
      verdict: 'retry',
      reason: 'a person insists',
      difference: null,
    });
  });
});

it('never tells the same model the same again by itself', () => {
  const type = fc.constantFrom(...failureCodes);
  fc.assert(
    fc.property(type, fc.nat(5), fc.option(fc.nat(60 * day)), (code, retries, ageMinutes) => {
      const { errorType } = describeFailure(code);
      const bySettings = code === 'BUDGET_EXCEEDED' || code.endsWith('_UNKNOWN');
      const verdict = triage(failed(code, { retries, ageMinutes }), rules).verdict;
      if (errorType !== 'transient' && errorType !== 'environment' && !bySettings) expect(verdict).toBe('no');
      if (retries >= rules.maxRetries) expect(verdict).toBe('no');
    }),
  );
});
