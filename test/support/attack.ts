import { configSchema } from '../../src/config/schema.ts';
import { createGuard } from '../../src/guard/inspect-change.ts';
import type { Refusal } from '../../src/ports.ts';
import { captured, type Edit } from './captured.ts';
import { contentsOf } from './inspected.ts';

/** What somebody tries, and the edits of it. */
export type Attempt = [what: string, ...edits: Edit[]];

/** Puts a secret together, so that no scanner finds one in a test. */
export const join = (...parts: string[]): string => parts.join('');

/** A secret of this installation, and characters for those of others. */
export const known = join('kQ7r', 'T2yP9-', 'mX4vK8d', 'W1zB6n', 'H3cJ5f');
export const random = 'q7Rt2Yp9Lm4Xv8Kd1Wz6Bn3Hc5Jf0Gsq7Rt2Yp9Lm4Xv8Kd1Wz6Bn3Hc5Jf0Gs';

export const add = (path: string, text: string): Edit => ({ path, before: null, after: `${text}\n` });

export const edit = (path: string, before: string, after: string): Edit => ({
  path,
  before: `${before}\n`,
  after: `${after}\n`,
});

/** Lines that a change adds to a program. */
export const code = (...lines: string[]): Edit =>
  edit('src/app.ts', 'const a = 1;', ['const a = 2;', ...lines].join('\n'));

/** What the guard says of a change at the config's own defaults, in a repository with `others` more files. */
export async function refusalsOf(edits: readonly Edit[], others = 1000): Promise<Refusal[]> {
  const guard = createGuard({
    ...configSchema.parse({}).guard,
    knownSecrets: [known],
    contents: contentsOf(edits, others),
  });
  return (await guard.inspect(captured(...edits))).refusals;
}
