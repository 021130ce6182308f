import { describe, expect, it } from '@jest/globals';
import { findGamedTests } from '../../src/guard/gamed-tests.ts';
import { findHollowScripts } from '../../src/guard/hollow-scripts.ts';
import { code, edit, add, refusalsOf, type Attempt } from '../support/attack.ts';
import { captured } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

/* Ways to make tests pass that are no better program: each was let through once. */

const js = "it('adds', () => {\n  const sum = add(1, 2);\n  expect(sum).toBe(3);\n});";
const python = 'def test_add():\n    total = add(1, 2)\n    assert total == 3';
const go = 'package a\n\nfunc TestAdd(t *testing.T) {\n\tx := Add(1, 2)\n}';
const rust = '#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}';
const java = '  @Test\n  void adds() {\n    assertEquals(3, add(1, 2));\n  }';
const table =
  "it.each([\n  [1, 1],\n  [2, 2],\n  [3, 7],\n])('%s', (a, b) => {\n  expect(f(a)).toBe(b);\n});";

const changed =
  (path: string, before: string) =>
  (what: string, after: string): Attempt => [what, edit(path, before, after)];
const inJs = changed('test/add.test.ts', js);
const inPython = changed('tests/test_add.py', python);
const inGo = changed('add_test.go', go);
const inRust = changed('tests/add.rs', rust);
const inJava = changed('src/test/AddTest.java', java);
const settings = (path: string, before: string, after: string): Attempt => [
  `${path}: ${after}`,
  edit(path, before, after),
];
const script = (text: string): Attempt =>
  settings('package.json', '{"scripts":{"test":"jest"}}', `{"scripts":{"test":"${text}"}}`);
const moved = (from: string, to: string, text: string): Attempt => [
  `${from} called ${to}`,
  { path: to, oldPath: from, before: `${text}\n`, after: `${text}\n` },
];

