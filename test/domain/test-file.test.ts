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

const languages =
  'js cjs mjs jsx cjsx mjsx ts cts mts tsx py go rs java kt cs rb php swift scala ex exs c cc cpp sh bats vue svelte';

describe('the custom of a language', () => {
  it.each(languages.split(' '))('makes a test of a source in a folder of tests: .%s', (ending) => {
    for (const folder of ['test', 'tests', '__tests__', 'spec', 'specs', 'e2e', 'testing', 'Test'])
      expect([folder, isTestFile(`pkg/${folder}/a.${ending}`)]).toEqual([folder, true]);
    for (const folder of ['contest', 'testy', '__tests', 'special', 'src'])
      expect([folder, isTestFile(`pkg/${folder}/a.${ending}`)]).toEqual([folder, false]);
  });

  it.each(['tests/a', 'tests/ajs', 'tests/a.jsx.txt', 'tests/a.json', 'tests/a.xjs', 'test.js/a.txt'])(
    'makes no test of what is no source: %s',
    (path) => expect(isTestFile(path)).toBe(false),
  );

  it.each([
    'a.test.ts', 'a.tests.ts', 'a-test.js', 'a_spec.rb', 'a.Spec.ts', 'a-spec.mjs', 'test_.py', 'test_a_b.py', 'test.py', 'tests.rs',
    'Test.java', 'conftest.py', 'pkg/ATest.kt', '9Tests.php', 'ASpec.scala', 'zSpec.swift',
  ])('names a test %s', (path) => expect(isTestFile(path)).toBe(true)); // prettier-ignore

  it.each([
    'atest.ts', 'a.test.d.b.ts', 'a.specs.ts', 'a_test_of.go', 'mytest_a.py', 'atests.py', 'LATEST.java', 'ATest.ts', 'ATesting.java',
    'ATestX.kt', '_Test1.java', 'conftest_a.py', 'aconftest.py',
  ])('does not name a test %s', (path) => expect(isTestFile(path)).toBe(false)); // prettier-ignore
});

describe('a recorded result', () => {
  it.each('snap txt json png svg yaml yml html'.split(' '))(
    'is any .%s in a folder of snapshots',
    (ending) => {
      expect(isSnapshot(`snapshots/a.${ending}`)).toBe(true);
      expect(isSnapshot(`pkg/Snapshot/a.b.${ending}`)).toBe(true);
      expect(isSnapshot(`pkg/snapshots/a/b.${ending}x`)).toBe(false);
    },
  );

  it.each([
    'src/__image_snapshots__/a.bin', '__snapshots__/a', 'A.SNAP', 'a.ambr', 'a.GOLDEN', 'a.approved.json',
  ])('is %s, wherever', (path) => expect(isSnapshot(path)).toBe(true)); // prettier-ignore

  it.each([
    'asnap', 'a.snap.ts', 'a.golden.md', 'a.approved', 'a.approved.', 'a.approved.x.ts', 'src/a__snapshots__/b', '__snapshots__',
    '__file_snapshots__/a', 'snapshots/a/b.txt', 'snapshots/a.ts', 'mysnapshots/a.txt', 'snapshots/a.txt.ts', 'snapshots/.txt/a',
  ])('is not %s', (path) => expect(isSnapshot(path)).toBe(false)); // prettier-ignore

  it.each([
    'src/__snapshots__/a.test.ts.snap',
    'tests/__snapshots__/test_a.ambr',
    'testdata/a.golden',
    'a.approved.txt',
  ])('is %s', (path) => expect(isSnapshot(path)).toBe(true));
  it.each(['src/snapshot.ts', 'a.txt'])('is not %s', (path) => expect(isSnapshot(path)).toBe(false));
});
