import { describe, expect, it } from '@jest/globals';
import type { Story } from '../../src/pipeline/story.ts';
import { checkProtocol } from '../support/protocol/check.ts';
import { step } from '../support/protocol/steps.ts';
import type { At, Variant, World } from '../support/protocol/world.ts';
import { beginning, ours } from '../support/protocol/world.ts';
import { storyPlace } from '../support/story-place.ts';
import { workToEnd } from '../support/work.ts';
import { someSpending, workshopDouble } from '../support/workshop.ts';

const place = storyPlace('bare');

describe('the protocol, in every order of deaths, lost answers and decisions of people', () => {
  it.each([
    ['two deaths, a lost answer and a decision', beginning(1)],
    ['three deaths, and a person takes the ticket', beginning(1, { crashes: 3, decisions: 0, takes: 1 })],
    ['a second daemon', beginning(2)],
  ])('keeps every promise: %s', (_what, start) => {
    for (const pushed of ['before opening', 'after opening'] as const) {
      const { states, violations } = checkProtocol(start, { ...ours, pushed });
      expect(violations).toEqual({});
      expect(states).toBeGreaterThan(300);
    }
  });

  const quiet = { crashes: 0, lostAnswers: 0, decisions: 0 };
  const variants: [what: string, variant: Partial<Variant>, start: World, violation: string][] = [
    [
      'pull requests are not looked for',
      { lookUp: 'none', openLooksAt: 'open' },
      beginning(1),
      'two pull requests',
    ],
    ['only open ones are', { lookUp: 'open', openLooksAt: 'open' }, beginning(1), 'two pull requests'],
    ['one is merged between look and opening', { openLooksAt: 'open' }, beginning(1), 'two pull requests'],
    ['each attempt has a branch of its own', { branch: 'attempt' }, beginning(1), 'two branches'],
    ['a claim copies and deletes', { claim: 'copy' }, beginning(1), 'two copies'],
    [
      'it moves before it publishes',
      { order: 'move first' },
      beginning(1),
      'in review without a pull request',
    ],
    ['nobody looks for what was at work', { orphans: 'left' }, beginning(1), 'never ends'],
    ['the lock can be taken from the living', { lock: 'stealable' }, beginning(2, quiet), 'two runs'],
  ];
  it.each(variants)('breaks one when %s', (_what, variant, start, violation) => {
    const { violations } = checkProtocol(start, { ...ours, ...variant });
    expect(Object.keys(violations)).toContain(violation);
  });

  it('is the one that the code has', async () => {
    const opened = await place.open({
      workshop: workshopDouble({ kind: 'publish', change: place.change(), spent: someSpending }),
    });
    opened.drop('traced');
    const { story, effects } = traced(opened.story);
    await workToEnd(opened, story);
    expect(effects).toEqual(undisturbed().flatMap((at) => effectOf[at] ?? []));
  });
});

/** What the parts of the model do in the real world; the rest is between two of them. */
const effectOf: Partial<Record<At, string>> = {
  'claim: intent': 'journal.save',
  'claim: unlink': 'store.transition',
  'claim: done': 'journal.save',
  make: 'workshop.makeChange',
  commit: 'repository.commit',
  'commit: done': 'journal.save',
  find: 'forge.find',
  push: 'repository.push',
  'push: done': 'journal.save',
  open: 'forge.open',
  'settle: intent': 'journal.save',
  'settle: unlink': 'store.transition',
  'settle: done': 'journal.save',
};

/** Where the model's daemon comes by when nothing goes wrong. */
function undisturbed(): At[] {
  const way: At[] = [];
  let world = beginning(1);
  for (;;) {
    const [daemon] = world.daemons;
    const next = daemon === undefined ? null : step(world, daemon, ours);
    if (daemon === undefined || next === null) return way;
    way.push(daemon.at);
    world = { ...next.world, daemons: [next.daemon] };
  }
}

/** The same story, and its effects in their order; what a record learns besides its step and its move is none. */
function traced(story: Story): { story: Story; effects: string[] } {
  const effects: string[] = [];
  const known = new Set(Object.values(effectOf));
  let saved = '';
  const watch = <Name extends Exclude<keyof Story, 'hook'>>(name: Name): Story[Name] =>
    new Proxy(story[name], {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => {
          const effect = `${name}.${String(key)}`;
          const { step: at, move } = (args[0] ?? {}) as { step?: string; move?: object | null };
          const isNews = effect !== 'journal.save' || saved !== (saved = JSON.stringify({ at, move }));
          if (known.has(effect) && isNews) effects.push(effect);
          return Reflect.apply(method, target, args) as unknown;
        };
      },
    });
  const watched = {
    store: watch('store'),
    journal: watch('journal'),
    workshop: watch('workshop'),
    repository: watch('repository'),
    forge: watch('forge'),
  };
  return { story: { ...story, ...watched }, effects };
}
