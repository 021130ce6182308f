import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { SecretName } from '../../config/secrets.ts';
import { errorCode } from '../../files/disk.ts';
import { writeAtomic } from '../../files/write-atomic.ts';
import type { Prepared } from './prepare-root.ts';

/** What a secret is for, in a line above it. */
export type NewSecret = { name: SecretName; value: string; comment: string };

/** 256 bits in hexadecimal: nobody guesses it, and no shell or form minds its characters. */
export function newSecret(): string {
  return randomBytes(32).toString('hex');
}

/** Adds the secrets that `.env` of the root does not hold yet, readable by its owner alone; other lines stay. */
export async function keepSecrets(root: string, secrets: readonly NewSecret[]): Promise<Prepared> {
  const path = join(root, '.env');
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  const held = parseEnv(before ?? '');
  const missing = secrets.filter(({ name }) => (held[name] ?? '').trim() === '');
  if (missing.length === 0) return { path: '.env', outcome: 'kept' };
  const ended = before === null || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}\n`;
  const lines = missing.map(({ name, value, comment }) => `# ${comment}\n${name}=${value}\n`);
  await writeAtomic(path, ended + lines.join(''), { mode: 0o600 });
  await chmod(path, 0o600);
  return { path: '.env', outcome: before === null ? 'made' : 'extended' };
}
