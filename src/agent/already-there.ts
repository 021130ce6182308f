import type { Split } from './edit.ts';
import type { FoldedLines } from './find-lines.ts';
import { findLines } from './find-lines.ts';
import { nearestRegion } from './nearest-region.ts';
import { blockLines } from './text-lines.ts';

/** Bounds the time that a reply of many such blocks can take. */
const maxComparisons = 10_000;

/**
 * The replacement stands in the file and what it replaces does not. A lone brace that was left proves nothing, and
 * neither does a common line when something much like the search stands elsewhere.
 */
export function isAlreadyThere(file: FoldedLines, split: Split): boolean {
  const fresh = blockLines(split.replace);
  const search = blockLines(split.search);
  const old = new Set(search.map((line) => line.trim()));
  const hasNews = fresh.some((line) => /[\p{L}\p{N}]/u.test(line) && !old.has(line.trim()));
  if (!hasNews && fresh.filter((line) => line.trim() !== '').length < 2) return false;
  const hits = findLines(file, fresh, 'trailing');
  if (hits === undefined) return false;
  const near =
    file.lines.length * search.length > maxComparisons ? undefined : nearestRegion(file.lines, search);
  if (near === undefined || near.alike < 0.8) return true;
  return hits.starts.some(
    (start) => near.start < start + hits.lines.length && start < near.start + near.length,
  );
}
