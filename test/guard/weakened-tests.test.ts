import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import { findVanished } from '../../src/guard/vanished-tests.ts';
import { findWeakenedTests } from '../../src/guard/weakened-tests.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

/** Where tests are weakened, and the first words of why. */
const told = (...edits: Edit[]) =>
  findWeakenedTests(inspected(captured(...edits))).map(
    ({ path, line, reason }) => `${path}:${line} ${reason.split(/[;,]/)[0]}`,
  );

const test = "it('adds', () => {\n  expect(add(1, 2)).toBe(3);\n});\n";
const gone = (path: string, before = test): Edit => ({ path, before, after: null });
const add = (path: string, after = test): Edit => ({ path, before: null, after });
const edit = (path: string, before: string, after: string): Edit => ({ path, before, after });
const code = edit('src/other.ts', 'a\n', 'b\n');

describe('a test that is deleted', () => {
  const deleted = (path: string) => [`${path}:0 this test is deleted`];

  it('is told of', () => {
    expect(told(gone('test/add.test.ts'), code)).toEqual(deleted('test/add.test.ts'));
  });

  it('may come back under another name, as many tests as it held', () => {
    const two = gone('test/add.test.ts', `${test}\n${test}`);
    expect(told(two, add('test/sum.test.ts'))).toEqual(deleted('test/add.test.ts'));
    expect(told(two, add('test/sum.test.ts', `${test}\n${test}`))).toEqual([]);
    expect(told(two, edit('test/sum.test.ts', test, `${test}\n  ${test}  ${test}`))).toEqual([]);
    expect(told(two, add('test/sum.test.ts', 'expect(1)\nexpect(2)\nexpect(3)\n'))).toEqual(
      deleted('test/add.test.ts'),
    );
  });

  it('does not come back where no runner looks', () => {
    expect(told(gone('test/add.test.ts'), add('src/sum.ts'))).toEqual(deleted('test/add.test.ts'));
    expect(told(gone('test/add.test.ts'), add('test/sum.ts'))).toEqual(deleted('test/add.test.ts'));
    expect(told(gone('test/add.ts'), add('test/sum.ts'))).toEqual([]);
    expect(told(gone('test/add.ts'), add('src/sum.ts'))).toEqual(deleted('test/add.ts'));
  });

  it('counts as one where it holds none, to help others', () => {
    expect(told(gone('test/help.ts', 'export const a = 1;\n'))).toEqual(deleted('test/help.ts'));
    expect(told(gone('test/help.ts', 'export const a = 1;\n'), add('test/sum.ts'))).toEqual([]);
  });

  it.each([
    ['src/add.ts', 'test/add.test.ts'],
    ['src/add.ts', 'test/add-spec.ts'],
    ['src/add.js', 'spec/add_specs.rb'],
    ['pkg/add.py', 'tests/test_add.py'],
    ['src/Add.java', 'src/test/AddTest.java'],
    ['src/Add.cs', 'src/AddTests.cs'],
    ['src/add.min.js', 'test/add.test.ts'],
  ])('may go with %s: %s', (source, path) => {
    expect(told(gone(source, 'a\n'), gone(path))).toEqual([]);
  });

  it.each([
    ['src/sub.ts', 'test/add.test.ts'],
    ['src/add-test-page.ts', 'test/add-page.test.ts'],
    ['src/latest_add.ts', 'test/lateadd.test.ts'],
    ['src/add.ts', 'test/addTestsOf.test.ts'],
  ])('may not go with %s: %s', (source, path) => {
    expect(told(gone(source, 'a\n'), gone(path))).toEqual(deleted(path));
  });

  it('does not go with code that only changes', () => {
    expect(told(edit('src/add.ts', 'a\n', 'b\n'), gone('test/add.test.ts'))).toEqual(
      deleted('test/add.test.ts'),
    );
    expect(told(gone('test/support/add.ts', 'a\n'), gone('test/add.test.ts'))).toContain(
      'test/add.test.ts:0 this test is deleted',
    );
  });

  it.each([
    'fixture/a.test.d/b.ts', 'test/fixtures/a.ts', 'test/my-fixtures/a.ts', 'test/jest.config.js', 'test/fixtures/latest.ts',
  ])('is none where tests only work on it, or are set up by it: %s', (path) =>
    expect(told(gone(path), code)).toEqual([]),
  ); // prettier-ignore

  it.each([
    'test/fixtures/a.test.ts', 'test/fixtures/test_a.py', 'test/fixtures/tests.py', 'test/fixtures/a_spec.rb', 'test/fixtures/ATest.java',
    'test/fixtures/ATests.java', 'test/fixtures/ASpec.kt', 'test/affixtures.ts', 'test/config.ts', 'test/a.config.d/b.ts',
  ])('is one all the same: %s', (path) => expect(told(gone(path), code)).toEqual(deleted(path))); // prettier-ignore
});

