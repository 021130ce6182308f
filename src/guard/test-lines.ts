/**
 * What single lines of tests mean, over the test libraries that people use. Each function takes one line, trimmed, that
 * is no comment.
 */

const declarations: readonly RegExp[] = [
  /^(?:(?:export )?(?:await )?(?:it|test|bench|specify|Deno\.test|QUnit\.test|ava|t\.test|suite\.test)(?:\.\w+)*\s*(?:\(|`))/,
  /^(?:async )?def test\w*\s*\(/,
  /^func (?:\([^)]*\) )?(?:Test|Fuzz)\w*\s*\(/,
  /^#\[(?:\w+::)?test\b/,
  /^@(?:Parameterized|Repeated)?Test\b/,
  /^\[(?:Fact|Theory|Test|TestMethod|TestCase)\b/,
  /^(?:it|test|scenario|example)\s+["']/,
  /^(?:public )?function test\w+\s*\(/,
  /^t\.Run\s*\(/,
  /^@test\s+["']/,
  /^TEST(?:_F|_P)?\s*\(/,
];

const groups = /^(?:(?:describe|context|suite)(?:\.\w+)*\s*\(|class \w*Test|mod tests\b)/;

export function isDeclaration(line: string): boolean {
  return declarations.some((shape) => shape.test(line));
}

export function opensTest(line: string): boolean {
  return isDeclaration(line) || groups.test(line);
}

/** A function or class that no runner takes for a test. */
export function opensOther(line: string): boolean {
  return /^(?:(?:export )?(?:async )?function\b|(?:export )?(?:const|let|var) .*=>\s*\{$|(?:async )?def (?!test)|class (?!\w*Test)|func (?:\([^)]*\) )?[a-z_])/.test(
    line,
  );
}

/** How much a line proves: 1 for an assertion, less for one that nearly anything passes, 0 for none. */
export function strength(line: string): number {
  if (!asserts(line)) return 0;
  if (isOfRequest(line)) return 1;
  if (provesNothing(line)) return 0;
  return isLax(line) ? 0.5 : 1;
}

/** `.expect(200)`, at the end of a request that is described line by line. */
function isOfRequest(line: string): boolean {
  return /^\.expect\w*\s*\(/.test(line);
}

function asserts(line: string): boolean {
  return (
    /(?<![\w.])(?:expect|expectTypeOf|assertType)(?:\.\w+)?\s*[(<]/.test(line) ||
    isOfRequest(line) ||
    /(?<![\w.])assert(?:\.\w+)*!?\s*[(]|(?<![\w.])assert\s+\S|(?<![\w.])assert_\w+!?\s*\(|\bself\.assert\w+\s*\(/.test(
      line,
    ) ||
    /(?<![\w.])(?:t|is|tt)\.(?:is|not|deepEqual|like|truthy|falsy|true|false|throws|throwsAsync|notThrows|regex|snapshot|equal|same|ok|Error|Errorf|Fatal|Fatalf)\s*\(/.test(
      line,
    ) ||
    /(?<![\w.])(?:require|should|cy|Assert|Assertions)\.\w+\s*\(|\.should(?:\.|\()|(?<![\w.])assert(?:Equals|That|True|False|NotNull|Null|Throws|Same|Contains)\s*\(/.test(
      line,
    ) ||
    /(?<![\w.])pytest\.(?:raises|warns)\s*\(|^(?:EXPECT|ASSERT|REQUIRE|CHECK)_?\w*\s*\(/.test(line)
  );
}

const constant = /^(?:true|false|null|nil|None|True|False|undefined|\d+|'[^']*'|"[^"]*"|`[^`]*`)$/;

/** An error of the test's own, which proves as much as an assertion that it stands for. */
export function raises(line: string): boolean {
  return /^(?:throw new \w*Error\(|raise (?:Assertion|Runtime|Timeout)Error\b)/.test(line);
}

/** `expect(true).toBe(true)`, `assert True`, `assert 1 == 1`: what is compared is written beside it. */
function provesNothing(line: string): boolean {
  const jest = /\bexpect\s*\(([^()]*)\)/.exec(line)?.[1];
  if (jest !== undefined && constant.test(jest.trim())) return true;
  if (/\|\|\s*true\b|\bor True\b|>=?\s*-Infinity/.test(line)) return true;
  if (/^(?:await )?expect\([^)]*\);?$/.test(line) || isSameOnBothSides(line)) return true;
  const python = /(?<![\w.])assert\s(.+)/s.exec(line)?.[1];
  if (python !== undefined)
    return (
      python
        .split(',')[0]
        ?.split(/==|!=|\bis\b/)
        .every((side) => constant.test(side.trim().replace(/;$/, ''))) === true
    );
  // What is asserted stands before the call there.
  if (/\bexpect\s*\(|\.should\b/.test(line)) return false;
  const called =
    /(?:assert(?:\.\w+)?!?|assertTrue|ok|truthy|True|true|assertEquals?|equal|strictEqual|assert_eq!)\s*\(([^()]*)\)/.exec(
      line,
    )?.[1];
  return (
    called !== undefined &&
    called.trim() !== '' &&
    called.split(',').every((side) => constant.test(side.trim()) || side.trim() === 't')
  );
}

/** `expect(x).toBe(x)`, `assert x == x`. */
function isSameOnBothSides(line: string): boolean {
  const [left = '', right] = /^assert\s+(\S+) == (\S+)$/.exec(line)?.slice(1) ?? sidesOf(line);
  return left !== '' && left === right;
}

/** Of the first `expect(…).to…(…)`, in steps: one expression for the whole would begin anew at every `expect(`. */
function sidesOf(line: string): string[] {
  const call = /^(.*)\);?$/s.exec(line)?.[1] ?? '';
  const sides = /\bexpect\((.+)/s.exec(call)?.[1]?.split(/\)\.to\w+\(/) ?? [];
  return sides.length === 2 ? sides : [];
}

/** What nearly every value passes. */
function isLax(line: string): boolean {
  return (
    /\.(?:toBeDefined|toBeTruthy|toBeFalsy|toBeNull|toBeUndefined)\s*\(|\.not\.(?:toThrow|toBeNull|toBeUndefined|toBe|toEqual)\b|expect\.any(?:thing)?\(/.test(
      line,
    ) ||
    /\.(?:toBeInstanceOf|toBeTypeOf)\s*\(|\.(?:toMatch|toContain)\(\s*(?:\/\.[*+]?\/|''|"")\s*\)|\(-Infinity\)/.test(
      line,
    ) ||
    /^assert [\w.]+$|^assert(?:\.ok)?\(\s*[\w.]+(?:\([^()]*\))?\s*\);?$/.test(line) ||
    /\bis not None\b|\b[Aa]ssert[\w.]{0,80}(?:NotNull|IsNotNone|NotNil)\b|\.toMatchSnapshot\(|\.truthy\(|\.notThrows\(/.test(
      line,
    )
  );
}

export type Switch = 'skip' | 'only' | 'todo';

/** A word that keeps a test, or all others, from running. Null where the line has none, or where it is a condition. */
export function switchedOff(line: string): Switch | null {
  if (
    /(?<![\w.])(?:(?:it|test|describe|context|suite|bench|specify)(?:\.(?!each\b)\w+)*\.only|fit|fdescribe|fcontext|ftest)(?:\.\w+)*\s*[(.`]/.test(
      line,
    )
  )
    return 'only';
  if (/(?<![\w.])(?:it|test|describe)\.todo\s*\(/.test(line)) return 'todo';
  const isSkip =
    /(?<![\w.])(?:(?:it|test|describe|context|suite|bench|specify)(?:\.\w+)*\.(?:skip|fails?|fixme|failing)|xit|xdescribe|xtest|xcontext|xspecify)(?:\.\w+)*\s*[(.`]/.test(
      line,
    ) ||
    /^@(?:pytest\.mark\.(?:skip|xfail)\b|unittest\.(?:skip|expectedFailure)\b|skip\b|Ignore\b|Disabled\b|disabled\b)/.test(
      line,
    ) ||
    /^(?:(?:\w+\s*=\s*)?pytest\.importorskip|pytest\.(?:skip|xfail)|(?:t|b)\.Skip(?:Now|f)?|this\.skip|self\.skipTest|(?:ctx|context|t|test)\.skip|unittest\.skip|skip)\s*\((?!.*=>)/.test(
      line,
    ) ||
    /^raise (?:unittest\.)?SkipTest|^#\[ignore|^\[(?:Ignore|Fact\(Skip|Theory\(Skip)|^(?:skip|pending)\b\s*(?:["']|$)/.test(
      line,
    ) ||
    /\.(?:skipIf|runIf)\s*\(\s*(?:true|false|1|0|!0|!1|!!1)\s*\)|skip(?:if|If|Unless)?\s*\(\s*(?:True|1\b|not False)/.test(
      line,
    ) ||
    /,\s*\{\s*(?:skip|todo):\s*(?:true|['"])/.test(line) ||
    /^pytestmark\s*=.*\b(?:skip|xfail)\b|^__test__\s*=\s*False/.test(line) ||
    /\.each\(\s*\[\s*\]\s*\)|^@pytest\.mark\.parametrize\(.*,\s*\[\s*\]\s*\)/.test(line) ||
    /^#\[cfg\((?:any\(\)|never|FALSE|not\(test\))\)|^@Enabled(?:On|If|For)\w*/.test(line) ||
    /^del test_?\w*$|^test_\w+\s*=\s*None$/.test(line);
  return isSkip ? 'skip' : null;
}

/** What follows it at the same depth is never reached. */
export function leaves(line: string): boolean {
  return /^(?:return(?: None| nil| null| undefined|\(\))?|throw new (?=\w*Skip)\w+\(.*\));?$/.test(line);
}

/** A condition that never holds, always ends the test, or ends it where it would be seen. */
export function isNever(line: string): boolean {
  return (
    /^(?:if|while) \(?(?:false|0|False|!1|!true)|^if \(?(?:true|True|1)\)?:? return\b/.test(line) ||
    (/\bprocess\.env\.(?:CI|GITHUB_ACTIONS)\b|\benviron(?:\.get\(|\[)["']CI["']|\bgetenv\(["']CI["']/.test(
      line,
    ) &&
      /\breturn\b|skip/i.test(line))
  );
}

/** A failure that is caught and forgotten. */
export function swallows(line: string): boolean {
  return /\bcatch\s*(?:\((?:(?!\bcatch)[^)])*\)\s*)?\{\s*\}|\.catch\(\s*(?:[(\w][\w)]*\s*)?=>\s*(?:\{\s*\}|undefined|null)\s*\)|^except[^:]*:\s*pass\b|^with (?:contextlib\.)?suppress\(/.test(
    line,
  );
}

/** An annotation, which belongs to what stands below it. */
export function isMark(line: string): boolean {
  return /^(?:@|#\[|\[[A-Z])/.test(line);
}

/** A line that ends the whole run, and well. */
export function exitsRun(line: string): boolean {
  return /(?<![\w.])(?:process\.exit|sys\.exit|os\._exit|os\.Exit|System\.exit|exit)\s*\(\s*(?:0\s*)?\)/.test(
    line,
  );
}

/** One row of a table of cases, each of which the test runs over. */
export function isCase(line: string): boolean {
  return /^(?:\[|\{|\(|pytest\.param\(|["'`])/.test(line) && !/^[[{(]$/.test(line);
}

/** A line by which one test runs over a table. */
export function runsOverCases(line: string): boolean {
  return /\.each\b|parametrize|\.forEach\(|\brange \w+|^for\b|#\[case\b|@ValueSource|@CsvSource|\[InlineData|t\.Run\(/.test(
    line,
  );
}

/** A line by which rows around it are a table of cases and nothing else. */
export function holdsTable(line: string): boolean {
  return /\.each\b|parametrize|#\[case\b|@CsvSource|\[InlineData/.test(line);
}

export function isComment(line: string): boolean {
  return /^(?:\/\/|#(?!\[)|\/\*|\*|<!--|--|"""|''')/.test(line);
}
