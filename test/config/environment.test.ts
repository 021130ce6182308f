import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../src/config/environment.ts';

describe('readEnvironment', () => {
  it('is a copy: what is done to it stays in it', () => {
    const env = readEnvironment() as Record<string, string>;
    expect(env['PATH']).toBe(process.env['PATH']);
    env['TICKETMILL_SERVER__PORT'] = '1';
    expect(process.env['TICKETMILL_SERVER__PORT']).toBeUndefined();
  });
});
