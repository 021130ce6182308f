import { describe, expect, it } from '@jest/globals';
import {
  exitsRun,
  holdsTable,
  isCase,
  isComment,
  isDeclaration,
  isMark,
  isNever,
  leaves,
  opensOther,
  opensTest,
  raises,
  runsOverCases,
  strength,
  swallows,
  switchedOff,
} from '../../src/guard/test-lines.ts';

/** Lines of which the first are it and the second only look like it. */
function tellApart(is: (line: string) => boolean, these: readonly string[], others: readonly string[]): void {
  it.each(these)('is %j', (line) => expect(is(line)).toBe(true));
  it.each(others)('is not %j', (line) => expect(is(line)).toBe(false));
}

describe('a declaration of a test', () => {
  tellApart(
    isDeclaration,
    [
      "it('a', () => {", 'test("a", f)', 'it.each([1])("a", f)', 'it.only.each`', 'test `a`', 'bench("a", f)', 'specify("a", f)',
      'export test("a", f)', 'await t.test("a", f)', 'export await test("a", f)', 'Deno.test("a", f)', 'QUnit.test("a", f)',
      'ava("a", f)', 'suite.test("a", f)', 'def test_a():', 'async def test_a(self):', 'def test (self):', 'func TestA(t *testing.T) {',
      'func (s *Suite) TestA() {', 'func FuzzA(f *testing.F) {', 'func Test(t *testing.T) {', '#[test]', '#[tokio::test]', '@Test',
      '@ParameterizedTest', '@RepeatedTest(3)', '[Fact]', '[Theory]', '[Test]', '[TestMethod]', '[TestCase(1)]', "it 'adds' do",
      'scenario "a" do', 'example "a" do', "test 'a' do", 'public function testAdds()', 'function testAdds ()', 't.Run("a", f)',
      '@test "adds" {', "@test 'adds' {", 'TEST(Sum, Adds) {', 'TEST_F(Sum, Adds) {', 'TEST_P (Sum, Adds) {',
    ], // prettier-ignore
    [
      'items("a")', 'item("a")', 'wait("a")', 'unit.it("a")', 'const it = 1', 'it', 'x it("a")', 'def attest():', 'def tests', 'xdef test_a():',
      'func TestA', 'func testA(t) {', 'func Ftest()', 'a func TestA(t) {', '#[testing]', '#[cfg(test)]', '# #[test]', '@Testing', '@Tests',
      'a @Test', '[Facts]', '[Testing]', 'a [Fact]', 'items "a" do', 'it adds', 'an it "a"', 'public function test()', 'function tests_add',
      'private function testAdds()', 't.Running("a")', 'at.Run("a")', '@tests "a"', '@test a', 'a @test "a"', 'TEST_X(a)', 'TESTS(a)', 'a TEST(a)',
    ], // prettier-ignore
  );
});

describe('what opens tests, one or many', () => {
  tellApart(
    opensTest,
    ['test("a", f)', 'describe("a", f)', 'describe.each([1])("a", f)', 'context ("a", f)', 'suite("a", f)', 'class TestSum:', 'class SumTest {', 'mod tests {'],
    ['describes("a")', 'a.describe("a")', 'describe', 'class Sum {', 'a class TestSum', 'mod testing {', 'a mod tests {'],
  ); // prettier-ignore
});

describe('what opens something else', () => {
  tellApart(
    opensOther,
    [
      'function sum() {', 'export function sum() {', 'export async function sum() {', 'async function sum() {', 'const sum = (a) => {',
      'export const sum = () => {', 'let sum = () =>  {', 'var sum = a => {', 'def sum():', 'async def sum():', 'class Sum:',
      'func sum() {', 'func (s Sum) add() {', 'func _sum() {',
    ], // prettier-ignore
    [
      'functional()', 'a function', 'const sum = () => 3', 'const sum = {', 'const sum = () => { // x', 'a const b = () => {', 'def test_sum():',
      'undef sum', 'class SumTest:', 'class TestSum:', 'subclass Sum', 'func TestSum() {', 'func (s Sum) Add() {', 'a func sum() {',
    ], // prettier-ignore
  );
});