describe('a test that is moved', () => {
  const moved = (oldPath: string, path: string) =>
    told({ oldPath, path, before: test, after: test }, code).map((line) => line.split(' to ')[0]);

  it.each([
    ['test/add.test.ts', 'test/math/add.test.ts'],
    ['test/add.ts', 'test/math/sum.ts'],
    ['test/add.ts', 'test/add.test.ts'],
    ['src/add.ts', 'src/sum.ts'],
  ])('may be, to where it is found: %s, %s', (from, to) => expect(moved(from, to)).toEqual([]));

  it.each([
    ['test/add.test.ts', 'test/add.ts'],
    ['test/add.test.ts', 'old/add.txt'],
    ['tests/test_add.py', 'tests/add.py'],
  ])('may not be, to where it is not: %s, %s', (from, to) =>
    expect(moved(from, to)).toEqual([`${to}:0 this test was moved from ${from}`]),
  );
});

describe('recorded results', () => {
  const results = (...values: number[]) =>
    values.map((value) => `exports[\`${value}\`] = \`${value}\`;\n`).join('');
  const file = (at: number | string, before: string, after: string) =>
    edit(`test/__snapshots__/${at}.snap`, before, after);
  const snapshotTest = (name: string) => `${name}(x);\n`;

  it('may follow the code, up to five files of them', () => {
    const files = [1, 2, 3, 4, 5, 6].map((at) => file(at, results(1), results(2)));
    expect(told(code, ...files.slice(1))).toEqual([]);
    expect(told(code, ...files)).toEqual([
      'test/__snapshots__/1.snap:1 6 files of recorded results are rewritten at once',
    ]);
  });

  it('may be new, as many as there are', () => {
    const added = [1, 2, 3, 4, 5, 6].map((at) => file(at, results(1), results(1, 2)));
    expect(told(code, ...added)).toEqual([]);
    expect(
      told(code, ...[1, 2, 3, 4, 5, 6].map((at) => add(`test/__snapshots__/${at}.snap`, results(1)))),
    ).toEqual([]);
  });

  it('may not change where no code does', () => {
    expect(told(file('a', results(1), results(2)))).toEqual([
      'test/__snapshots__/a.snap:1 recorded results change and no code does',
    ]);
  });

  it('may not be dropped, one or many, where no test is', () => {
    expect(told(code, file('a', results(1, 2), results(2)))).toEqual([
      'test/__snapshots__/a.snap:1 1 recorded result is dropped and no test is',
    ]);
    expect(told(code, file('a', results(1, 2, 3), results(2)))).toEqual([
      'test/__snapshots__/a.snap:1 2 recorded results are dropped and no test is',
    ]);
    expect(told(code, file('a', '# name: x\n1\n', '2\n'))).toEqual([
      'test/__snapshots__/a.snap:1 1 recorded result is dropped and no test is',
    ]);
  });

  it('may lose lines that are no result of their own', () => {
    const inside = 'exports[`a`] = `\n';
    expect(
      told(code, file('a', `${inside}1\n2\n of exports[3]\na # name: b\n\`;\n`, `${inside}1\n\`;\n`)),
    ).toEqual([]);
  });

  it.each([
    '  expect(a).toMatchSnapshot()',
    'assert a == snapshot',
    "it('a', f)",
    "  test('a', f)",
    'def test_a():',
  ])('may go with what records them: %s', (line) => {
    const lost = file('a', results(1, 2), results(2));
    const kept = 'expect(a).toBe(1);\nexpect(b).toBe(2);\n';
    const tests = edit('src/a.ts', `// x\n${line}\n`, '// x\n');
    expect(told(tests, lost)).toEqual([]);
    expect(told(edit('src/a.ts', `${line}\n${kept}x\n`, 'y\n'), code, lost)).toEqual([]);
  });

  it('do not go with a line that only looks like it', () => {
    const lost = file('a', results(1, 2), results(2));
    expect(told(edit('src/a.ts', snapshotTest('await it'), 'x\n'), lost)).toHaveLength(1);
    expect(told(edit('src/a.ts', snapshotTest('commit'), 'x\n'), lost)).toHaveLength(1);
  });
});

describe('a test that becomes a function', () => {
  const vanished = (...added: string[]) => {
    const diff = [
      'diff --git a/test/a.test.ts b/test/a.test.ts',
      '--- a/test/a.test.ts',
      '+++ b/test/a.test.ts',
      '@@ -1,2 +1,2 @@',
      "-it('adds', () => {",
      '+function adds() {',
      '   expect(add(1, 2)).toBe(3);',
      `@@ -9,1 +9,${added.length + 1} @@`,
      ...added.map((line) => `+${line}`),
      ' x();',
    ].join('\n');
    return readDiff(`${diff}\n`)
      .flatMap(findVanished)
      .map(({ line }) => line);
  };

  it('is found by no runner, unless a test that comes with it calls it', () => {
    expect(vanished()).toEqual([1]);
    expect(vanished('adds();')).toEqual([1]);
    expect(vanished('// adds();', "it('does', () => {")).toEqual([1]);
    expect(vanished('loads();', "it('does', () => {")).toEqual([1]);
    expect(vanished("  it('does', () => {", '  adds();')).toEqual([]);
  });
});
