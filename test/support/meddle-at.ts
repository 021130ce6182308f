import type { Story } from '../../src/pipeline/story.ts';
import { effects } from './crash.ts';

export type MeddledStory = {
  story: Story;
  /** The effect after which it was done; null before. */
  done: () => string | null;
};

/** The same story, after whose `n`th effect, counted from 1, a person does something; the process lives on. */
export function meddlingAt(n: number, story: Story, meddle: () => void): MeddledStory {
  let count = 0;
  let done: string | null = null;

  function watched<Port extends object>(port: Port, name: string, names: readonly string[]): Port {
    return new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function' || !names.includes(String(key))) return method;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(method, target, args);
          count += 1;
          if (count === n) {
            done = `${name}.${String(key)}`;
            meddle();
          }
          return result;
        };
      },
    });
  }

  const ports = Object.entries(effects).map(([name, names]) => [
    name,
    watched(story[name as keyof typeof effects], name, names),
  ]);
  return {
    story: { ...story, ...(Object.fromEntries(ports) as Pick<Story, keyof typeof effects>) },
    done: () => done,
  };
}
