import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { controlAddress } from '../../src/control/control-address.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

describe('controlAddress', () => {
  it('is one address however the directory is named', async () => {
    const root = fresh();
    mkdirSync(join(root, 'backlog'));
    symlinkSync(join(root, 'backlog'), join(root, 'link'));
    const direct = await controlAddress({ locked: join(root, 'backlog'), state: root });
    expect(await controlAddress({ locked: join(root, 'link', '.'), state: root })).toEqual(direct);
    expect(await controlAddress({ locked: root, state: root })).not.toEqual(direct);
  });

  it.each<[NodeJS.Platform, RegExp, boolean]>([
    ['linux', /^\0ticketmill-[0-9a-f]{64}$/, false],
    ['win32', /^\\\\\.\\pipe\\ticketmill-[0-9a-f]{64}$/, false],
    ['darwin', /ticketmill-[0-9a-f]{21}\.sock$/, true],
  ])('has the form of %s', async (platform, form, isFile) => {
    const root = fresh();
    const address = await controlAddress({ locked: root, state: join(root, 'state'), platform });
    expect(address.path).toMatch(form);
    expect(address).toMatchObject({ isFile, tokenFile: join(root, 'state', 'control-token') });
    expect(Buffer.byteLength(address.path)).toBeLessThan(100);
  });
});
