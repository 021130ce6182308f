import type { Gap } from './list-gaps.ts';

/** Gaps that were looked at and stay, and why: file, function, how the source of each begins. */
export type Named = {
  why: string;
  /** The machine decides whether they are run: they may be covered too. */
  atTimes?: true;
  gaps: Record<string, Record<string, readonly string[]>>;
};

/** What is uncovered and not named, and what is named in a folder and covered (or gone), as `file, function: text`. */
export function compareGaps(
  gaps: readonly Gap[],
  named: readonly Named[],
  folder: string,
): { unnamed: string[]; stale: string[] } {
  const found = gaps.map(({ file, within, text }) => lineOf(file, within, text));
  const namesOf = (groups: readonly Named[]) =>
    groups.flatMap(linesOf).filter((line) => line.startsWith(folder));
  const [always, atTimes] = [named.filter((each) => !each.atTimes), named.filter((each) => each.atTimes)];
  return {
    unnamed: without(found, [...namesOf(always), ...namesOf(atTimes)]),
    stale: without(namesOf(always), found),
  };
}

function linesOf({ gaps }: Named): string[] {
  return Object.entries(gaps).flatMap(([file, functions]) =>
    Object.entries(functions).flatMap(([within, texts]) => texts.map((text) => lineOf(file, within, text))),
  );
}

function lineOf(file: string, within: string, text: string): string {
  return `${file}, ${within || 'at the top'}: ${text}`;
}

/** The same line may stand for two places: each takes one away. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
