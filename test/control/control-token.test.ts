import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ensureToken, isProof, prove, readToken } from '../../src/control/control-token.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

describe('the control token', () => {
  it('is one and the same for all who start at once', async () => {
    const state = join(fresh(), 'state');
    const tokens = await Promise.all(
      Array.from({ length: 10 }, () => ensureToken(join(state, 'control-token'))),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(state)).toEqual(['control-token']);
  });

  it('is not there before it is made', async () => {
    expect(await readToken(join(fresh(), 'control-token'))).toBeNull();
  });

  it('is not replaced when it is damaged: somebody may be using the old one', async () => {
    const file = join(fresh(), 'control-token');
    writeFileSync(file, 'short');
    await expect(ensureToken(file)).rejects.toThrow('64 hexadecimal digits');
  });

  it('proves itself for one challenge only', () => {
    const token = 'a'.repeat(64);
    expect(isProof(prove(token, 'one'), token, 'one')).toBe(true);
    expect(isProof(prove(token, 'one'), token, 'two')).toBe(false);
    expect(isProof(prove('b'.repeat(64), 'one'), token, 'one')).toBe(false);
    expect(isProof('', token, 'one')).toBe(false);
  });
});
