import type { RepoMap } from './map-repository.ts';

/**
 * A map in at most `room` characters: the likely files and those with the most important definitions, each definition
 * as its line in the code, as many as fit; then the other paths, or the folders that hold them, as far as there is room.
 */
export function drawMap(map: RepoMap, room: number): string {
  let [fits, tooMany] = [0, map.definitions.length + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (lengthOf(draw(map, middle)) <= room) fits = middle;
    else tooMany = middle;
  }
  const drawn = draw(map, fits);
  const lines = within(drawn, room);
  return [...lines, ...others(map, lines, room - lengthOf(lines))].join('\n');
}

/** The first `count` definitions under their files; a file stands where its best definition does, after the likely ones. */
function draw({ likely, definitions }: RepoMap, count: number): string[] {
  const byFile = new Map<string, { row: number; line: string }[]>(likely.map((path) => [path, []]));
  for (const { path, row, line } of definitions.slice(0, count)) {
    const known = byFile.get(path) ?? [];
    known.push({ row, line });
    byFile.set(path, known);
  }
  return [...byFile].flatMap(([path, defined]) => [
    path,
    ...new Set(defined.sort((a, b) => a.row - b.row).map(({ line }) => `  ${line}`)),
  ]);
}

function others({ paths }: RepoMap, drawn: readonly string[], room: number): string[] {
  const isDrawn = new Set(drawn);
  const rest = paths.filter((path) => !isDrawn.has(path));
  if (rest.length === 0) return [];
  if (lengthOf(rest) <= room) return rest;
  const more = `and ${rest.length} more files`;
  const folders = within(foldersOf(rest), room - more.length - 1);
  return more.length < room ? [...folders, more] : [];
}

function foldersOf(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.split('/').slice(0, -1).slice(0, 3).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([folder, count]) => `${folder === '' ? '.' : folder}/ (${count} files)`);
}

function within(lines: readonly string[], room: number): string[] {
  let left = room;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end < 0 ? [...lines] : lines.slice(0, end);
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
