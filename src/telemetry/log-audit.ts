import { readFileSync, rmSync } from 'node:fs';

/**
 * The files that the rotation remembers, oldest first. A list that names anything but our own files in this folder
 * came with a copied folder or from somebody else, and would have foreign files deleted: it goes.
 */
export function readAudit(auditFile: string, ownPrefix: string): string[] {
  const names = namesIn(auditFile);
  if (names !== null && names.every((name) => isOwn(name, ownPrefix))) return names;
  rmSync(auditFile, { force: true });
  return [];
}

/** The rotation prunes while it starts, unheard, and knows no archives: what it forgot then goes here. */
export function removeForgottenArchives(before: readonly string[], after: readonly string[]): void {
  const kept = new Set(after);
  for (const name of before) {
    if (!kept.has(name)) rmSync(`${name}.gz`, { force: true });
  }
}

function isOwn(name: string, ownPrefix: string): boolean {
  return name.startsWith(ownPrefix) && /^[\d.-]+$/.test(name.slice(ownPrefix.length));
}

function namesIn(auditFile: string): string[] | null {
  try {
    const { files } = JSON.parse(readFileSync(auditFile, 'utf8')) as { files: { name: unknown }[] };
    return files.map(({ name }) => String(name));
  } catch {
    return null;
  }
}
