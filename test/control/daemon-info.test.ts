import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDaemonInfo, removeDaemonInfo, writeDaemonInfo } from '../../src/control/daemon-info.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const info = { pid: 4242, version: '0.1.0', startedAt: '2026-01-02T10:00:00.000Z', url: null };

describe('what is known of a daemon', () => {
  it('is there while it runs', async () => {
    const state = directory();
    expect(await readDaemonInfo(state)).toBeNull();
    await writeDaemonInfo(state, info);
    expect(await readDaemonInfo(state)).toEqual(info);
    expect(statSync(join(state, 'daemon.json')).mode & 0o777).toBe(0o600);
    await removeDaemonInfo(state);
    await removeDaemonInfo(state);
    expect(await readDaemonInfo(state)).toBeNull();
  });

  it.each(['', '{"pid":"4242"}', '[]'])('is nothing when the file says %j', async (text) => {
    const state = directory();
    writeFileSync(join(state, 'daemon.json'), text);
    expect(await readDaemonInfo(state)).toBeNull();
  });
});
