import type { Profiler } from 'node:inspector';

/** A place that no test ran: a branch, or a function that was never called. */
export type Gap = {
  /** From the root of the repository, with forward slashes. */
  file: string;
  /** The innermost named function around it; empty at the top of the file. */
  within: string;
  /** How its source begins, on one line. */
  text: string;
};

type Range = { from: number; to: number };

const longestText = 60;

/** The gaps of one file, from top to bottom, by what V8 counted in it. What lies within a gap is not told again. */
export function listGaps(
  file: string,
  source: string,
  functions: readonly Profiler.FunctionCoverage[],
): Gap[] {
  return uncoveredIn(source, functions).map((gap) => ({
    file,
    within: innermost(functions, gap),
    text: shorten(source.slice(gap.from, gap.to)),
  }));
}

/** V8 counts ranges within ranges; the innermost one speaks for a place. */
function uncoveredIn(source: string, functions: readonly Profiler.FunctionCoverage[]): Range[] {
  const counts = new Uint32Array(source.length).fill(1);
  const ranges = functions.flatMap((each) => each.ranges);
  for (const { startOffset, endOffset, count } of ranges.toSorted(fromOutside))
    counts.fill(count, startOffset, endOffset);
  const gaps: Range[] = [];
  for (let at = 0; at < source.length;) {
    const start = counts.indexOf(0, at);
    if (start === -1) break;
    const end = counts.findIndex((count, index) => index > start && count > 0);
    at = end === -1 ? source.length : end;
    if (/\w|''|""/.test(source.slice(start, at))) gaps.push({ from: start, to: at });
  }
  return gaps;
}

function fromOutside(one: Profiler.CoverageRange, other: Profiler.CoverageRange): number {
  return one.startOffset - other.startOffset || other.endOffset - one.endOffset;
}

function innermost(functions: readonly Profiler.FunctionCoverage[], gap: Range): string {
  const around = functions.flatMap(({ functionName, ranges: [whole] }) =>
    functionName !== '' && whole !== undefined && whole.startOffset <= gap.from && gap.to <= whole.endOffset
      ? [{ functionName, length: whole.endOffset - whole.startOffset }]
      : [],
  );
  return around.toSorted((one, other) => one.length - other.length)[0]?.functionName ?? '';
}

function shorten(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}