const attempts: Attempt[] = [
  inJs('a table without rows', js.replace('it(', 'it.each([])(')),
  changed('test/a.test.ts', table)('a row that failed', table.replace('  [3, 7],\n', '')),
  inJs('what anything is', js.replace('.toBe(3)', '.toBeInstanceOf(Number)')),
  inJs('what any text is', js.replace('.toBe(3)', '.toMatch(/.*/)')),
  inJs('what any number is', js.replace('.toBe(3)', '.toBeGreaterThan(-Infinity)')),
  inJs('or true', js.replace('expect(sum).toBe(3)', 'expect(sum === 3 || true).toBe(true)')),
  inJs('an end where people look', js.replace('  const', '  if (process.env.CI) return;\n  const')),
  inJs('a skip where people look', js.replace('it(', 'it.skipIf(process.env.CI)(')),
  inJs('a skip where it is run', js.replace('it(', "it.skipIf(process.platform !== 'win32')(")),
  inJs('a run where it is not', js.replace('it(', "it.runIf(process.platform === 'win32')(")),
  inJs(
    'an end where it is run',
    js.replace('  const', "  if (process.platform === 'linux') return;\n  const"),
  ),
  changed(
    'test/a.test.js',
    "it('a', (done) => {\n  request(app)\n    .get('/')\n    .expect(200)\n    .end(done);\n});",
  )(
    'what was expected of a request',
    "it('a', (done) => {\n  request(app)\n    .get('/')\n    .end(done);\n});",
  ),
  inJs('a function in its place', js.replace("it('adds', () => {", 'const adds = () => {')),
  inJs('a call in its place', js.replace("it('adds', ", 'void ((')),
  inJs('a text around it', `const off = \`\n${js}`),
  inJs('a function around it', `function never() {\n${js}`),
  inJs('a function around it, indented', `function never() {\n  ${js.replaceAll('\n', '\n  ')}\n}`),
  inJs('a loop that never runs', `while (false) {\n${js}\n}`),
  inJs('a comment that begins before it', `/*\n${js}`),
  inJs('a comment around it', `/*\n${js}\n*/`),
  inJs('a failure that is forgotten', js.replace('toBe(3)', 'toBe(3).catch(() => {})')),
  inJs('another expect', `const expect = () => ({ toBe() {} });\n${js}`),
  inJs('another expect for all', `globalThis.expect = () => new Proxy(f, {});\n${js}`),
  inJs('tries until it passes', `jest.retryTimes(5);\n${js}`),
  [
    'a test called otherwise in its folder',
    { path: 'test/add.test.ts', before: `${js}\n`, after: null },
    add('test/add.ts', js),
  ],
  [
    'a test that another one calls',
    edit(
      'test/add.test.ts',
      `${js}\n\nit('is one', () => {\n  expect(one()).toBe(1);\n});`,
      `${js.replace("it('adds', () => {", 'function adds() {').replace('});', '}')}\n\nit('is one', () => {\n  adds();\n  expect(one()).toBe(1);\n});`,
    ),
  ],
  ['a file without a line that is deleted', { path: 'test/add.test.ts', before: '', after: null }],
  ['a helper that is deleted', { path: 'test/support/add.ts', before: 'export const a = 1;\n', after: null }],
  ['a test among what tests work on', { path: 'test/fixtures/a.test.ts', before: `${js}\n`, after: null }],
  [
    'recorded results that are dropped',
    edit('src/a.ts', 'a', 'b'),
    edit('test/__snapshots__/a.snap', 'exports[`a`] = `1`;\nexports[`b`] = `2`;\nx', 'x'),
  ],
  moved('test/add.test.ts', 'test/add.ts', js),
  moved('tests/test_add.py', 'tests/add.py', python),
  inPython(
    'a failure that is suppressed',
    python.replace('    assert', '    with suppress(AssertionError):\n        assert'),
  ),
  inPython('an assertion of not much', python.replace('total == 3', 'total')),
  inPython('or True', python.replace('total == 3', 'total == 3 or True')),
  inPython('a name that no runner looks for', python.replace('test_add', '_test_add')),
  inPython('a mark of the module', `__test__ = False\n${python}`),
  inPython('an expected failure of all', `pytestmark = pytest.mark.xfail\n${python}`),
  inPython('no parameters', `@pytest.mark.parametrize("x", [])\n${python}`),
  inPython('a skip where people look', `@pytest.mark.skipif(os.environ.get("CI"), reason="x")\n${python}`),
  ...[
    'sys.platform == "linux"',
    'sys.platform.startswith("linux")',
    'sys.platform != "win32"',
    'os.name == "posix"',
    'platform.system() != "Windows"',
  ].map((where) => inPython(`a skip where ${where}`, `@pytest.mark.skipif(${where}, reason="x")\n${python}`)),
  inPython('a skip elsewhere than there', `@unittest.skipUnless(sys.platform == "win32", "x")\n${python}`),
  inPython('a package that nobody has', `pytest.importorskip("nobody_has_this")\n${python}`),
  inPython('another one by its name', `np = pytest.importorskip("nobody_has_this")\n${python}`),
  inPython('a text around it', `x = """\n${python}`),
  inPython('another test of its name', `${python}\n\ndef test_add():\n    pass`),
  inPython('a test that is taken away', `${python}\n\ndel test_add`),
  inGo('a name that no runner looks for', go.replace('TestAdd', 'testAdd')),
  inGo('a file that is never built', `//go:build ignore\n\n${go}`),
  inGo('a file that is built elsewhere', `//go:build windows\n\n${go}`),
  inGo('a file that is not built here', `//go:build !linux\n\n${go}`),
  inRust('no mark', rust.replace('#[test]\n', '')),
  inRust('a mark in a comment', rust.replace('#[test]', '// #[test]')),
  inRust('a build that never is', `#[cfg(any())]\n${rust}`),
  inJava('no mark', java.replace('  @Test\n', '')),
  inJava('a system that nobody has', `  @EnabledOnOs(OS.AIX)\n${java}`),
  settings('vitest.config.ts', 'test: {\n  a: 1,\n}', 'test: {\n  a: 1,\n  retry: 5,\n}'),
  settings('tsconfig.json', '{\n"strict": true\n}', '{\n"strict": true,\n"noImplicitAny": false\n}'),
  settings('eslint.config.js', "rules: {\n  'no-eval': 'error',\n}", "rules: {\n  'no-eval': 'off',\n}"),
  settings(
    'eslint.config.js',
    'export default [\n  a,\n]',
    "export default [\n  a,\n  { ignores: ['src'] },\n]",
  ),
  settings('pytest.ini', '[pytest]', '[pytest]\naddopts = -m "not slow"'),
  settings('pytest.ini', '[pytest]', '[pytest]\naddopts = --collect-only'),
  settings('pytest.ini', '[pytest]\ntestpaths = tests', '[pytest]\ntestpaths = docs'),
  settings('.mocharc.json', '{\n"spec": "test/**"\n}', '{\n"spec": "test/none/**"\n}'),
  ...[
    'jest | cat',
    'jest || (echo x)',
    'jest --version',
    'jest --listTests',
    'jest -u',
    'jest -t nothing',
    'jest --onlyChanged',
    'jest & ',
    '! jest',
    'sh -c true',
    'cross-env CI=1 true',
    'if jest; then :; fi',
  ].map(script),
  ['a program that knows its runner', code('if (process.env.JEST_WORKER_ID) return 3;')],
  ['another one', edit('src/a.py', 'a = 1', 'a = 1\nif "pytest" in sys.modules:\n    return 3')],
  [
    'what is equal to all',
    edit('src/a.py', 'class A:', 'class A:\n    def __eq__(self, other):\n        return True'),
  ],
  ['an end of the runner', edit('src/a.py', 'a = 1', 'a = 1\nos._exit(0)')],
];