describe('the strength of a line', () => {
  it.each([
    'expect(sum).toBe(3);', 'await expect(sum).resolves.toBe(3);', 'expect.soft(sum).toBe(3)', 'expectTypeOf<A>().toEqualTypeOf<B>()',
    'assertType<A>(b)', 'expect (sum).toBe(3)', '.expect(200)', '.expectJson({ a: 1 })', '.expect ("a")', 'assert(sum == 3)', 'assert!(a(b))',
    'assert.equal(sum, 3)', 'assert.strict.equal(sum, 3)', 'assert sum == 3', 'assert_eq!(sum, 3)', 'assert_equal (3, sum)', 'self.assertEqual(sum, 3)',
    't.is(sum, 3)', 't.deepEqual(sum, [3])', 'is.equal(sum, 3)', 'tt.same(a, b)', 't.throwsAsync(f)', 't.Errorf("not %d", sum)', 't.Fatal("no")',
    'require.Equal(t, 3, sum)', 'should.equal(a, b)', "cy.get('a')", 'Assert.Equal(3, sum);', 'Assertions.assertEquals(3, sum)', 'sum.should.equal(3)', 'expect(sum).to.equal(3)',
    'sum.should(eq(3))', 'assertEquals(3, sum)', 'assertThat(sum)', 'assertThrows(E.class, f)', 'assertContains (3, sums)', 'with pytest.raises(E):',
    'with pytest.warns (E):', 'EXPECT_EQ(sum, 3)', 'ASSERT_TRUE(sum)', 'REQUIRE(sum == 3)', 'CHECK(sum == 3)', 'expect(f()).toThrow(/a/)',
    'assert sum == 3, "of two"', 'assert.ok(sum > 2)', 't.true(sum > 2)',
    'expect(a).toBe(b)', 'assert a == b', 'assertTrue(1, sum)', 'expect(sum).toMatch(/.+3/)', 'expect(sum).toContain("3")',
  ])('is 1 for an assertion: %s', (line) => expect(strength(line)).toBe(1)); // prettier-ignore

  it.each([
    'expect(sum).toBeDefined();', 'expect(sum).toBeTruthy()', 'expect(sum).toBeFalsy ()', 'expect(sum).toBeNull()', 'expect(sum).toBeUndefined()',
    'expect(sum).not.toThrow()', 'expect(sum).not.toBeNull()', 'expect(sum).not.toBe(4)', 'expect(sum).not.toEqual(4)', 'expect(sum).toEqual(expect.anything())',
    'expect(sum).toEqual(expect.any(Number))', 'expect(sum).toBeInstanceOf(Number)', "expect(sum).toBeTypeOf ('number')", 'expect(sum).toMatch(/.*/)',
    'expect(sum).toMatch(/./)', "expect(sum).toContain('')", 'expect(sum).toContain( "" )', 'assert sum', 'assert self.sum', 'assert(sum)', 'assert.ok(sum());',
    'assert sum is not None', 'assertNotNull(sum)', 'self.assertIsNotNone(sum)', 'assert.NotNil(t, sum)', 'expect(sum).toMatchSnapshot()', 't.truthy(sum)',
    't.notThrows(f)', 'expect(sum).toBeGreaterThan(-Infinity)', 'Assert.NotNull(sum);',
  ])('is a half for what nearly everything passes: %s', (line) => expect(strength(line)).toBe(0.5)); // prettier-ignore

  it.each([
    'expect(true).toBe(true);', "expect('a').toBe(b)", 'expect( 3 ).toBe(sum)', 'expect(null).toBeNull()', 'expect(sum === 3 || true).toBe(true)',
    'assert sum == 3 or True', 'expect(sum).toBe(sum)', 'assert sum == sum', 'expect(sum);', 'await expect(sum)',
    'assert True', 'assert 1 == 1', "assert 'a' is None", 'assert 1 != 2, "a"', 'assert 3;', 'assert(true)', 'assert.equal(1, 1)', 'assert_eq!(2, 2)',
    'assertTrue(true)', 't.truthy(1)', 't.true(true)', 'assert.ok("a")', 'assertEquals(3, 3)', 'assert.True(t, true)', 'assert.strictEqual(null, null)',
    'expect(x >= -Infinity).toBe(true)',
  ])('is 0 for what proves nothing: %s', (line) => expect(strength(line)).toBe(0)); // prettier-ignore

  it.each([
    'const sum = 3;', 'unexpected(sum)', 'a.expect(sum)', 'expected(sum)', 'reassert(sum)', 'a.assert(sum)', 'asserted sum', 'assertion()', 'myself.assertTrue',
    'at.is(a)', 't.isnt(a)', 'prerequire.a(b)', 'a.cy.get(b)', 'x.assertEquals(a)', 'pytest.raise(E)', 'a.pytest.raises(E)', 'a EXPECT_EQ(b)', 'x CHECK(b)',
  ])('is 0 for what is no assertion: %s', (line) => expect(strength(line)).toBe(0)); // prettier-ignore
});

