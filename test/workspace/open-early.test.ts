import { describe, expect, it } from '@jest/globals';
import type { Base } from '../../src/domain/change.ts';
import { openEarly } from '../../src/workspace/open-early.ts';

const never = new AbortController().signal;

/** Remotes whose branch is where `shas` says, one after the other; `log` tells what was done in which order. */
function setUp(shas: (string | Error)[]) {
  const log: string[] = [];
  const gates = { find: Promise.resolve(), open: Promise.resolve() };
  const find = async (branch: string | null): Promise<Base> => {
    log.push('ask');
    await gates.find;
    const sha = shas.length > 1 ? shas.shift() : shas[0];
    if (sha instanceof Error) throw sha;
    log.push('told');
    return { branch: branch ?? 'main', sha: sha ?? '' };
  };
  const openAt = async (key: string, { sha }: Base, signal: AbortSignal) => {
    log.push(`begin ${sha}`);
    await gates.open;
    if (signal.aborted) log.push(`cut ${sha}`);
    signal.throwIfAborted();
    log.push(`open ${sha}`);
    return { key, sha, close: () => Promise.resolve(void log.push(`close ${sha}`)) };
  };
  const open = openEarly(find, openAt);
  /** Opens one and says what was done for it. */
  const seen = async (branch: string | null = null): Promise<string[]> => {
    log.length = 0;
    await open('key', branch, never);
    return [...log];
  };
  return { open, seen, log, gates };
}

const inTurn = (sha: string): string[] => ['ask', 'told', `begin ${sha}`, `open ${sha}`];
const atOnce = (sha: string): string[] => [`begin ${sha}`, 'ask', `open ${sha}`, 'told'];

describe('a worktree that is begun before anybody knows where its branch is', () => {
  it('is begun where the branch was, once it did not move between two times, branch by branch', async () => {
    const { seen } = setUp(['one']);
    expect(await seen()).toEqual(inTurn('one'));
    expect(await seen()).toEqual(inTurn('one'));
    expect(await seen()).toEqual(atOnce('one'));
    expect(await seen('release')).toEqual(inTurn('one'));
    expect(await seen()).toEqual(atOnce('one'));
  });

  it('is thrown away when the branch has moved, and begun no more until it rests', async () => {
    const { seen, open } = setUp(['one', 'one', 'two', 'three', 'three', 'three']);
    await seen();
    await seen();
    expect(await seen()).toEqual([
      'begin one',
      'ask',
      'open one',
      'told',
      'close one',
      'begin two',
      'open two',
    ]);
    expect(await seen()).toEqual(inTurn('three'));
    expect(await seen()).toEqual(inTurn('three'));
    expect(await seen()).toEqual(atOnce('three'));
    expect(await open('mine', null, never)).toMatchObject({ key: 'mine', sha: 'three' });
  });

  it('is cut short as soon as it is known to be wrong', async () => {
    const { seen, gates } = setUp(['one', 'one', 'two']);
    await seen();
    await seen();
    const opening = Promise.withResolvers<undefined>();
    gates.open = opening.promise.then(() => undefined);
    const all = seen();
    // What was asked has been told by then.
    setImmediate(() => opening.resolve(undefined));
    expect(await all).toEqual(['begin one', 'ask', 'told', 'cut one', 'begin two', 'open two']);
  });

  it('is closed when the remote does not answer', async () => {
    const { seen, open, log } = setUp(['one', 'one', new Error('unreachable')]);
    await seen();
    await seen();
    await expect(open('key', null, never)).rejects.toThrow('unreachable');
    expect(log.at(-1)).toBe('close one');
  });

  it('says why it could not be made, when it was begun where it had to be', async () => {
    const { seen, open, gates } = setUp(['one']);
    await seen();
    await seen();
    gates.open = Promise.reject(new Error('no room'));
    await expect(open('key', null, never)).rejects.toThrow('no room');
  });

  it('ends with the work that it is for', async () => {
    const { seen, open } = setUp(['one']);
    await seen();
    await seen();
    const cut = AbortSignal.abort(new Error('cancelled'));
    await expect(open('key', null, cut)).rejects.toThrow('cancelled');
  });
});
