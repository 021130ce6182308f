import { createHash } from 'node:crypto';

/**
 * One line of the trail. Its hash is over the line as it is written, up to that hash, and the line names the hash of the
 * one before: what is changed, taken out, put in or moved breaks the chain at that place.
 */
export type Link = { seq: number; hash: string };

/** What the first line names as the one before it. */
export const beginning: Link = { seq: 0, hash: '0'.repeat(64) };

export function sealLine(before: Link, fields: object): { line: string; link: Link } {
  const seq = before.seq + 1;
  const open = JSON.stringify({ seq, ...fields, previous: before.hash }).slice(0, -1);
  const hash = sha256(open);
  return { line: `${open}${seal}${hash}"}`, link: { seq, hash } };
}

/** What a line says of its own place; `isWhole`: its hash is that of its text. Null where it is no line of a trail. */
export function readLine(
  line: string,
): (Link & { previous: string; isWhole: boolean; torn: unknown }) | null {
  const at = line.lastIndexOf(seal);
  try {
    const { seq, hash, previous, torn } = JSON.parse(line) as Record<string, unknown>;
    if (typeof seq !== 'number' || typeof hash !== 'string' || typeof previous !== 'string') return null;
    // What follows the hash is as fixed as what stands before it.
    const isWhole = hash === sha256(line.slice(0, at)) && line.slice(at) === `${seal}${hash}"}`;
    return { seq, hash, previous, isWhole, torn };
  } catch {
    return null;
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const seal = ',"hash":"';
