import { idAfter } from './id-after.ts';

/**
 * Branch names come from a ticket's identity alone, never from its title, the time or the attempt: a restarted run
 * must find the branch of the run before it.
 */

/** The part of an id that is safe in a ref, a path and a URL. */
export function slug(id: string): string {
  const safe = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'ticket' : safe;
}

/** `ticket/{id}` and the first eight digits of the key: `ticket/task-12-1a2b3c4d`. */
export function branchName(format: string, id: string, key: string): string {
  const safeFormat = format.includes('{id}') ? format : `${format}-{id}`;
  const filled = safeFormat.replace(/\{id\}/g, (_, at: number) => slug(idAfter(safeFormat.slice(0, at), id)));
  const name = `${filled}-${key.slice(0, 8)}`;
  return isSafeRef(name) ? name : `ticket/${slug(id)}-${key.slice(0, 8)}`;
}

/** Our own rule for branch names, narrower than git's, which lets shell text, option-like names and RTL marks through. */
export function isSafeRef(name: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(name) &&
    !/\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$|@\{/.test(name) &&
    name !== 'HEAD'
  );
}
