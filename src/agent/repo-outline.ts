import type { KnownFile } from './choose-files.ts';

const mostNames = 12;

/**
 * A repository in at most `room` characters: every path, with the names that its files define as far as there is room
 * for them, the likely files first. What does not fit at all is counted by folder.
 */
export function outlineRepository(
  files: readonly KnownFile[],
  likely: readonly string[],
  room: number,
): string {
  const paths = files.map(({ path }) => path);
  if (lengthOf(paths) > room) return outlineFolders(paths, likely, room);
  const names = namesWithinRoom(files, likely, room - lengthOf(paths));
  return paths.map((path) => `${path}${names.get(path) ?? ''}`).join('\n');
}

function namesWithinRoom(
  files: readonly KnownFile[],
  likely: readonly string[],
  room: number,
): Map<string, string> {
  const names = new Map<string, string>();
  const isLikely = new Set(likely);
  const inOrder = [...files].sort((a, b) => Number(isLikely.has(b.path)) - Number(isLikely.has(a.path)));
  let left = room;
  for (const { path, text } of inOrder) {
    const defined = text === undefined ? [] : definedNames(text);
    if (defined.length === 0) continue;
    const shown = `: ${defined.join(', ')}`;
    if (shown.length > left) continue;
    left -= shown.length;
    names.set(path, shown);
  }
  return names;
}

/** Names that lines at or near the margin define, in the notations of common languages. */
export function definedNames(text: string): string[] {
  const pattern =
    /^(?: {0,4}|\t)(?:export |default |async |public |static |pub |abstract |final )*(?:function\*?|class|interface|type|enum|struct|trait|def|fn|func|const|module)\s+(?:\([^)\n]{0,80}\)\s*)?([A-Za-z_$][\w$]{2,60})/gm;
  const names = new Set<string>();
  for (const [, name] of text.matchAll(pattern)) {
    if (name !== undefined) names.add(name);
    if (names.size === mostNames) break;
  }
  return [...names];
}

/** The likely files, and how many files there are in each folder. */
function outlineFolders(paths: readonly string[], likely: readonly string[], room: number): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.split('/').slice(0, -1).slice(0, 3).join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const folders = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([folder, count]) => `${folder === '' ? '.' : folder}/ (${count} files)`);
  const lines: string[] = [];
  let left = room;
  for (const line of [...likely, ...folders]) {
    if (line.length + 1 > left) break;
    lines.push(line);
    left -= line.length + 1;
  }
  return lines.join('\n');
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
