import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openPauseSwitch } from '../../src/backlog/pause-switch.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

describe('the pause switch', () => {
  it('is a file that says what it does', async () => {
    const root = directory();
    const pause = openPauseSwitch(root);
    expect(await pause.isOn()).toBe(false);
    await pause.set(true);
    expect(await pause.isOn()).toBe(true);
    expect(readFileSync(join(root, 'PAUSE'), 'utf8')).toContain('Remove it to go on.');
    await pause.set(true);
    await pause.set(false);
    await pause.set(false);
    expect([await pause.isOn(), existsSync(join(root, 'PAUSE'))]).toEqual([false, false]);
  });

  it('may be set by anybody, with whatever they put there', async () => {
    const root = directory();
    writeFileSync(join(root, 'PAUSE'), '');
    expect(await openPauseSwitch(root).isOn()).toBe(true);
  });

  it('says that it cannot be switched', async () => {
    const root = directory();
    mkdirSync(join(root, 'PAUSE'));
    expect(await openPauseSwitch(root).isOn()).toBe(true);
    await expect(openPauseSwitch(root).set(false)).rejects.toThrow(/PAUSE/);
  });
});
