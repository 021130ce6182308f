export type CheckedPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * Whether a path from a model names a file below the root, in a form that is safe on every file system: relative, no
 * way up, nothing invisible, and no part that some system could take for `.git`. Pure: links are checked at the file.
 */
export function checkPath(path: string): CheckedPath {
  const reason = objectTo(path);
  if (reason !== undefined) return { ok: false, reason };
  const parts = path.replaceAll('\\', '/').split('/');
  const kept = parts.filter((part) => part !== '' && part !== '.').join('/');
  if (kept === '' || parts.at(-1) === '' || parts.at(-1) === '.')
    return { ok: false, reason: 'the path names a folder' };
  // `./~` and `./C:` are what they hide once the front is gone.
  const hidden = objectTo(kept);
  return hidden === undefined ? { ok: true, path: kept } : { ok: false, reason: hidden };
}

function objectTo(path: string): string | undefined {
  if (path.trim() === '') return 'the path is empty';
  if (path.length > 1000) return `the path has ${path.length} characters; at most 1000 are allowed`;
  if (/\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}/u.test(path)) return 'the path holds a control character';
  if (/\p{Cf}/u.test(path)) return 'the path holds an invisible character';
  if (path.trim() !== path) return 'the path begins or ends with a blank';
  if (/^[/\\]/.test(path)) return 'the path is absolute; it must be relative to the root of the repository';
  if (/^[a-z]:/i.test(path))
    return 'the path names a drive; it must be relative to the root of the repository';
  if (/^[a-z][a-z0-9+.-]*:[/\\]{2}/i.test(path)) return 'the path is a URL';
  if (path.startsWith('~')) return 'the path starts in a home directory; it must be relative to the root';
  for (const part of path.split(/[/\\]/)) {
    const reason = objectToPart(part);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function objectToPart(part: string): string | undefined {
  if (part === '' || part === '.') return undefined;
  // Windows drops dots and blanks at the end of a name, so `.. ` and `...` are a way up there.
  if (/^[. ]+$/.test(part)) return 'the path leads out of its folder';
  if (Buffer.byteLength(part) > 255) return 'a part of the path is longer than 255 bytes';
  return isGit(part) ? 'the path leads into .git' : undefined;
}

/**
 * `.git` as case-folding, Unicode-normalising and name-shortening file systems understand it: `.GIT`, `git~1`, `.git.`,
 * `.git::$INDEX_ALLOCATION`, `.g<zero width>it`.
 */
function isGit(part: string): boolean {
  const visible = part
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase();
  const name = (visible.split(':')[0] ?? '').trim().replace(/[. ]{1,255}$/, '');
  return name === '.git' || /^git~\d{1,6}$/.test(name);
}
