import { describe, expect, it } from '@jest/globals';
import { isSnapshot, isTestFile } from '../../src/domain/test-file.ts';

describe('a test', () => {
  it.each([
    'test/a.ts', 'src/a.test.ts', 'src/a.spec.jsx', 'src/__tests__/a.js', 'tests/test_a.py', 'pkg/test_a.py', 'a_test.go',
    'src/test/java/ATest.java', 'spec/a_spec.rb', 'tests/a.rs', 'ATests.cs', 'e2e/a.ts', 'tests/conftest.py',
  ])('is %s', (path) => expect(isTestFile(path)).toBe(true)); // prettier-ignore

  it.each([
    'src/a.ts',
    'src/contest.ts',
    'src/latest.py',
    'test/data.json',
    'docs/test.md',
    'src/attest.go',
    'test/__snapshots__/a.snap',
  ])('is not %s', (path) => expect(isTestFile(path)).toBe(false));
});

describe('a recorded result', () => {
  it.each([
    'src/__snapshots__/a.test.ts.snap',
    'tests/__snapshots__/test_a.ambr',
    'testdata/a.golden',
    'a.approved.txt',
  ])('is %s', (path) => expect(isSnapshot(path)).toBe(true));
  it.each(['src/snapshot.ts', 'a.txt'])('is not %s', (path) => expect(isSnapshot(path)).toBe(false));
});
