import type { Base } from '../domain/change.ts';
import type { FindBase } from './find-base.ts';
import { isSameBase } from './find-base.ts';

type Open<Opened> = (key: string, base: Base, signal: AbortSignal) => Promise<Opened>;
type Closable = { close: (options: { keep: boolean }) => Promise<void> };

/**
 * Opens worktrees of a branch, null for the base branch, as it is now. To ask a remote for that takes a while: where it
 * did not move between the last two times, one is begun from there meanwhile, and thrown away if that was wrong.
 */
export function openEarly<Opened extends Closable>(
  find: FindBase,
  openAt: Open<Opened>,
): (key: string, branch: string | null, signal: AbortSignal) => Promise<Opened> {
  const last = new Map<string | null, { base: Base; isSteady: boolean }>();
  const findNow: FindBase = async (branch, signal) => {
    const base = await find(branch, signal);
    const before = last.get(branch)?.base;
    last.set(branch, { base, isSteady: before !== undefined && isSameBase(before, base) });
    return base;
  };
  return async (key, branch, signal) => {
    const guess = last.get(branch);
    if (guess?.isSteady !== true) return openAt(key, await findNow(branch, signal), signal);
    const wrong = new AbortController();
    const early = openAt(key, guess.base, AbortSignal.any([signal, wrong.signal]));
    // Why it failed is told to whoever takes it.
    early.catch(() => undefined);
    const [found] = await Promise.allSettled([findNow(branch, signal)]);
    if (found.status === 'fulfilled' && isSameBase(found.value, guess.base)) return early;
    wrong.abort();
    await early.then((opened) => opened.close({ keep: false })).catch(() => undefined);
    if (found.status === 'rejected') throw found.reason;
    return openAt(key, found.value, signal);
  };
}