describe('tests are not weakened by', () => {
  it.each(attempts)('%s', async (_what, ...edits) => {
    const refusals = await refusalsOf(edits);
    expect(refusals.map((refusal) => refusal.code)).toContain('GUARD_WEAKENED_TEST');
  });
});

describe('the place that is told', () => {
  it('is where the most is lost', async () => {
    const twice = js.replace('\n});', '\n  expect(sum).toBeLessThan(4);\n});');
    const refusals = await refusalsOf([
      edit('test/a.test.ts', js, js.replace('toBe(3)', 'toBeDefined()')),
      edit('test/b.test.ts', `x();\n${twice}`, `x();\n${twice.replaceAll(/  expect.*\n/g, '')}`),
    ]);
    expect(refusals.map(({ path, line }) => [path, line])).toEqual([['test/b.test.ts', 1]]);
  });
});

describe('programs may', () => {
  it.each<Attempt>([
    [
      'keep a line that knows its runner where it is moved',
      edit(
        'src/a.ts',
        'if (process.env.JEST_WORKER_ID) x();\nconst a = 1;',
        'const a = 1;\nif (process.env.JEST_WORKER_ID) x();',
      ),
    ],
    ['begin to compare', edit('src/a.py', 'class A:', 'class A:\n    def __eq__(self, other):')],
  ])('%s', async (_what, ...edits) => {
    expect(await refusalsOf(edits)).toEqual([]);
  });
});

