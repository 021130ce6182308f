import { appendFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Observe } from '../domain/event.ts';
import { errorCode } from '../files/disk.ts';
import { readRegular } from '../files/read-regular.ts';
import { lookAt } from '../files/stamp.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { Archive } from '../ports.ts';

export type RunFilesOptions = {
  /** One folder a run. */
  directory: string;
  now: () => Date;
  /** Applied to every text before it is written. */
  redact: (text: string) => string;
};

/** What stays of runs for people to look at: diff, review, and a transcript of everything that happened. */
export type RunFiles = Archive & {
  /** Writes the events of a run into its transcript; the model's text stays live only. */
  observe: Observe;
  /** Writes one line of something else into it; resolves when it is there. */
  record: (runId: string, entry: { type: string }) => Promise<void>;
  /** At most `most` lines of a run's transcript after the first `after`; null when there is none. */
  transcript(runId: string, after: number, most: number): Promise<TranscriptLine[] | null>;
  /** Removes what is older than `days`. */
  prune(days: number): Promise<void>;
  /** Resolves when every transcript line so far is written. */
  close(): Promise<void>;
};

export type TranscriptLine = { time: string; type: string; [field: string]: unknown };

const maxFileBytes = 64 * 1024 * 1024;

export function openRunFiles({ directory, now, redact }: RunFilesOptions): RunFiles {
  let writing: Promise<void> = Promise.resolve();
  /** Lines by run; what comes while the disk is busy goes to it together. */
  const waiting = new Map<string, string>();

  async function writeWaiting(runId: string): Promise<void> {
    const lines = waiting.get(runId);
    if (lines === undefined) return;
    waiting.delete(runId);
    const append = (): Promise<void> =>
      appendFile(join(directory, safe(runId), 'transcript.jsonl'), lines, { mode: 0o600 });
    await append().catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      await folderOf(directory, runId);
      await append();
    });
  }

  // A transcript that cannot be written must not hold up the run it tells of.
  function write(runId: string, entry: { type: string }): Promise<void> {
    const line = `${JSON.stringify({ time: now().toISOString(), ...redacted(entry, redact) })}\n`;
    waiting.set(runId, (waiting.get(runId) ?? '') + line);
    writing = writing.then(() => writeWaiting(runId)).catch(() => undefined);
    return writing;
  }

  return {
    async keep(runId, name, text) {
      await writeAtomic(join(await folderOf(directory, runId), name), redact(text), { mode: 0o600 });
    },
    async read(runId, name) {
      const read = await readRegular(join(directory, safe(runId), name), maxFileBytes);
      return read.kind === 'read' ? read.bytes.toString() : null;
    },
    observe(event) {
      if ('runId' in event && event.type !== 'model:text') void write(event.runId, event);
    },
    record: write,
    async transcript(runId, after, most) {
      await writing;
      return readTranscript(join(directory, safe(runId), 'transcript.jsonl'), after, most);
    },
    async prune(days) {
      const oldest = now().getTime() - days * 86_400_000;
      for (const name of await readdir(directory).catch(() => [])) {
        const folder = join(directory, name);
        const stats = await stat(folder).catch(() => null);
        if (stats !== null && stats.mtimeMs < oldest) await rm(folder, { recursive: true, force: true });
      }
    },
    close: () => writing,
  };
}

/** Line by line: a long run's transcript is larger than what anybody wants of it at once. */
async function readTranscript(path: string, after: number, most: number): Promise<TranscriptLine[] | null> {
  const stats = await lookAt(path);
  if (stats?.isFile() !== true) return null;
  const wanted: TranscriptLine[] = [];
  await using file = await open(path);
  let number = 0;
  for await (const line of file.readLines()) {
    number += 1;
    if (number <= after) continue;
    const read = parseLine(line);
    if (read !== null) wanted.push(read);
    if (wanted.length >= most) break;
  }
  return wanted;
}

/** A line that a power cut left half written is no event. */
function parseLine(line: string): TranscriptLine | null {
  try {
    return JSON.parse(line) as TranscriptLine;
  } catch {
    return null;
  }
}

async function folderOf(directory: string, runId: string): Promise<string> {
  const folder = join(directory, safe(runId));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Run ids are made by us; a name that is none must not lead anywhere else. */
function safe(runId: string): string {
  return runId.replace(/[^A-Za-z0-9-]/g, '_');
}

function redacted(entry: object, redact: (text: string) => string): object {
  const text = JSON.stringify(entry, (_name, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  );
  return JSON.parse(text) as object;
}
