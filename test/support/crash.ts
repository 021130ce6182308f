import { linkSync } from 'node:fs';
import type { Story } from '../../src/pipeline/story.ts';
import type { TicketState } from '../../src/domain/ticket.ts';
import type { Backlog } from './folder-store.ts';

/** What is thrown where the process dies; nothing of that life works after it. */
class Crash extends Error {}

/**
 * after: the effect happens and nobody hears of it · half: a ticket's move is cut short between its two names; other
 * effects do not count. Before an effect is after the one before it.
 */
export const crashModes = ['after', 'half'] as const;
export type CrashMode = (typeof crashModes)[number];

/** All that a story does to the world outside it. */
export const effects = {
  store: ['transition', 'edit', 'writeError', 'takeError', 'recover'],
  drafts: ['write', 'release', 'discard'],
  journal: ['identify', 'save', 'remove'],
  repository: ['commit', 'push'],
  forge: ['open', 'merge', 'close'],
  archive: ['keep'],
  workshop: ['makeChange'],
} as const satisfies Partial<Record<keyof Story, readonly string[]>>;

export type CrashingStory = {
  story: Story;
  /** Resolves with the name of the effect at which it died. */
  died: Promise<string>;
};

/** The same story, dying at its `n`th effect, counted from 1. */
export function crashingAt(
  n: number,
  mode: CrashMode,
  { story, backlog }: { story: Story; backlog: Backlog },
): CrashingStory {
  const death = Promise.withResolvers<string>();
  let count = 0;
  let dead = false;
  const underWay = new Set<Promise<unknown>>();

  /** A killed process changes nothing any more; what was under way beside its last effect has ended before it. */
  async function die(effect: string): Promise<never> {
    dead = true;
    await Promise.allSettled(underWay);
    death.resolve(effect);
    throw new Crash(`died at ${effect}`);
  }

  /** Of the making nobody waits: it changes nothing that is looked at, and may itself wait for an effect. */
  function follow(port: string, result: unknown): unknown {
    if (!(result instanceof Promise) || port === 'workshop') return result;
    underWay.add(result);
    const forget = (): boolean => underWay.delete(result);
    result.then(forget, forget);
    return result;
  }

  function mustLive(): void {
    if (dead) throw new Crash('dead already');
  }

  async function perform(effect: string, args: unknown[], act: () => unknown): Promise<unknown> {
    if (mode !== 'half' || effect === 'store.transition') count += 1;
    if (count !== n || (mode === 'half' && effect !== 'store.transition')) return act();
    if (mode === 'after') await act();
    else linkHalf(backlog, args as [string, TicketState, TicketState]);
    return die(effect);
  }

  function mortal<Port extends object>(port: Port, name: string, names: readonly string[]): Port {
    return new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        const act = (...args: unknown[]): unknown => {
          mustLive();
          return follow(name, Reflect.apply(method, target, args));
        };
        if (!names.includes(String(key))) return act;
        return async (...args: unknown[]) => {
          mustLive();
          const result = await perform(`${name}.${String(key)}`, args, () => act(...args));
          mustLive();
          return result;
        };
      },
    });
  }

  const mortals = Object.entries(effects).map(([name, names]) => [
    name,
    mortal(story[name as keyof typeof effects], name, names),
  ]);
  return {
    story: { ...story, ...(Object.fromEntries(mortals) as Pick<Story, keyof typeof effects>) },
    died: death.promise,
  };
}

function linkHalf({ path }: Backlog, [file, from, to]: [string, TicketState, TicketState]): void {
  linkSync(path(from, file), path(to, file));
}
