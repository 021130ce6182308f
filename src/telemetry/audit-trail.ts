import { open, type FileHandle } from 'node:fs/promises';
import type { Event, Observe } from '../domain/event.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import { beginning, readLine, sealLine, sha256, type Link } from './audit-chain.ts';
import { auditEntry } from './audit-entry.ts';
import type { Redact } from './redact.ts';

export type AuditOptions = {
  /** The trail; beside it, under the same name and `.head`, lies where it ended when we last looked. */
  file: string;
  now: () => Date;
  redact: Redact;
  /** Who decides when a person does: the account the program runs under. */
  person: string;
  /** Told once when the trail cannot be written. */
  warn: (message: string) => void;
};

export type AuditTrail = {
  observe: Observe;
  /** How the weights behind a model's name are known; asked once a run and model. */
  digestsFrom: (ask: (model: string) => Promise<string | null>) => void;
  /** Resolves when every line so far is on disk. */
  close(): Promise<void>;
};

/** Appends every decision to a file in which nothing can be changed unseen. One writer at a time: the lock's holder. */
export function openAuditTrail(options: AuditOptions): AuditTrail {
  let writing: Promise<void> = Promise.resolve();
  let trail: { handle: FileHandle; last: Link } | null = null;
  let isSilent = false;
  let ask: (model: string) => Promise<string | null> = () => Promise.resolve(null);
  const digests = new Map<string, Promise<string | null>>();

  async function append(fields: object): Promise<void> {
    trail ??= await openTrail(options);
    const { line, link } = sealLine(trail.last, fields);
    await trail.handle.appendFile(`${line}\n`);
    await trail.handle.datasync();
    trail.last = link;
  }

  async function write(event: Event, time: string): Promise<void> {
    const entry = auditEntry(event);
    if (entry === null) return;
    const more = 'model' in entry && event.type === 'model:called' ? { digest: await digestFor(event) } : {};
    await append({ time, ...clean(entry, options.redact), ...byWhom(event, options.person), ...more });
    if (trail !== null && isEnd(event)) await writeHead(options.file, trail.last);
  }

  function digestFor({ runId, model }: Extract<Event, { type: 'model:called' }>): Promise<string | null> {
    const key = `${runId} ${model}`;
    const known = digests.get(key) ?? ask(model).catch(() => null);
    digests.set(key, known);
    return known;
  }

  return {
    digestsFrom(source) {
      ask = source;
    },
    observe(event) {
      const time = options.now().toISOString();
      writing = writing
        .then(() => write(event, time))
        .catch((error: unknown) => {
          if (!isSilent) options.warn(`The audit trail cannot be written: ${String(error)}.`);
          isSilent = true;
        });
    },
    async close() {
      await writing;
      if (trail === null) return;
      await writeHead(options.file, trail.last).catch(() => undefined);
      await trail.handle.close();
    },
  };
}

/** Goes on where the last life ended. A line that it did not finish is closed, and named in the line after it. */
async function openTrail({ file, now }: AuditOptions): Promise<{ handle: FileHandle; last: Link }> {
  const lines = (await readTail(file)).split('\n');
  const torn = lines.pop() ?? '';
  const last = lines.at(-1);
  const handle = await open(file, 'a', 0o600);
  // A line that is none is somebody's doing; the check will find it, and this one goes on from what there is.
  const link = last === undefined ? beginning : (readLine(last) ?? { seq: 0, hash: sha256(last) });
  if (torn === '') return { handle, last: link };
  const mended = sealLine(link, { time: now().toISOString(), type: 'trail:mended', torn: sha256(torn) });
  await handle.appendFile(`\n${mended.line}\n`);
  return { handle, last: mended.link };
}

/** Longer than any line. */
const tailBytes = 4 * 1024 * 1024;

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

async function writeHead(file: string, { seq, hash }: Link): Promise<void> {
  await writeAtomic(`${file}.head`, `${JSON.stringify({ seq, hash })}\n`, { mode: 0o600 });
}

function isEnd({ type }: Event): boolean {
  return type === 'ticket:settled' || type === 'change:committed' || type === 'decision:made';
}

function byWhom({ type }: Event, person: string): object {
  return type === 'decision:made' ? { by: person } : {};
}

function clean(entry: object, redact: Redact): object {
  const text = JSON.stringify(entry, (_name, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  );
  return JSON.parse(text) as object;
}
