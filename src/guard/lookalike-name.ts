import type { Ecosystem } from './new-dependencies.ts';
import { popularNames } from './popular-names.ts';

/** The popular package that a name could be taken for; null where it is that package itself, or like none. */
export function lookalikeOf(name: string, ecosystem: Ecosystem): string | null {
  const popular = popularNames(ecosystem);
  if (popular.has(name) || name.length > longestName) return null;
  const skeleton = skeletonOf(name);
  for (const known of popular) {
    if (skeletonOf(known) === skeleton) return known;
    if (isScopeLike(name, known) || isDressed(name, known) || isNear(name, known)) return known;
  }
  return null;
}

/** No registry takes a longer one, and a name that anybody may write is compared with each that is known. */
const longestName = 250;

/** Where one letter more, less, other or swapped makes another word, longer names are needed to speak of likeness. */
function isNear(name: string, known: string): boolean {
  if (name.startsWith('@') !== known.startsWith('@')) return false;
  const shorter = Math.min(name.length, known.length);
  return shorter >= 5 && Math.abs(name.length - known.length) <= 1 && distance(name, known) === 1;
}

/** `@type/node`, `@bable/core`, and `types-node` for what has a scope. */
function isScopeLike(name: string, known: string): boolean {
  const [scope, rest] = partsOf(known);
  if (scope === '') return false;
  const [ownScope, ownRest] = partsOf(name);
  if (ownScope === '') return skeletonOf(name) === skeletonOf(scope + rest);
  return ownRest === rest && ownScope !== scope && distance(ownScope, scope) <= 2 && isLong(scope);
}

function isLong(scope: string): boolean {
  return scope.length >= 4;
}

function partsOf(name: string): [scope: string, rest: string] {
  const [, scope = '', rest = name] = /^@([^/]+)\/(.+)$/.exec(name) ?? [];
  return [scope, rest];
}

/** `node-express`, `reactjs`, `python-requests`: a known name with a word that says nothing. */
function isDressed(name: string, known: string): boolean {
  if (known.length < 5 || known.startsWith('@') || !name.includes(known)) return false;
  const around = name.replace(known, '').replace(/[-_.]/g, '');
  return /^(?:js|node|nodejs|npm|py|python|python3|pip|rs|rust|official|original|real|safe)$/.test(around);
}

const alike: readonly (readonly [RegExp, string])[] = [
  [/[-_.]/g, ''],
  [/0/g, 'o'],
  [/[1|!]/g, 'l'],
  [/5/g, 's'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
];

/** Letters of other scripts that look like ours. */
const [theirs, ours] = ['асеорхуіѕјһԁոνοαριɡⅼ', 'aceopxyisjhdnvoapigl'];
const foreign = new Map(Array.from(theirs, (letter, index) => [letter, ours[index] ?? letter]));

/** What is left of a name when everything is taken away that an eye passes over. */
function skeletonOf(name: string): string {
  const bare = name.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const plain = Array.from(bare, (letter) => foreign.get(letter) ?? letter).join('');
  return alike.reduce((text, [shape, replacement]) => text.replace(shape, replacement), plain);
}

/** Insertions, deletions, substitutions and swaps of neighbours; at most 3, beyond which nobody asks. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [
        at(rows, i - 1, j) + 1,
        (row[j - 1] ?? 3) + 1,
        at(rows, i - 1, j - 1) + cost,
        ...(swap ? [at(rows, i - 2, j - 2) + 1] : []),
      ];
      row.push(Math.min(...ways));
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

function at(rows: readonly (readonly number[])[], i: number, j: number): number {
  return rows[i]?.[j] ?? 3;
}
