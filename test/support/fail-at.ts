import type { Story } from '../../src/pipeline/story.ts';
import { effects } from './crash.ts';

/** lost: the effect happens and its answer does not come · refused: it does not happen. The process lives on. */
export const failModes = ['lost', 'refused'] as const;
export type FailMode = (typeof failModes)[number];

export type FailingStory = {
  story: Story;
  /** The effect that failed; null before. */ failed: () => string | null;
};

/** The same story, of which the `n`th effect fails once, counted from 1. */
export function failingAt(
  n: number,
  mode: FailMode,
  story: Story,
  error: (effect: string) => Error,
): FailingStory {
  let count = 0;
  let failed: string | null = null;

  async function perform(effect: string, act: () => unknown): Promise<unknown> {
    count += 1;
    if (count !== n) return act();
    failed = effect;
    if (mode === 'lost') await act();
    throw error(effect);
  }

  function failing<Port extends object>(port: Port, name: string, names: readonly string[]): Port {
    return new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function' || !names.includes(String(key))) return method;
        return (...args: unknown[]) =>
          perform(`${name}.${String(key)}`, () => Reflect.apply(method, target, args) as unknown);
      },
    });
  }

  const ports = Object.entries(effects).map(([name, names]) => [
    name,
    failing(story[name as keyof typeof effects], name, names),
  ]);
  return {
    story: { ...story, ...(Object.fromEntries(ports) as Pick<Story, keyof typeof effects>) },
    failed: () => failed,
  };
}