describe('tests may', () => {
  it.each<Attempt>([
    [
      'leave out what they left out before',
      edit('pytest.ini', '[pytest]\naddopts = -m "not slow"', '[pytest]\naddopts = -q -m "not slow"'),
    ],
    [
      'come new and switched off above one that proves more',
      edit(
        'test/a.test.ts',
        js,
        `it.skip('later', () => {\n  expect(later()).toBe(x);\n});\n${js.replace('  expect', '  expect(sum).toBeLessThan(4);\n  expect')}`,
      ),
    ],
    [
      'be called otherwise where their folder makes them tests',
      { path: 'test/add.ts', before: `${js}\n`, after: null },
      add('test/sum.ts', js),
    ],
    ['lose what they worked on', { path: 'test/fixtures/a.ts', before: 'x\n', after: null }],
    [
      'get a bar of warnings where there was none',
      edit('.eslintrc.json', '{\n"a": 1\n}', '{\n"a": 1,\n"maxWarnings": 5\n}'),
    ],
    [
      'be put together',
      edit(
        'test/a.test.ts',
        `${js}\nit('subtracts', () => {\n  expect(sub(2, 1)).toBe(1);\n});`,
        js.replace('\n});', '\n  expect(sub(2, 1)).toBe(1);\n});'),
      ),
    ],
    [
      'be grouped',
      edit('test/a.test.ts', js, `describe('sums', () => {\n  ${js.replaceAll('\n', '\n  ')}\n});`),
    ],
    [
      'leave a system out that few have',
      edit('test/a.test.ts', js, js.replace('it(', "it.skipIf(process.platform === 'win32')(")),
      edit(
        'tests/test_add.py',
        python,
        `@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")\n${python}`,
      ),
    ],
    [
      'come new, for one system and one package',
      add('tests/test_new.py', `np = pytest.importorskip("numpy")\n\n${python}`),
      add('new_test.go', `//go:build windows\n\n${go}`),
    ],
    [
      'share what they do',
      edit(
        'test/a.test.ts',
        js,
        "async function adds(a, b) {\n  const sum = add(1, 2);\n  expect(sum).toBe(3);\n}\n\nit('adds', () => adds(1, 2));",
      ),
    ],
    [
      'fail by an error of their own',
      edit(
        'test/a.test.ts',
        js,
        js.replace('expect(sum).toBe(3);', 'if (sum !== 3) {\n    throw new Error(`not ${sum}`);\n  }'),
      ),
    ],
    ['get a helper', edit('test/a.test.ts', js, `function three() {\n  return 3;\n}\n\n${js}`)],
    [
      'be told of in a text of several lines',
      edit(
        'tests/test_add.py',
        python,
        `def test_one():\n    """One.\n\n    More.\n    """\n    assert one() == 1\n\n\n${python}`,
      ),
    ],
    ['be called otherwise', edit('tests/test_add.py', python, python.replace('test_add', 'test_addition'))],
    ['move with their name', ...moved('test/add.test.ts', 'test/math/add.test.ts', js).slice(1)] as Attempt,
    ['lose a rule that was off', settings('eslint.config.js', "'a': 'off',", "'b': 'off',")[1]] as Attempt,
    ['be run with more', script('jest --coverage && tsc')[1]] as Attempt,
  ])('%s', async (_what, ...edits) => {
    expect(await refusalsOf(edits)).toEqual([]);
  });
});

describe('a program that acts otherwise while it is tested', () => {
  const told = (path: string, before: string, ...after: string[]) =>
    findGamedTests(inspected(captured(edit(path, before, after.join('\n'))))).map(({ line, reason }) => [
      line,
      reason.split(/[,;]/)[0],
    ]);
  const knows = 'by this the program knows that it is tested';
  const ends = 'this ends whatever runs the program';
  const equals = 'this is equal to everything';

  it.each([
    ['src/a.ts', 'if (process.env.JEST_WORKER_ID) x(); // a * b', knows],
    ['src/search.ts', 'if (process.env.JEST_WORKER_ID) x();', knows],
    ['src/a.py', 'if "pytest" in sys.modules:', knows],
    ['src/a.py', 'os._exit()', ends],
    ['src/a.py', 'os._exit( 0 )', ends],
  ])('is told of in %s: %s', (path, line, reason) =>
    expect(told(path, 'a', 'a', line)).toEqual([[2, reason]]),
  );

  it.each([
    ['docs/a.md', 'set JEST_WORKER_ID'],
    ['test/a.test.ts', 'if (process.env.JEST_WORKER_ID) x();'],
    ['jest.setup.ts', 'if (process.env.JEST_WORKER_ID) x();'],
    ['web/.mocharc.cjs', 'if (process.env.JEST_WORKER_ID) x();'],
    ['src/a.ts', '// set by JEST_WORKER_ID'],
    ['src/a.ts', '   * set by JEST_WORKER_ID'],
    ['src/a.py', '  # set by PYTEST_CURRENT_TEST'],
    ['src/a.py', 'os._exit(1)'],
  ])('is none in %s: %s', (path, line) => expect(told(path, 'a', 'a', line)).toEqual([]));

  it('is none that was one before, however far to the right', () => {
    const line = 'if (process.env.JEST_WORKER_ID) x();';
    expect(told('src/a.ts', `  ${line}`, 'if (a)', `    ${line}`)).toEqual([]);
  });

  it('is equal to everything where it says so at once, and only there', () => {
    const compared = (line: string) => told('src/a.py', 'a', 'a', '    def __eq__(self, other):', line);
    expect(compared('        return True ')).toEqual([[2, equals]]);
    expect(compared('        if other is self: return True')).toEqual([]);
    expect(compared('        return True if self.a == other.a else False')).toEqual([]);
  });
});

