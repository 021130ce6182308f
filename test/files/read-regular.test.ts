import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readRegular } from '../../src/files/read-regular.ts';
import { immediateDisk, patientDisk } from '../../src/files/reading-disk.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();
const cap = 256 * 1024;

describe.each([
  ['patiently', patientDisk],
  ['at once', immediateDisk],
])('readRegular, %s', (_how, disk) => {
  it('reads a plain file, its stamp and its mode', async () => {
    const file = join(fresh(), 'a.md');
    writeFileSync(file, 'a\r\nb\n', { mode: 0o640 });
    const read = await readRegular(file, cap, disk);
    expect(read).toMatchObject({ kind: 'read', mode: 0o640, stamp: { size: 5n } });
    expect(read.kind === 'read' && read.bytes.toString()).toBe('a\r\nb\n');
  });

  it('says that there is nothing', async () => {
    expect(await readRegular(join(fresh(), 'a.md'), cap, disk)).toEqual({ kind: 'gone' });
  });

  it.each<[string, (path: string) => void, string]>([
    ['a directory', (path) => mkdirSync(path), 'directory'],
    ['a symbolic link', (path) => symlinkSync('/etc/passwd', path), 'symbolic link'],
    ['a dangling link', (path) => symlinkSync('nowhere', path), 'symbolic link'],
    ['a link to itself', (path) => symlinkSync(path, path), 'symbolic link'],
    ['a device', (path) => symlinkSync('/dev/zero', path), 'symbolic link'],
    ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'pipe'],
    ['one byte over the cap', (path) => writeFileSync(path, Buffer.alloc(cap + 1)), '262145 bytes'],
    [
      'a sparse gigabyte',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 1024 ** 3);
      },
      '1073741824 bytes',
    ],
  ])('refuses %s', async (_what, create, reason) => {
    const path = join(fresh(), 'x.md');
    create(path);
    const read = await readRegular(path, cap, disk);
    expect(read.kind === 'refused' && read.reason).toContain(reason);
  });

  it('reads a file of exactly the cap', async () => {
    const path = join(fresh(), 'x.md');
    writeFileSync(path, Buffer.alloc(cap, 'a'));
    const read = await readRegular(path, cap, disk);
    expect(read.kind === 'read' && read.bytes.length).toBe(cap);
  });

  it('refuses a device and a socket', async () => {
    expect(await readRegular('/dev/null', cap, disk)).toMatchObject({ kind: 'refused' });
    const path = join(fresh(), 'x.md');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await readRegular(path, cap, disk)).toMatchObject({ kind: 'refused' });
    await new Promise((resolve) => server.close(resolve));
  });

  it('survives a file that flips between a text and a link', async () => {
    const path = join(fresh(), 'x.md');
    const kinds = new Set<string>();
    for (let round = 0; round < 300; round += 1) {
      const reading = readRegular(path, cap, disk);
      rmSync(path, { force: true });
      if (round % 2 === 0) symlinkSync('/etc/passwd', path);
      else writeFileSync(path, 'text');
      const read = await reading;
      kinds.add(read.kind);
      if (read.kind === 'read') expect(['', 'text']).toContain(read.bytes.toString());
    }
    expect(kinds.size).toBeGreaterThan(1);
  });
});
