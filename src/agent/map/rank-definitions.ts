import { isTestFile } from '../../domain/test-file.ts';
import type { Definition } from './read-definitions.ts';

/** A file with what it defines and how often it uses each word. */
export type SourceFile = { path: string; text: string; definitions: readonly Definition[] };

/** What a task is about: its likely files, the likeliest first, and the names of code in it. */
export type Wanted = { likely: readonly string[]; names: readonly string[] };

export type RankedDefinition = Definition & { path: string; rank: number };

const rounds = 30;
const damping = 0.85;
/** A name that so many files define says little about any of them. */
const commonAfter = 5;

type Edge = { from: number; to: number; name: string; weight: number };

/**
 * The definitions of a repository by how much they matter to a task, highest first. Files that use a name point to those
 * that define it; the rank flows along, beginning at the likely files.
 */
export function rankDefinitions(files: readonly SourceFile[], wanted: Wanted): RankedDefinition[] {
  const edges = edgesOf(files, wanted);
  const ranks = flow(files, edges, wanted);
  const out = sumBy(edges, ({ from }) => from);
  const isNamed = new Set(wanted.names);
  const shares = new Map<string, number>();
  for (const { from, to, name, weight } of edges) {
    const share = ((ranks[from] ?? 0) * weight) / (out.get(from) ?? 1);
    shares.set(`${to} ${name}`, (shares.get(`${to} ${name}`) ?? 0) + share);
  }
  return files
    .flatMap(({ path, definitions }, index) =>
      definitions.map((definition) => ({
        ...definition,
        path,
        // What nobody uses still matters a little where its file does, and what the task names matters most.
        rank:
          (isNamed.has(definition.name) ? 1 : 0) +
          (shares.get(`${index} ${definition.name}`) ?? 0) +
          (ranks[index] ?? 0) * 0.01,
      })),
    )
    .sort((a, b) => b.rank - a.rank || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.row - b.row));
}

function edgesOf(files: readonly SourceFile[], { likely, names }: Wanted): Edge[] {
  const isLikely = new Set(likely);
  const isNamed = new Set(names);
  const definers = definersOf(files, isLikely);
  return files.flatMap(({ path, text }, from) =>
    [...countWords(text, definers)].flatMap(([name, count]) => {
      const targets = definers.get(name) ?? [];
      const weight =
        Math.sqrt(count) *
        (isNamed.has(name) ? 10 : 1) *
        weightOf(name) *
        (targets.length > commonAfter ? 0.1 : 1) *
        (isLikely.has(path) ? 50 : 1);
      return targets
        .filter((to) => to !== from)
        .map((to) => ({ from, to, name, weight: weight * (namesFile(text, files[to]) ? 5 : 1) }));
    }),
  );
}

/** Tests use what others define; what they define themselves matters only where the task is about them. */
function definersOf(files: readonly SourceFile[], isLikely: ReadonlySet<string>): Map<string, number[]> {
  const definers = new Map<string, number[]>();
  for (const [index, { path, definitions }] of files.entries()) {
    if (isTestFile(path) && !isLikely.has(path)) continue;
    for (const name of new Set(definitions.map((each) => each.name)))
      definers.set(name, [...(definers.get(name) ?? []), index]);
  }
  return definers;
}

/** A file that imports another one names it in most languages; a word alone may mean something else. */
function namesFile(text: string, file: SourceFile | undefined): boolean {
  const stem = file?.path.replace(/^.*\//, '').replace(/\.[^.]*$/, '') ?? '';
  return stem.length > 3 && text.includes(stem);
}

function countWords(text: string, known: ReadonlyMap<string, unknown>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[A-Za-z_$][\w$]{2,}/g))
    if (known.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A long name of several words is hardly used by chance, a short plain one often. */
function weightOf(name: string): number {
  if (name.startsWith('_')) return 0.1;
  const isOfWords = /[a-z][A-Z]|[A-Za-z\d]_[A-Za-z\d]/.test(name);
  if (isOfWords) return name.length >= 8 ? 10 : 1;
  return /^[a-z]{1,7}$/.test(name) ? 0.1 : 1;
}

/** PageRank that begins at the likely files, and at all of them where none is. */
function flow(files: readonly SourceFile[], edges: readonly Edge[], { likely }: Wanted): number[] {
  const place = new Map(likely.map((path, index) => [path, index] as const));
  const wishes = files.map(({ path }) => {
    const at = place.get(path);
    return at === undefined ? 0.1 / files.length : 1 / (1 + at);
  });
  const total = wishes.reduce((sum, wish) => sum + wish, 0);
  const start = wishes.map((wish) => wish / total);
  const out = sumBy(edges, ({ from }) => from);
  let ranks = start;
  for (let round = 0; round < rounds; round += 1) {
    const next = start.map((wish) => wish * (1 - damping));
    const kept = ranks.reduce((sum, rank, index) => sum + (out.has(index) ? 0 : rank), 0);
    for (const { from, to, weight } of edges)
      next[to] = (next[to] ?? 0) + (damping * (ranks[from] ?? 0) * weight) / (out.get(from) ?? 1);
    ranks = next.map((rank, index) => rank + damping * kept * (start[index] ?? 0));
  }
  return ranks;
}

function sumBy(edges: readonly Edge[], key: (edge: Edge) => number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const edge of edges) sums.set(key(edge), (sums.get(key(edge)) ?? 0) + edge.weight);
  return sums;
}
