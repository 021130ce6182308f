import type { ChangedFile } from '../domain/change.ts';

/**
 * Reads what `git diff-tree -r -z --raw --numstat --find-renames` prints: first every file with its modes, then the same
 * files with their counts.
 */
export function changedFiles(output: string): ChangedFile[] {
  const tokens = output.split('\0');
  const files: ChangedFile[] = [];
  const counts = new Map<string, Pick<ChangedFile, 'added' | 'removed' | 'binary'>>();
  for (let token = tokens.shift(); token !== undefined && token !== ''; token = tokens.shift()) {
    if (token.startsWith(':')) {
      files.push(rawEntry(token, tokens));
    } else {
      const [added = '', removed = '', name = ''] = token.split('\t');
      // An empty name announces a rename: the old and the new one follow.
      const path =
        name === '' ? (tokens.splice(0, 2)[1] ?? '') : token.slice(added.length + removed.length + 2);
      counts.set(path, { added: Number(added) || 0, removed: Number(removed) || 0, binary: added === '-' });
    }
  }
  return files.map((file) => ({ ...file, ...counts.get(file.path) }));
}

function rawEntry(header: string, tokens: string[]): ChangedFile {
  const [oldMode = '', newMode = '', , , status = ''] = header.slice(1).split(' ');
  const unknown = { oldMode, newMode, added: 0, removed: 0, binary: false };
  const first = tokens.shift() ?? '';
  if (status.startsWith('R'))
    return { path: tokens.shift() ?? '', oldPath: first, status: 'renamed', ...unknown };
  const kind = status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified';
  return { path: first, status: kind, ...unknown };
}
