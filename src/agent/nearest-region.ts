/** A stretch of a file that resembles what was looked for: 0-based start, how alike (0 to 1), first line that differs. */
export type Region = { start: number; length: number; alike: number; differs: number | undefined };

const leastAlike = 0.6;
const maxComparisons = 400_000;

/** The region that resembles a search most, if it does so enough to be of help. For messages only, never for edits. */
export function nearestRegion(lines: readonly string[], search: readonly string[]): Region | undefined {
  const wanted = withoutBlankEnds(search);
  if (wanted.length === 0 || lines.length === 0 || wanted.length > 400) return undefined;
  const compare = comparer();
  let best: Region | undefined;
  for (const start of startsToTry(lines, wanted)) {
    const region = weigh(lines, wanted, start, compare);
    if (region.alike > (best?.alike ?? 0)) best = region;
  }
  return best && best.alike >= leastAlike ? best : undefined;
}

/** The lines of a region with their numbers, the first that differs marked. */
export function showRegion(lines: readonly string[], region: Region): string {
  const width = String(region.start + region.length).length + 1;
  return lines
    .slice(region.start, region.start + region.length)
    .map((line, index) => {
      const mark = index === region.differs ? '>' : ' ';
      return `${mark}${String(region.start + index + 1).padStart(width)}|${line}`;
    })
    .join('\n');
}

/** Paths that resemble a path that does not exist, the likeliest first. */
export function nearestPaths(path: string, known: Iterable<string>, count = 3): string[] {
  const compare = comparer();
  return [...known]
    .slice(0, 20_000)
    .map((each) => ({ each, alike: Math.max(compare(each, path), compare(baseName(each), baseName(path))) }))
    .filter(({ alike }) => alike >= 0.5)
    .sort((a, b) => b.alike - a.alike || a.each.localeCompare(b.each))
    .slice(0, count)
    .map(({ each }) => each);
}

function weigh(lines: readonly string[], wanted: readonly string[], start: number, compare: Compare): Region {
  let [sum, differs]: [number, number | undefined] = [0, undefined];
  for (const [index, line] of wanted.entries()) {
    sum += compare(lines[start + index] ?? '', line);
    if (lines[start + index] !== line) differs ??= index;
  }
  const length = Math.min(wanted.length, lines.length - start);
  return { start, length, alike: sum / wanted.length, differs };
}

/** Every start where that is affordable, else those that put an equal line in its place. */
function startsToTry(lines: readonly string[], wanted: readonly string[]): number[] {
  const last = Math.max(0, lines.length - wanted.length);
  if ((last + 1) * wanted.length <= maxComparisons) return [...Array(last + 1).keys()];
  const places = new Map(wanted.map((line, index) => [line.trim(), index]));
  const starts = new Set<number>();
  for (const [index, line] of lines.entries()) {
    const place = line.trim() === '' ? undefined : places.get(line.trim());
    if (place !== undefined && starts.size < maxComparisons / wanted.length)
      starts.add(Math.max(0, index - place));
  }
  return [...starts];
}

type Compare = (a: string, b: string) => number;

/** How alike two texts are by the pairs of letters they share (Dice), blanks around them aside. */
function comparer(): Compare {
  const cache = new Map<string, Map<string, number>>();
  const pairsOf = (text: string): Map<string, number> => {
    const cached = cache.get(text);
    if (cached) return cached;
    const pairs = new Map<string, number>();
    for (let index = 0; index + 1 < text.length; index += 1) {
      const pair = text.slice(index, index + 2);
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    cache.set(text, pairs);
    return pairs;
  };
  return (a, b) => {
    const [left, right] = [a.trim().slice(0, 300), b.trim().slice(0, 300)];
    if (left === right) return 1;
    if (left.length < 2 || right.length < 2) return 0;
    return (2 * shared(pairsOf(left), pairsOf(right))) / (left.length + right.length - 2);
  };
}

function shared(left: Map<string, number>, right: Map<string, number>): number {
  let count = 0;
  for (const [pair, times] of left) count += Math.min(times, right.get(pair) ?? 0);
  return count;
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
