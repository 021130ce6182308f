import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import { isTestFile } from '../../src/domain/test-file.ts';
import { findLostProof } from '../../src/guard/lost-proof.ts';
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

describe('what tests prove', () => {
  /** One part of a diff; its lines with their signs. */
  const hunk = (path: string, ...lines: string[]) => {
    const count = (sign: string) =>
      lines.filter((line) => line.startsWith(' ') || line.startsWith(sign)).length;
    const head = [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`];
    return [...head, `@@ -1,${count('-')} +1,${count('+')} @@`, ...lines, ''].join('\n');
  };
  const inTest = (...lines: string[]) => hunk('test/a.test.ts', ...lines);
  const inPython = (...lines: string[]) => hunk('tests/test_a.py', ...lines);
  const inCode = (...lines: string[]) => hunk('src/a.ts', ...lines);
  const lost = (...hunks: string[]) => {
    const diffs = readDiff(hunks.join(''));
    const tests = diffs.filter(({ path }) => isTestFile(path));
    return findLostProof(inspected(captured(), { diffs }), tests).map(({ path, line }) => `${path}:${line}`);
  };
  const before = ["-it('adds', () => {", '-  expect(add(1, 2)).toBe(3);'];
  const skipped = ["+it.skip('adds two numbers', () => {", '+  expect(add(1, 2)).toBe(4);', ' });'];
  const table = (...lines: string[]) =>
    inTest(' it.each([', '   [1, 1],', ...lines, '   expect(f(a)).toBe(b);', ' });');
  const runs = " ])('%s', (a, b) => {";

  it.each([
    ['in a test that is switched off', inTest(...before, ...skipped)],
    ['in one that begins with an empty line', inTest(...before, ...skipped.toSpliced(1, 0, '+'))],
    [
      'in one of a group',
      inTest(
        " describe('sums', () => {",
        ...[...before, ...skipped].map((line) => line.replace(/^./, '$&  ')),
        ' });',
      ),
    ],
    [
      'in a function in the place of one of a group',
      inTest(
        " describe('sums', () => {",
        "-  it('adds', () => {",
        '-    expect(add(1, 2)).toBe(3);',
        '-  });',
        '+  function adds() {',
        '+    expect(add(1, 2)).toBe(4);',
        '+  }',
        ' });',
      ),
    ],
    [
      'in rows that no test runs over',
      inTest(
        '-it.each([',
        '-  [1, 1],',
        "-])('%s', (a, b) => {",
        '-  expect(f(a)).toBe(b);',
        '-  expect(g(a)).toBe(b);',
        "+it('counts', () => {",
        ...['+  const rows = [', '+    [1, 1],', '+    [2, 2],', '+    [3, 3],', '+  ];', '+  use(rows);'],
        ' });',
      ),
    ],
    ['where a row of its table goes, and what is empty behind it', table('-  [3, 7],', '-', '-  ', runs)],
    [
      'of code that is only called less',
      inCode(' export function oldThing() {', '-  oldThing(1);', ' }') +
        inTest(" it('is old', () => {", '-  expect(oldThing()).toBe(1);', ' });'),
    ],
    [
      'of code that takes more',
      inCode('-function oldThing() {}', '+function oldThing(a) {}') +
        inTest(" it('is old', () => {", '-  expect(oldThing()).toBe(1);', ' });'),
    ],
  ])('is lost %s', (_where, diff) => expect(lost(diff)).toEqual(['test/a.test.ts:1']));

  const asserted = ['-    assert add(1, 2) == 3', '+    assert add(1, 2) == 4'];

  it('is lost below a mark that switches a test off', () => {
    const marked = inPython('+@pytest.mark.skip', ' def test_add():', ...asserted);
    expect(lost(marked)).toEqual(['tests/test_a.py:1']);
  });

  it.each([
    ['below a mark of another kind', inPython('+@pytest.mark.slow', ' def test_add():', ...asserted)],
    ['below a mark that is taken away', inPython('-@pytest.mark.skip', ' def test_add():', ...asserted)],
    [
      'below a test that comes new and switched off',
      inPython(
        '+@pytest.mark.skip',
        '+def test_later():',
        '+    assert later() == 1',
        '+',
        ' def test_add():',
        ...asserted,
      ),
    ],
    [
      'below another one',
      inTest(
        ...before,
        "+it.skip('later', () => {",
        '+  expect(later()).toBe(1);',
        '+});',
        "+it('adds', () => {",
        '+  expect(add(1, 2)).toBe(4);',
        ' });',
      ),
    ],
    [
      'in a function that was there',
      inTest(
        ...[' function check(sum) {', '-  return sum;', '+  expect(sum).toBe(3);', ' }'],
        ...before,
        '-});',
        " it('checks', () => check(add(1, 2)));",
      ),
    ],
    [
      'in rows that a loop runs over',
      inTest(
        " it('adds', () => {",
        ...['-  expect(f(1)).toBe(1);', '-  expect(f(2)).toBe(2);'],
        ...[
          '+  for (const [a, b] of [',
          '+    [1, 1],',
          '+    [2, 2],',
          '+  ])',
          '+    expect(f(a)).toBe(b);',
        ],
        ' });',
      ),
    ],
    [
      'where rows go of which a loop may do anything',
      inTest(
        ...[" it('adds', () => {", '   for (const [a, b] of [', '     [1, 1],', '-    [3, 7],', '   ])'],
        ...['     expect(f(a)).toBe(b);', ' });'],
      ),
    ],
    ['where a row goes with what was made for it', table('-  [3, 7],', runs, '-  const f = make(7);')],
    [
      'where a row goes and the test changes',
      table('-  [3, 7],', runs, '-  const f = g();', '+  const f = h();'),
    ],
    ['where two rows become one', table('-  [2, 2],', '-  [3, 3],', '+  [2, 3],', runs)],
    [
      'where a test goes with its code',
      inCode(' const a = 1;', '-export function oldThing() {}') +
        inTest("-it('is old', () => {", '-  expect(oldThing()).toBe(1);', '-});', ' more();'),
    ],
    [
      'where another test proves more, whatever it spoke of before',
      inCode(' const a = 1;', '-export function oldThing() {}') +
        inTest(" it('adds', () => {", '-  expect(sum).toBe(3);', ' });') +
        hunk(
          'test/b.test.ts',
          " it('is new', () => {",
          '-  expect(oldThing()).toBe(1);',
          '+  expect(thing(1)).toBe(1);',
          '+  expect(thing(2)).toBe(2);',
          ' });',
        ),
    ],
  ])('is kept %s', (_where, diff) => expect(lost(diff)).toEqual([]));
});
