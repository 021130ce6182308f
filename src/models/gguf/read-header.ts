import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../../domain/failure.ts';
import type { AskedFile } from './gguf-errors.ts';

/** What a GGUF file says of its model. */
export type GgufHeader = {
  sizeBytes: number;
  /** As `llama` or `qwen2`. */
  architecture: string;
  /** Tokens it was trained with; null when it does not say. */
  contextLength: number | null;
  /** As `7B`; null when it does not say. */
  sizeLabel: string | null;
  /** Whether its template for chats knows of tools. */
  knowsTools: boolean;
  /** Tells these weights from others: of the header, the size and the time of the last change. */
  digest: string;
  /** Of the file itself: while it is the same, so is all of this. */
  stamp: string;
};

/**
 * Reads the beginning of a GGUF file, without its weights; what was read `earlier` is returned for a file that did not
 * change since. Throws `MODEL_FILE_UNUSABLE`.
 */
export async function readGgufHeader(
  asked: AskedFile,
  earlier: GgufHeader | null = null,
): Promise<GgufHeader> {
  const unusable = (words: string, cause?: unknown): Failure =>
    new Failure('MODEL_FILE_UNUSABLE', `${asked.id}: ${asked.file} ${words}.`, { cause });
  let handle: FileHandle;
  try {
    handle = await open(asked.file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unusable(code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`, error);
  }
  try {
    const { size: sizeBytes, mtimeMs, ino } = await handle.stat();
    const stamp = `${ino} ${sizeBytes} ${mtimeMs}`;
    if (earlier?.stamp === stamp) return earlier;
    const bytes = readInOrder(handle, sizeBytes);
    const magic = (await bytes.take(4)).toString('latin1');
    if (magic !== 'GGUF') throw new Malformed(`is no GGUF file: it begins with ${JSON.stringify(magic)}`);
    const version = (await bytes.take(4)).readUInt32LE();
    if (version !== 2 && version !== 3)
      throw new Malformed(`is GGUF of version ${version}; versions 2 and 3 are understood`);
    const values = await readValues(bytes);
    return { sizeBytes, ...factsIn(values), digest: bytes.digest(`${sizeBytes} ${mtimeMs}`), stamp };
  } catch (error) {
    throw unusable(error instanceof Malformed ? error.message : `cannot be read: ${String(error)}`, error);
  } finally {
    await handle.close();
  }
}

class Malformed extends Error {}

type Bytes = { take(count: number): Promise<Buffer>; digest(more: string): string };

const portion = 1024 * 1024;

function readInOrder(handle: FileHandle, size: number): Bytes {
  const hash = createHash('sha256');
  let buffer = Buffer.alloc(0);
  let at = 0;
  let read = 0;
  return {
    async take(count) {
      if (read - (buffer.length - at) + count > size)
        throw new Malformed(`ends within its header, at ${size} bytes; it was not copied as a whole`);
      if (buffer.length - at < count) {
        const more = Buffer.alloc(Math.max(portion, count));
        const { bytesRead } = await handle.read(more, 0, more.length, read);
        read += bytesRead;
        buffer = Buffer.concat([buffer.subarray(at), more.subarray(0, bytesRead)]);
        at = 0;
      }
      const taken = buffer.subarray(at, at + count);
      at += count;
      hash.update(taken);
      return taken;
    },
    digest: (more) => hash.update(more).digest('hex'),
  };
}

/** Bytes of each type of value with a fixed size; 8 is a text, 9 a list. */
const sizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const [text, list] = [8, 9];

type Values = ReadonlyMap<string, string | number>;

/** Texts and whole numbers by their keys; of lists, of which the vocabulary is one, nothing is kept. */
async function readValues(bytes: Bytes): Promise<Values> {
  await takeCount(bytes);
  const count = await takeCount(bytes);
  const values = new Map<string, string | number>();
  for (let index = 0; index < count; index += 1) {
    const key = await takeText(bytes);
    const value = await takeValue(bytes, (await bytes.take(4)).readUInt32LE());
    if (value !== null) values.set(key, value);
  }
  return values;
}

async function takeValue(bytes: Bytes, type: number): Promise<string | number | null> {
  if (type === text) return takeText(bytes);
  if (type === list) return skipList(bytes);
  const taken = await bytes.take(sizeOf(type));
  if (type === 4) return taken.readUInt32LE();
  if (type === 10) return Number(taken.readBigUInt64LE());
  return null;
}

async function skipList(bytes: Bytes): Promise<null> {
  const type = (await bytes.take(4)).readUInt32LE();
  const count = await takeCount(bytes);
  if (type === text) for (let index = 0; index < count; index += 1) await takeText(bytes);
  else await bytes.take(count * sizeOf(type));
  return null;
}

function sizeOf(type: number): number {
  const size = sizes[type];
  if (size === undefined) throw new Malformed(`has a value of the unknown type ${type} in its header`);
  return size;
}

async function takeCount(bytes: Bytes): Promise<number> {
  return Number((await bytes.take(8)).readBigUInt64LE());
}

async function takeText(bytes: Bytes): Promise<string> {
  return (await bytes.take(await takeCount(bytes))).toString('utf8');
}

function factsIn(values: Values): Omit<GgufHeader, 'sizeBytes' | 'digest' | 'stamp'> {
  const textAt = (key: string): string | null => {
    const value = values.get(key);
    return typeof value === 'string' ? value : null;
  };
  const architecture = textAt('general.architecture');
  if (architecture === null)
    throw new Malformed('does not say what kind of model it is (`general.architecture`)');
  const contextLength = values.get(`${architecture}.context_length`);
  return {
    architecture,
    contextLength: typeof contextLength === 'number' ? contextLength : null,
    sizeLabel: textAt('general.size_label'),
    knowsTools: /\btools\b/.test(textAt('tokenizer.chat_template') ?? ''),
  };
}