describe('an error of the test’s own', () => {
  tellApart(
    raises,
    ['throw new Error("a")', 'throw new AssertionError(a)', 'raise AssertionError', 'raise RuntimeError("a")', 'raise TimeoutError()'],
    ['throw new Thing()', 'throw error', 'a throw new Error(', 'rethrow new Error(', 'raise ValueError', 'raise AssertionErrors', 'a raise RuntimeError'],
  ); // prettier-ignore
});

describe('a switch', () => {
  it.each([
    "it.only('a', f)", "test.only('a', f)", "describe.only('a', f)", 'it.only.each`', "fit('a', f)", "fdescribe ('a', f)", "fcontext('a', f)", "ftest('a', f)",
    "test.concurrent.only('a', f)", 'bench.only(f)', 'fit.each(a)',
  ])('leaves out all others: %s', (line) => expect(switchedOff(line)).toBe('only')); // prettier-ignore

  it.each(["it.todo('a')", "test.todo ('a')", "describe.todo('a')"])('leaves a test for later: %s', (line) =>
    expect(switchedOff(line)).toBe('todo'),
  );

  it.each([
    "it.skip('a', f)", "test.fails('a', f)", "it.fail('a', f)", "test.fixme('a', f)", "it.failing('a', f)", "describe.concurrent.skip('a', f)", 'it.skip.each`a`',
    "xit('a', f)", "xdescribe('a', f)", "xtest ('a', f)", "xcontext('a', f)", "xspecify('a', f)", '@pytest.mark.skip(reason="a")', '@pytest.mark.xfail',
    '@unittest.skip("a")', '@unittest.expectedFailure', '@skip("a")', '@Ignore', '@Disabled("a")', '@disabled', 'pytest.skip("a")', 'pytest.xfail("a")',
    'np = pytest.importorskip("a")', 'pytest.importorskip ("a")', 't.Skip("a")', 't.SkipNow()', 'b.Skipf("a")', 'this.skip()', 'self.skipTest("a")', 'ctx.skip()',
    'context.skip()', 't.skip("a")', 'test.skip()', 'unittest.skip("a")', 'skip("a")', 'raise SkipTest', 'raise unittest.SkipTest("a")', '#[ignore]', '#[ignore = "a"]',
    '[Ignore("a")]', '[Fact(Skip = "a")]', '[Theory(Skip = "a")]', "skip 'a'", 'pending', 'skip', 'pending "a"', 'it.skipIf(true)("a", f)', 'it.runIf(false)("a", f)',
    'test.skipIf( 1 )', 'it.runIf(!1)', 'it.skipIf(!0)', 'it.skipIf(!!1)', '@unittest.skipIf(True, "a")', '@pytest.mark.skipif(True)', 'skip(1)', '@unittest.skipUnless(not False)',
    "test('a', { skip: true }, f)", "test('a', { todo: 'later' }, f)", 'test("a", {skip: "b"}, f)', 'pytestmark = pytest.mark.skip', 'pytestmark=[pytest.mark.xfail]',
    '__test__ = False', 'it.each([])("a", f)', 'it.each( [ ] )("a", f)', '@pytest.mark.parametrize("a", [])', '#[cfg(any())]', '#[cfg(never)]', '#[cfg(FALSE)]',
    '#[cfg(not(test))]', '@EnabledOnOs(OS.AIX)', '@EnabledIf("a")', '@EnabledForJreRange', 'del test_a', 'del test', 'test_a = None',
  ])('keeps a test from running: %s', (line) => expect(switchedOff(line)).toBe('skip')); // prettier-ignore

  it.each([
    "it('a', f)", 'it.each([1])("a", f)', 'a.it.only(f)', 'omit.only(f)', 'it.only', 'outfit(a)', 'it.todos(a)', 'unit.todo(a)', 'it.skipped(a)', 'exit(a)', 'xits(a)',
    '@pytest.mark.skipped', '@unittest.skipped', '@skipped', '@Ignored', 'a @Disabled', '@pytest.mark.slow', 'apytest.skip(a)', 't.Skipped()', 'at.Skip()', 'skipping(a)',
    'reader.skip(4)', 'skip(() => 1)', 'raise ValueError', 'a raise SkipTest', '[Fact(Timeout = 3)]', 'skip = 3', 'skips "a"', 'it.skipIf(a)("b", f)',
    'it.runIf(process.env.A)', 'it.skipIf(10)', '{ skip: true }', "a, { skip: false }", 'pytestmark = pytest.mark.slow', 'a pytestmark = skip',
    '__test__ = True', 'a__test__ = False', 'it.each([ 1 ])', '@pytest.mark.parametrize("a", [1])', '#[cfg(test)]', '#[cfg(unix)]', '@Enabled', 'del test_a, b', 'model test_a',
    'test_a = None or 3', 'a test_b = None',
  ])('is none: %s', (line) => expect(switchedOff(line)).toBeNull()); // prettier-ignore
});

