import { describe, expect, it } from '@jest/globals';
import { commitChange } from '../../src/pipeline/publish-change.ts';
import type { Guard, Refusal } from '../../src/ports.ts';
import { make } from '../support/making.ts';
import { runRecord } from '../support/run-record.ts';
import { storyPlace } from '../support/story-place.ts';

const refusal: Refusal = { code: 'GUARD_PROTECTED_PATH', path: 'Makefile', line: 0, reason: 'leave it' };
const second: Refusal = { code: 'GUARD_LOCK_FILE', path: 'go.sum', line: 7, reason: 'undo it' };
const secret: Refusal = { code: 'GUARD_SECRET', path: 'a.ts', line: 2, reason: 'take it out' };

describe('a change that the guards refuse to the end', () => {
  const refused = (onRefusal: 'fail' | 'hold', ...refusals: Refusal[]) =>
    make({ stretches: [{ text: 'one' }, { text: 'two' }], refusals: [refusals], plan: { onRefusal } });

  it('fails, and says of every refusal where it is', async () => {
    const { made } = await refused('fail', refusal, second);
    expect(made).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'GUARD_PROTECTED_PATH',
        message: 'Makefile: leave it; also: go.sum:7 (GUARD_LOCK_FILE)',
      },
    });
  });

  it('names a few of many refusals, and counts the others', async () => {
    const many = Array.from({ length: 8 }, (_each, at) => ({ ...second, path: `${at}.sum` }));
    expect((await refused('fail', ...many)).made).toMatchObject({
      failure: {
        message: expect.stringMatching(/; also: 1\.sum:7 .*, 5\.sum:7 \(GUARD_LOCK_FILE\), 2 more$/),
      },
    });
  });

  it('waits for a person where the config says so, unreviewed, with what is against it', async () => {
    const { made, said, reviewed } = await refused('hold', refusal);
    expect(made).toMatchObject({
      kind: 'hold',
      code: 'GUARD_PROTECTED_PATH',
      reason: 'Makefile: leave it',
      change: {
        verdict: null,
        remarks: [{ path: 'Makefile', text: 'refused (GUARD_PROTECTED_PATH): leave it' }],
      },
    });
    expect(said).toHaveLength(2);
    expect(reviewed).toEqual([]);
  });

  it('is never left to a person where it holds a secret', async () => {
    expect((await refused('hold', secret, refusal)).made).toMatchObject({
      kind: 'failed',
      failure: { code: 'GUARD_SECRET' },
    });
  });

  it('fails of what it failed of, where that was something else', async () => {
    const { made } = await make({
      stretches: [{ text: 'one' }, { instead: () => Promise.reject(new Error('gone')) }],
      refusals: [[refusal]],
      plan: { onRefusal: 'hold' },
    });
    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'INTERNAL' } });
  });
});

describe('a change that is held because it is refused', () => {
  const place = storyPlace();

  const committing = async (refusals: Refusal[]) => {
    const guard: Guard = {
      inspect: () => Promise.resolve({ refusals, remarks: [] }),
      inspectTexts: () => Promise.resolve([]),
    };
    const { story } = await place.open({ guard });
    const record = runRecord({ hold: { code: 'GUARD_PROTECTED_PATH', reason: 'leave it' } });
    const task = { id: 'a', title: 'Greet', brief: '', criteria: [], notes: '' };
    return commitChange(story, record, { task, branch: `ticket/${refusals.length}`, change: place.change() });
  };

  it('is committed for a person to look at', async () => {
    expect(await committing([refusal])).toMatchObject({ step: 'committed' });
  });

  it('is not committed where a secret is in it', async () => {
    await expect(committing([refusal, secret])).rejects.toMatchObject({ code: 'GUARD_SECRET' });
  });
});
