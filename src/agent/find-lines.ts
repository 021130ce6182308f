/** How far a model's lines may differ from the file's and still be the same lines; strictest first. */
export const stages = ['exact', 'trailing', 'punctuation', 'indentation', 'spaces'] as const;
export type Stage = (typeof stages)[number];

/** A file's lines with their folded forms, each computed when a stage first needs it. */
export type FoldedLines = {
  lines: readonly string[];
  folded: Map<Stage, { list: string[]; set: Set<string> }>;
};

/**
 * Every place that the strictest successful stage finds. `blankStart` and `blankEnd` blank lines of the search were left
 * out to find it.
 */
export type LineHits = {
  stage: Stage;
  starts: number[];
  lines: string[];
  blankStart: number;
  blankEnd: number;
};

export function foldLines(lines: readonly string[]): FoldedLines {
  return { lines, folded: new Map() };
}

/** Looks for whole lines, stage by stage, each time with and then without the blank lines around the search. */
export function findLines(
  file: FoldedLines,
  search: readonly string[],
  until: Stage = 'spaces',
): LineHits | undefined {
  const blankStart = search.findIndex((line) => line.trim() !== '');
  if (blankStart < 0) return undefined;
  const last = search.findLastIndex((line) => line.trim() !== '');
  const full: Variant = { lines: [...search], blankStart: 0, blankEnd: 0 };
  const core: Variant = {
    lines: search.slice(blankStart, last + 1),
    blankStart,
    blankEnd: search.length - 1 - last,
  };
  const variants = core.lines.length === full.lines.length ? [full] : [full, core];
  for (const stage of stages.slice(firstStage(search), stages.indexOf(until) + 1)) {
    for (const variant of variants) {
      const starts = findAtStage(file, variant.lines, stage);
      if (starts.length > 0) return { stage, starts, ...variant };
    }
  }
  return undefined;
}

type Variant = { lines: string[]; blankStart: number; blankEnd: number };

/**
 * A search without trailing blanks says nothing about trailing blanks: lines that differ only in these are equally
 * meant, so that being equal to one of them is no reason to prefer it.
 */
function firstStage(search: readonly string[]): number {
  return search.some((line) => line !== line.trimEnd()) ? 0 : 1;
}

function findAtStage(file: FoldedLines, search: readonly string[], stage: Stage): number[] {
  const { list, set } = foldedAt(file, stage);
  const wanted = search.map(folds[stage]);
  return wanted.every((line) => set.has(line)) ? occurrences(list, wanted) : [];
}

function foldedAt(file: FoldedLines, stage: Stage): { list: string[]; set: Set<string> } {
  const cached = file.folded.get(stage);
  if (cached) return cached;
  const list = file.lines.map(folds[stage]);
  const folded = { list, set: new Set(list) };
  file.folded.set(stage, folded);
  return folded;
}

const folds: Record<Stage, (line: string) => string> = {
  exact: (line) => line,
  trailing: (line) => line.trimEnd(),
  punctuation: (line) => plainPunctuation(line).normalize('NFKC').trimEnd(),
  indentation: (line) => folds.punctuation(line).trim(),
  spaces: (line) => folds.indentation(line).replace(/\s+/g, ' '),
};

/** Typographic quotes, dashes and spaces as their ASCII counterparts, one character for one. */
export function plainPunctuation(line: string): string {
  if (isAscii(line)) return line;
  return line
    .replace(/[\u2018\u2019\u201A\u201B\u2032]/g, "'")
    .replace(/[\u201C\u201D\u201E\u201F\u2033]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g, ' ');
}

function isAscii(line: string): boolean {
  return !/[^\t -~]/.test(line);
}

/** Where the needle starts in the hay, by Knuth, Morris and Pratt: linear also when lines repeat endlessly. */
function occurrences(hay: readonly string[], needle: readonly string[]): number[] {
  const starts: number[] = [];
  const fallback = fallbacks(needle);
  let matched = 0;
  for (let index = 0; index < hay.length; index += 1) {
    while (matched > 0 && hay[index] !== needle[matched]) matched = fallback[matched - 1] ?? 0;
    if (hay[index] === needle[matched]) matched += 1;
    if (matched === needle.length) {
      starts.push(index - matched + 1);
      matched = fallback[matched - 1] ?? 0;
    }
  }
  return starts;
}

function fallbacks(needle: readonly string[]): number[] {
  const fallback = [0];
  let matched = 0;
  for (let index = 1; index < needle.length; index += 1) {
    while (matched > 0 && needle[index] !== needle[matched]) matched = fallback[matched - 1] ?? 0;
    if (needle[index] === needle[matched]) matched += 1;
    fallback[index] = matched;
  }
  return fallback;
}
