import { describe, expect, it } from '@jest/globals';
import { recordArrivals } from '../../src/backlog/record-arrivals.ts';

describe('recordArrivals', () => {
  it('knows a name that appeared and was not written', () => {
    const arrivals = recordArrivals();
    arrivals.hear('rename', 'moved.md');
    arrivals.hear('rename', 'written.md');
    arrivals.hear('change', 'written.md');
    arrivals.hear('change', 'old.md');
    expect(['moved.md', 'written.md', 'old.md', 'unseen.md'].map(arrivals.has)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('unlearns it with the next write, also after a rescan', () => {
    const arrivals = recordArrivals();
    arrivals.hear('rename', 'a.md');
    arrivals.age();
    expect(arrivals.has('a.md')).toBe(true);
    arrivals.hear('change', 'a.md');
    expect(arrivals.has('a.md')).toBe(false);
  });

  it('forgets what two rescans have seen', () => {
    const arrivals = recordArrivals();
    arrivals.hear('rename', 'a.md');
    arrivals.age();
    arrivals.age();
    expect(arrivals.has('a.md')).toBe(false);
  });

  it('trusts nothing after more events than the kernel may have kept, until the next rescan', () => {
    const arrivals = recordArrivals();
    for (let n = 0; n <= 8192; n += 1) arrivals.hear('rename', `${n}.md`);
    expect(arrivals.has('1.md')).toBe(false);
    arrivals.hear('rename', 'late.md');
    expect(arrivals.has('late.md')).toBe(false);
    arrivals.age();
    arrivals.hear('rename', 'new.md');
    expect(arrivals.has('new.md')).toBe(true);
  });
});
