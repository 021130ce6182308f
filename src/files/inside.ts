import { constants } from 'node:fs';
import { mkdir, rename, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { errorCode } from './disk.ts';
import { readRegular } from './read-regular.ts';
import type { ReadingDisk } from './reading-disk.ts';
import { immediateDisk, patientDisk } from './reading-disk.ts';
import { writeAtomic } from './write-atomic.ts';

export const largestFile = 1_048_576;

export type FileRead =
  { kind: 'text'; text: string; mode: number } | { kind: 'absent' } | { kind: 'refused'; reason: string };

/** Expected refusals of the file system, as words for the model; undefined when the operation was done. */
export type Refusal = string | undefined;

/** Reads a text file below `root`. Paths must have passed `checkPath`; no link is followed on the way or at its end. */
export async function readInside(root: string, path: string, disk = patientDisk): Promise<FileRead> {
  const result = await inParent(root, path, { create: false, disk }, async (file): Promise<FileRead> => {
    const read = await readRegular(file, largestFile, disk);
    if (read.kind === 'gone') return { kind: 'absent' };
    if (read.kind === 'refused') return read;
    const text = decode(read.bytes);
    return text === undefined
      ? { kind: 'refused', reason: 'it is not a UTF-8 text file' }
      : { kind: 'text', text, mode: read.mode };
  });
  if (typeof result !== 'string') return result;
  return result === noSuchFolder ? { kind: 'absent' } : { kind: 'refused', reason: result };
}

/** Files between which everybody else gets a turn. */
const atATime = 16;

/** Reads many files below `root`, one after the other, in a small part of the time that as many single reads take. */
export async function* readEachInside(
  root: string,
  paths: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<{ path: string; read: FileRead }> {
  for (const [index, path] of paths.entries()) {
    signal.throwIfAborted();
    if (index % atATime === 0) await breathe();
    yield { path, read: await readInside(root, path, immediateDisk) };
  }
}

/** Writes a whole file or nothing and keeps its mode; folders on the way are made. */
export async function writeInside(
  root: string,
  path: string,
  file: { text: string; mode?: number },
): Promise<Refusal> {
  return inParent(root, path, { create: true }, async (target) => {
    if (Buffer.byteLength(file.text) > largestFile) return `it would have more than ${largestFile} bytes`;
    await writeAtomic(target, file.text, file.mode === undefined ? {} : { mode: file.mode });
    return undefined;
  });
}

export async function deleteInside(root: string, path: string): Promise<Refusal> {
  return inParent(root, path, { create: false }, async (target) => {
    const read = await readRegular(target, Number.MAX_SAFE_INTEGER - 1);
    if (read.kind !== 'read') return read.kind === 'gone' ? 'there is no such file' : read.reason;
    await unlink(target);
    return undefined;
  });
}

/** Moves a file as it is, over one that has the new name already. */
export async function moveInside(root: string, from: string, to: string): Promise<Refusal> {
  const existing = await readInside(root, to);
  if (existing.kind === 'refused') return `${to}: ${existing.reason}`;
  return inParent(root, from, { create: false }, (source) =>
    inParent(root, to, { create: true }, async (target) => {
      await rename(source, target);
      return undefined;
    }),
  );
}

function decode(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const noSuchFolder = 'there is no such folder';
const hasDescriptorPaths = process.platform === 'linux';

/**
 * Runs `act` with a path of the file that cannot be led elsewhere. On Linux each folder is opened without following
 * links, from the one before, and held: swapping a folder for a link meanwhile changes nothing. Elsewhere the real path
 * of the folder is checked right before.
 */
async function inParent<T>(
  root: string,
  path: string,
  { create, disk = patientDisk }: { create: boolean; disk?: ReadingDisk },
  act: (file: string) => Promise<T>,
): Promise<T | string> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  try {
    const realRoot = await disk.realpath(root);
    if (!hasDescriptorPaths)
      return await act(join(await checkedFolder(realRoot, parts, { create, disk }), name));
    return await inHeldFolder(realRoot, parts, { create, disk }, (folder) => act(`${folder}/${name}`));
  } catch (error) {
    return refusalOf(error);
  }
}

type Way = { create: boolean; disk: ReadingDisk };

async function inHeldFolder<T>(
  folder: string,
  [next, ...rest]: string[],
  way: Way,
  act: (folder: string) => Promise<T>,
): Promise<T> {
  const handle = await way.disk.open(
    folder,
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  try {
    const held = `/proc/self/fd/${handle.fd}`;
    if (next === undefined) return await act(held);
    if (way.create) await mkdir(`${held}/${next}`).catch(unlessThere);
    return await inHeldFolder(`${held}/${next}`, rest, way, act);
  } finally {
    await handle.close();
  }
}

function unlessThere(error: unknown): void {
  if (errorCode(error) !== 'EEXIST') throw error;
}

async function checkedFolder(root: string, parts: string[], { create, disk }: Way): Promise<string> {
  let folder = root;
  for (const part of parts) {
    const next = join(folder, part);
    if (create) await mkdir(next).catch(unlessThere);
    const real = await disk.realpath(next);
    if (real !== next || !real.startsWith(root + sep))
      throw Object.assign(new Error(next), { code: 'ELOOP' });
    folder = next;
  }
  return folder;
}

/** What the model can do something about; anything else, such as a full disk, is thrown on. */
function refusalOf(error: unknown): string {
  const reason = refusals[errorCode(error)];
  if (reason === undefined) throw error;
  return reason;
}

const refusals: Record<string, string> = {
  ENOENT: noSuchFolder,
  ENOTDIR: 'a part of its path is a file or a symbolic link',
  ELOOP: 'a part of its path is a symbolic link',
  EISDIR: 'it is a folder',
  ENOTEMPTY: 'it is a folder',
  EACCES: 'it may not be changed',
  EPERM: 'it may not be changed',
  ENAMETOOLONG: 'its name is too long',
};