describe('a line that leaves', () => {
  tellApart(
    leaves,
    ['return', 'return;', 'return None', 'return nil', 'return null;', 'return undefined', 'return()', 'throw new SkipTest();', 'throw new SkipException("a")'],
    ['return 3', 'returns', 'a return', 'return None or 3', 'throw new Error("a")', 'throw new SkipTest', 'a throw new SkipTest()'],
  ); // prettier-ignore
});

describe('what never is', () => {
  tellApart(
    isNever,
    [
      'if (false) {', 'while (false) {', 'if False:', 'if 0:', 'while (0) {', 'if (!1) {', 'if (!true) x();', 'if (true) return;', 'if True: return', 'if 1: return 3',
      'if (process.env.CI) return;', 'it.skipIf(process.env.GITHUB_ACTIONS)', 'if os.environ.get("CI"): return', "@skipif(os.environ['CI'])", 'if getenv("CI"): return', 'SKIP = process.env.CI',
    ], // prettier-ignore
    [
      'if (isFalse) {', 'if (a) return;', 'elif False:', 'a while (false)', 'if (true) {', 'if (true) returned()', 'a if (true) return', 'const ci = process.env.CI', 'if (process.env.CIRCLE) return;',
      'myprocess.env.CI', 'environ.get("CITY"): return', 'if getenv("CI_X"): return', 'if (process.env.CI) returned()',
    ], // prettier-ignore
  );
});

describe('what swallows a failure', () => {
  tellApart(
    swallows,
    [
      'catch {}', '} catch (error) { }', '} catch(error) {}', '.catch(() => {})', '.catch((e) => undefined)', '.catch(e => null)', '.catch( () => { } )', 'except: pass', 'except Error as e: pass',
      'with suppress(Error):', 'with contextlib.suppress(Error):',
    ], // prettier-ignore
    ['catch (error) { throw error }', 'catching {}', '.catch(() => 3)', '.catch(report)', 'except: raise', 'except: passed()', 'a except: pass', 'with open(a):', 'a with suppress(E):'],
  ); // prettier-ignore
});

describe('a mark', () => {
  tellApart(
    isMark,
    ['@Test', '#[test]', '[Fact]'],
    ['a @b', '# [x]', '[fact]', '[1, 2]', 'a [Fact]', 'a #[b]'],
  );
});

describe('an end of the run that looks well', () => {
  tellApart(
    exitsRun,
    ['process.exit()', 'process.exit(0);', 'sys.exit( 0 )', 'os._exit(0)', 'os.Exit (0)', 'System.exit(0);', 'exit()', 'if (a) exit(0)'],
    ['process.exit(1)', 'myprocess.exit(0)', 'a.exit(0)', 'onexit(0)', 'exit', 'exit(0x1)', 'sys.exit(code)'],
  ); // prettier-ignore
});

describe('rows of a table', () => {
  tellApart(isCase, ['[1, 2],', '{ a: 1 },', '(1, 2),', 'pytest.param(1),', '"a",', "'a',", '`a`,'], ['[', '{', '(', 'a: 1', '], f)', 'x [1]', 'param(1)']); // prettier-ignore
});

describe('what runs over a table', () => {
  tellApart(
    runsOverCases,
    ['it.each([', '@pytest.mark.parametrize("a", [', 'rows.forEach((row) => {', 'for _, row := range rows {', 'for (const row of rows) {', '#[case(1)]', '@ValueSource(ints = {', '@CsvSource({', '[InlineData(1)]', 't.Run(row.name, f)'],
    ['it.eachOne', 'before(rows)', 'forEach', 'ranged rows', 'format(a)', 'a for b', '#[cases]', 'it("a", f)'],
  ); // prettier-ignore
  it.each(['it.each([', '@parametrize(', '#[case(1)]', '@CsvSource({', '[InlineData(1)]'])(
    'holds one: %s',
    (line) => expect(holdsTable(line)).toBe(true),
  );
  it.each(['rows.forEach((row) => {', 'for row in rows:', '@ValueSource(', 'it.eachOne', '#[cases]'])(
    'only runs: %s',
    (line) => expect(holdsTable(line)).toBe(false),
  );
});

describe('a comment', () => {
  tellApart(isComment, ['// a', '# a', '/* a', '* a', '<!-- a', '-- a', '"""a', "'''a"], ['#[test]', 'a // b', '- a', '"a"', "''", '/a/']); // prettier-ignore
});
