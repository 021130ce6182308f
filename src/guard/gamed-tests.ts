import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

const source = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|cs|rb|php)$/i;
/** Settings of test runners know that they are run by one. */
const settings = /(?:^|\/)(?:[\w.-]*(?:config|setup)[\w.-]*|\.[\w.-]*rc)\.\w+$/i;

/** New lines of the program by which it would act otherwise while it is tested, or be equal to whatever is expected. */
export function findGamedTests({ diffs }: Inspected): Refusal[] {
  return diffs
    .filter(({ path }) => source.test(path) && !isTestFile(path) && !settings.test(path))
    .flatMap(inFile);
}

function inFile(file: FileDiff): Refusal[] {
  const before = new Set(removedLines(file).map(({ text }) => text.trim()));
  const added = addedLines(file);
  return added.flatMap((line, at) => {
    if (before.has(line.text.trim())) return [];
    const reason = faultOf(line.text, added[at + 1]);
    return reason === null
      ? []
      : [{ code: 'GUARD_WEAKENED_TEST' as const, path: file.path, line: line.newLine, reason }];
  });
}

const senses =
  /\b(?:JEST_WORKER_ID|VITEST_WORKER_ID|VITEST_POOL_ID|PYTEST_CURRENT_TEST|PYTEST_VERSION|NODE_TEST_CONTEXT)\b|["'](?:pytest|unittest)["']\s+in\s+sys\.modules|flag\.Lookup\("test\./;

function faultOf(text: string, next: DiffLine | undefined): string | null {
  if (/^\s*(?:\/\/|#|\*)/.test(text)) return null;
  if (senses.test(text)) return 'by this the program knows that it is tested; let it do the same then';
  if (/\bos\._exit\(\s*(?:0\s*)?\)/.test(text))
    return 'this ends whatever runs the program, and well; return, or raise an error';
  const equals = /\bdef __(?:eq|ne|lt|le|gt|ge)__\(/.test(text);
  return equals && /^\s*return (?:True|NotImplemented or True)\s*$/.test(next?.text ?? '')
    ? 'this is equal to everything, so that nothing compared with it fails; compare what it is'
    : null;
}
