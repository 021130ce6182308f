const maxCells = 400_000;

/**
 * For each new line the index of the old line that it repeats, or -1, in order: the longest common subsequence, or just
 * the common start and end where the lists are too long to compare in full.
 */
export function alignLines(old: readonly string[], fresh: readonly string[]): number[] {
  const kept = new Array<number>(fresh.length).fill(-1);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) {
    kept[start] = start;
    start += 1;
  }
  let [oldEnd, freshEnd] = [old.length, fresh.length];
  while (oldEnd > start && freshEnd > start && old[oldEnd - 1] === fresh[freshEnd - 1]) {
    oldEnd -= 1;
    freshEnd -= 1;
    kept[freshEnd] = oldEnd;
  }
  if ((oldEnd - start) * (freshEnd - start) <= maxCells) {
    alignMiddle(old.slice(start, oldEnd), fresh.slice(start, freshEnd)).forEach((from, index) => {
      if (from >= 0) kept[start + index] = start + from;
    });
  }
  return kept;
}

function alignMiddle(old: readonly string[], fresh: readonly string[]): number[] {
  const width = fresh.length + 1;
  const best = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => best[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      const isSame = old[row] === fresh[column];
      best[row * width + column] = isSame
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const kept = new Array<number>(fresh.length).fill(-1);
  for (let row = 0, column = 0; row < old.length && column < fresh.length;) {
    if (old[row] === fresh[column]) kept[column++] = row++;
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return kept;
}
