import { describe, expect, it } from '@jest/globals';
import { createGuard } from '../../src/guard/inspect-change.ts';
import { captured, type Edit } from '../support/captured.ts';
import { contentsOf } from '../support/inspected.ts';

const guard = createGuard({
  secrets: true,
  knownSecrets: [],
  protectedPaths: ['.github/**'],
  maxDiffLines: 100,
  weakenedTests: 'block',
  contents: contentsOf(),
});
const inspect = async (...edits: Edit[]) => (await guard.inspect(captured(...edits))).refusals;
const added = (path: string, after: string) => ({ path, before: null, after });

describe('the guard', () => {
  it('has nothing against an ordinary change', async () => {
    expect(await inspect({ path: 'src/a.ts', before: 'a\nb\n', after: 'a\nc\n' })).toEqual([]);
  });

  it('has nothing against no change; that is for others to judge', async () => {
    expect(await inspect()).toEqual([]);
  });

  it('says everything at once, each with its own code', async () => {
    const change = captured(
      added('link', 'x\n'),
      added('.github/x.yml', 'x\n'),
      added('big', 'x\n'.repeat(200)),
      added('key', ['AKIA', 'Q7RT2YP6LM4XV3KD'].join('')),
      added('merge', '<<<<<<< HEAD\n'),
      { path: 'lazy.ts', before: 'a\nb\nc\n', after: '// ... rest of code unchanged ...\n' },
    );
    const files = change.files.map((file) => (file.path === 'link' ? { ...file, newMode: '120000' } : file));
    const { refusals } = await guard.inspect({ ...change, files });
    expect(refusals.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'GUARD_SECRET key',
      'GUARD_UNSAFE_ENTRY link',
      'GUARD_PROTECTED_PATH .github/x.yml',
      'GUARD_TOO_LARGE big',
      'GUARD_CONFLICT_MARKERS merge',
      'GUARD_PLACEHOLDER lazy.ts',
    ]);
  });

  it('says of each kind only what can be read', async () => {
    const lines = '<<<<<<< HEAD\n'.repeat(90);
    expect(await inspect(added('merge', lines))).toHaveLength(20);
  });

  it('does not pass what it cannot read', async () => {
    const change = captured(added('a', 'x\ny\n'));
    await expect(guard.inspect({ ...change, diff: change.diff.slice(0, -4) })).rejects.toThrow(
      /cannot be read/,
    );
  });
});
