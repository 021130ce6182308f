import { describe, expect, it } from '@jest/globals';
import { createGuard } from '../../src/guard/inspect-change.ts';
import { captured } from '../support/captured.ts';

const guard = createGuard({ protectedPaths: ['.github/**'], maxDiffLines: 100 });
const added = (path: string, after: string) => ({ path, before: null, after });

describe('the guard', () => {
  it('has nothing against an ordinary change', () => {
    expect(guard.inspect(captured({ path: 'src/a.ts', before: 'a\nb\n', after: 'a\nc\n' }))).toEqual([]);
  });

  it('has nothing against no change; that is for others to judge', () => {
    expect(guard.inspect(captured())).toEqual([]);
  });

  it('says everything at once, each with its own code', () => {
    const change = captured(
      added('link', 'x\n'),
      added('.github/x.yml', 'x\n'),
      added('big', 'x\n'.repeat(200)),
      added('key', ['AKIA', 'Q7RT2YP6LM4XV3KD'].join('')),
      added('merge', '<<<<<<< HEAD\n'),
      { path: 'lazy.ts', before: 'a\nb\nc\n', after: '// ... rest of code unchanged ...\n' },
    );
    const files = change.files.map((file) => (file.path === 'link' ? { ...file, newMode: '120000' } : file));
    expect(guard.inspect({ ...change, files }).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'GUARD_UNSAFE_ENTRY link',
      'GUARD_PROTECTED_PATH .github/x.yml',
      'GUARD_TOO_LARGE big',
      'GUARD_SECRET key',
      'GUARD_CONFLICT_MARKERS merge',
      'GUARD_PLACEHOLDER lazy.ts',
    ]);
  });

  it('says of each kind only what can be read', () => {
    const lines = '<<<<<<< HEAD\n'.repeat(90);
    expect(guard.inspect(captured(added('merge', lines)))).toHaveLength(20);
  });

  it('does not pass what it cannot read', () => {
    const change = captured(added('a', 'x\ny\n'));
    expect(() => guard.inspect({ ...change, diff: change.diff.slice(0, -4) })).toThrow(/cannot be read/);
  });
});
