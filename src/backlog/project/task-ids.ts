import type { ProjectConfig } from './read-config.ts';

type IdFormat = Pick<ProjectConfig, 'prefix' | 'digits'>;

/** `13` -> `TASK-13`, `task-13` -> `TASK-13`; what has another form stays as it is. */
export function canonicalId(id: string, { prefix }: Pick<IdFormat, 'prefix'>): string {
  const trimmed = id.trim();
  if (/^\d+(\.\d+)*$/.test(trimmed)) return `${prefix.toUpperCase()}-${trimmed}`;
  return isOwnId(trimmed, { prefix }) ? trimmed.toUpperCase() : trimmed;
}

/** Whether an id is one of the project: its prefix and numbers. */
export function isOwnId(id: string, { prefix }: Pick<IdFormat, 'prefix'>): boolean {
  return /^\d+(\.\d+)*$/.test(numberPart(id, prefix) ?? '');
}

/** The id after the highest among ids, file names and paths. */
export function nextId(used: Iterable<string>, { prefix, digits }: IdFormat): string {
  let highest = 0;
  for (const name of used) {
    const number = Number(/^\d+/.exec(numberPart(name, prefix) ?? '')?.[0] ?? 0);
    if (Number.isSafeInteger(number)) highest = Math.max(highest, number);
  }
  return `${prefix.toUpperCase()}-${String(highest + 1).padStart(digits, '0')}`;
}

/** What follows the prefix in an id, or in the last part of a path. */
function numberPart(name: string, prefix: string): string | null {
  const last = name.slice(name.lastIndexOf('/') + 1).trim();
  return last.toLowerCase().startsWith(`${prefix}-`) ? last.slice(prefix.length + 1) : null;
}
