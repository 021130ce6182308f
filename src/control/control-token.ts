import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../files/disk.ts';
import { move } from '../files/move.ts';
import { writeAtomic } from '../files/write-atomic.ts';

/**
 * The installation's secret, made when there is none. Any local user can connect to the socket; only who may read
 * the state directory can answer its challenge.
 */
export async function ensureToken(file: string): Promise<string> {
  const token = await readToken(file);
  if (token !== null) return token;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const mine = `${file}.${randomBytes(6).toString('hex')}`;
  await writeAtomic(mine, randomBytes(32).toString('hex'), { mode: 0o600 });
  // Of several that start at once one wins, and all read the winner's.
  if ((await move(mine, file)) === 'occupied') await unlink(mine);
  return (await readToken(file)) ?? fail(file);
}

/** Null when there is no token yet. */
export async function readToken(file: string): Promise<string | null> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    return /^[0-9a-f]{64}$/.test(token) ? token : fail(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The answer to a challenge: the token itself never crosses the socket, whoever listens there. */
export function prove(token: string, challenge: string): string {
  return createHmac('sha256', token).update(challenge).digest('hex');
}

export function isProof(proof: string, token: string, challenge: string): boolean {
  const expected = Buffer.from(prove(token, challenge));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function fail(file: string): never {
  throw new Error(
    `${file} should hold 64 hexadecimal digits; delete it while nothing runs, a new one is made`,
  );
}