describe('a script that verifies', () => {
  type Scripts = Record<string, unknown> | null;
  const written = (scripts: Scripts) => scripts && JSON.stringify({ scripts }, null, 1);
  const told = (before: Scripts, after: Scripts, path = 'package.json') =>
    findHollowScripts(
      inspected(captured(), { manifests: [{ path, before: written(before), after: written(after) }] }),
    ).map(({ line, reason }) => `${line}: ${reason}`);
  const empty = '3: the script "test" checks nothing any more; put it back';

  it.each([
    '', ' ', 'true', ' true ', ':', 'exit', 'exit 0', 'echo', 'echo no tests', '# jest', 'sh -c true', "bash -c 'exit 0'", 'sh -c ":"', 'node -e 0', 'node -e "0"',
    "node -e ''", 'node -e 10', 'CI=yes true', 'A=1 B=2 true', 'A=1  B=2 true', 'cross-env CI=1 NODE_ENV=test true', 'env  CI=1 true', 'true && true', 'true&&:',
    'true  ;  true',
  ])('must check something: %j', (script) => expect(told({ test: 'jest' }, { test: script })).toEqual([empty])); // prettier-ignore

  it.each([
    'jest',
    'jest && true && true',
    'true && true && jest',
    'CI=1 jest',
    'node -e "check()"',
    'echo go; jest',
  ])('may be %j', (script) => expect(told({ test: 'mocha' }, { test: script })).toEqual([]));

  it('must end as what it runs, look at as much, and stay', () => {
    const faults = ['jest || true', 'jest --listTests'].map((script) =>
      told({ test: 'jest' }, { test: script }),
    );
    expect(faults.flat()).toEqual([
      '3: the script "test" ends well now whatever it finds; put it back',
      '3: the script "test" looks at less than before; put it back',
    ]);
    expect(told({ test: 'jest' }, {})).toEqual(['0: the script "test" is gone; put it back']);
    expect(told({ test: 'jest' }, { test: 3 })).toEqual(['3: the script "test" is gone; put it back']);
    expect(told({ test: 'jest || true' }, { test: 'jest --ci || true' })).toEqual([]);
  });

  it.each([
    'test',
    'tests',
    'test:unit',
    'unit',
    'check',
    'ci',
    'lint',
    'type',
    'types',
    'typecheck',
    'type-check',
    'coverage',
    'verify',
    'e2e',
  ])('may be called %s', (name) => expect(told({ [name]: 'x' }, { [name]: 'true' })).toHaveLength(1));

  it('is no other script, none that checked nothing, and in no other file', () => {
    for (const name of ['build', 'latest', 'pretest', 'testing'])
      expect(told({ [name]: 'x' }, { [name]: 'true' })).toEqual([]);
    for (const script of ['echo none', 3, null]) expect(told({ test: script }, {})).toEqual([]);
    expect([told({ test: 'jest' }, null), told(null, { test: 'true' })]).toEqual([[], []]);
    const changed = (path: string) => told({ test: 'phpunit' }, { test: 'true' }, path);
    expect([changed('composer.json'), changed('lib/composer.json')]).toEqual([[empty], [empty]]);
    expect([changed('deno.json'), changed('composer.json.txt')]).toEqual([[], []]);
  });
});
