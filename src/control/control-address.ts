import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the daemon of one installation is found. */
export type ControlAddress = {
  /** What is bound and connected to. */
  path: string;
  /** Whether `path` is a file, which outlives a killed holder; elsewhere the kernel frees the name at once. */
  isFile: boolean;
  /** Base of the secret that is asked of everyone who connects. */
  tokenFile: string;
};

export type ControlPlace = {
  /** The directory that is locked, by its place and its inode: take one that is not made anew while a daemon runs. */
  locked: string;
  /** The program's private state directory. */
  state: string;
  platform?: NodeJS.Platform;
};

export async function controlAddress(place: ControlPlace): Promise<ControlAddress> {
  const { locked, state, platform = process.platform } = place;
  const real = await realpath(locked);
  const { dev, ino } = await stat(real, { bigint: true });
  const name = `ticketmill-${createHash('sha256').update(`${real}\0${dev}\0${ino}`).digest('hex')}`;
  const tokenFile = join(state, 'control-token');
  // Abstract: no file, one name space for every process of this network name space.
  if (platform === 'linux') return { path: `\0${name}`, isFile: false, tokenFile };
  if (platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, isFile: false, tokenFile };
  // The path of a socket must be short, about 100 bytes.
  return { path: join(tmpdir(), `${name.slice(0, 32)}.sock`), isFile: true, tokenFile };
}
