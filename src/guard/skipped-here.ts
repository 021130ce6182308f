/**
 * Tests that were run everywhere and are now left out on Linux, where most checks run: such a condition is a skip for
 * whoever looks at the checks. One that leaves out another system is what people write.
 */
export function skipsHere(line: string): boolean {
  if (/\b(?:runIf|skipUnless)\b/.test(line)) return isElsewhere.test(line);
  return /\b(?:skipIf|skipif|skip)\b|^if\b.*\breturn\b/.test(line) && isHere.test(line);
}

const name = '(?:(?:sys|process|os|platform)\\.)?(?:platform|name|system|GOOS|type)(?:\\(\\))?';
const others = 'win32|windows|darwin|nt|cygwin|aix|sunos|freebsd|java|macos';
const linux = 'linux\\d?|posix';

const isHere = conditionOf(linux, others);
const isElsewhere = conditionOf(others, linux);

/** Equal to one of the first systems, or different from one of the second. */
function conditionOf(these: string, those: string): RegExp {
  const equal = `${name}\\s*===?\\s*["'](?:${these})["']|\\.startswith\\(["'](?:${these})["']`;
  const different = `${name}\\s*!==?\\s*["'](?:${those})["']|not [\\w.]+\\.startswith\\(["'](?:${those})["']`;
  return new RegExp(`${equal}|${different}`, 'i');
}
