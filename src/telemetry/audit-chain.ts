import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomic } from '../files/write-atomic.ts';

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
): (Link & { previous: string; isWhole: boolean; type: unknown; torn: unknown; wrong: unknown }) | null {
  const at = line.lastIndexOf(seal);
  try {
    const { seq, hash, previous, type, torn, wrong } = JSON.parse(line) as Record<string, unknown>;
    if (typeof seq !== 'number' || typeof hash !== 'string' || typeof previous !== 'string') return null;
    // What follows the hash is as fixed as what stands before it.
    const isWhole = hash === sha256(line.slice(0, at)) && line.slice(at) === `${seal}${hash}"}`;
    return { seq, hash, previous, isWhole, type, torn, wrong };
  } catch {
    return null;
  }
}

/** Beside a trail, under its name and `.head`, lies what its last line was: an end that is cut off is missed by it. */
export async function writeHead(file: string, { seq, hash }: Link): Promise<void> {
  await writeAtomic(`${file}.head`, `${JSON.stringify({ seq, hash })}\n`, { mode: 0o600 });
}

/** Null where there is none that can be read. */
export async function readHead(file: string): Promise<Link | null> {
  try {
    const { seq, hash } = JSON.parse(await readFile(`${file}.head`, 'utf8')) as Partial<Link>;
    return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : null;
  } catch {
    return null;
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const seal = ',"hash":"';
