import { open, type FileHandle } from 'node:fs/promises';
import type { Event, Observe } from '../domain/event.ts';
import { beginning, readHead, readLine, sealLine, sha256, writeHead, type Link } from './audit-chain.ts';
import { auditEntry } from './audit-entry.ts';
import type { Redact } from './redact.ts';

export type AuditOptions = {
  /** The trail; beside it lies its head. */
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

/** Milliseconds that the head may be behind its trail: the decisions of a ticket come in quick succession. */
const headDelay = 100;

/** Appends every decision to a file in which nothing can be changed unseen. One writer at a time: the lock's holder. */
export function openAuditTrail(options: AuditOptions): AuditTrail {
  let writing: Promise<void> = Promise.resolve();
  let trail: { handle: FileHandle; last: Link } | null = null;
  let heading: NodeJS.Timeout | undefined;
  let isSilent = false;
  const { entryOf, digestsFrom } = describeWith(options);
  /** What comes while the disk is busy goes to it together. */
  let waiting: { event: Event; time: string }[] = [];

  async function writeWaiting(): Promise<void> {
    const events = waiting;
    waiting = [];
    const entries = await Promise.all(events.map(entryOf));
    const fields = entries.filter((entry) => entry !== null);
    if (fields.length > 0) await append(fields);
  }

  async function append(entries: readonly object[]): Promise<void> {
    trail ??= await openTrail(options);
    let { last } = trail;
    let lines = '';
    for (const fields of entries) {
      const { line, link } = sealLine(last, fields);
      lines += `${line}\n`;
      last = link;
    }
    await trail.handle.appendFile(lines);
    await trail.handle.datasync();
    trail.last = last;
    heading ??= setTimeout(() => inTurn(writeLast), headDelay).unref();
  }

  async function writeLast(): Promise<void> {
    clearTimeout(heading);
    heading = undefined;
    if (trail !== null) await writeHead(options.file, trail.last);
  }

  function inTurn(write: () => Promise<void>): void {
    writing = writing.then(write).catch((error: unknown) => {
      if (!isSilent) options.warn(`The audit trail cannot be written: ${String(error)}.`);
      isSilent = true;
    });
  }

  return {
    digestsFrom,
    observe(event) {
      waiting.push({ event, time: options.now().toISOString() });
      inTurn(writeWaiting);
    },
    async close() {
      inTurn(writeLast);
      await writing;
      if (trail === null) return;
      await trail.handle.close();
    },
  };
}

/** What the trail says of an event; null where it says nothing. */
function describeWith({ redact, person }: AuditOptions) {
  let ask: (model: string) => Promise<string | null> = () => Promise.resolve(null);
  const digests = new Map<string, Promise<string | null>>();

  function digestFor({ runId, model }: Extract<Event, { type: 'model:called' }>): Promise<string | null> {
    const key = `${runId} ${model}`;
    const known = digests.get(key) ?? ask(model).catch(() => null);
    digests.set(key, known);
    return known;
  }

  return {
    digestsFrom: (source: typeof ask): void => void (ask = source),
    entryOf: async ({ event, time }: { event: Event; time: string }): Promise<object | null> => {
      const entry = auditEntry(event);
      if (entry === null) return null;
      const more = event.type === 'model:called' ? { digest: await digestFor(event) } : {};
      return { time, ...clean(entry, redact), ...byWhom(event, person), ...more };
    },
  };
}

type Opened = { handle: FileHandle; last: Link };

/**
 * Goes on where the last life ended. A line that it did not finish is closed, and named in the line after it; what
 * somebody did to the trail meanwhile is written into it, for what follows would hide that.
 */
async function openTrail({ file, now }: AuditOptions): Promise<Opened> {
  const lines = (await readTail(file)).split('\n');
  const torn = lines.pop() ?? '';
  const last = lines.at(-1);
  const head = await readHead(file);
  if (last === undefined && head === null) await writeHead(file, beginning);
  const handle = await open(file, 'a', 0o600);
  // A line that is none is somebody's doing; the check will find it, and this one goes on from what there is.
  const link = last === undefined ? beginning : (readLine(last) ?? { seq: 0, hash: sha256(last) });
  const opened: Opened = { handle, last: link };
  const time = now().toISOString();
  if (torn !== '') {
    await handle.appendFile('\n');
    await say(opened, { time, type: 'trail:mended', torn: sha256(torn) });
  }
  const wrong = wrongBy(head, lines, link);
  if (wrong !== null) await say(opened, { time, type: 'trail:broken', wrong });
  return opened;
}

async function say(opened: Opened, fields: object): Promise<void> {
  const { line, link } = sealLine(opened.last, fields);
  await opened.handle.appendFile(`${line}\n`);
  opened.last = link;
}

/** What is wrong with a trail by its head; null where nothing is. A life may end between a line and its head. */
function wrongBy(head: Link | null, lines: readonly string[], last: Link): string | null {
  if (head === null) return last.seq === 0 ? null : 'what its last line was is not known any more';
  if (head.seq > last.seq) return `it had ${head.seq} entries and ended after ${last.seq}`;
  const then = lines.map(readLine).find((line) => line?.seq === head.seq);
  return then === undefined || then?.hash === head.hash ? null : `its entry ${head.seq} was another one`;
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

function byWhom(event: Event, person: string): object {
  return event.type === 'decision:made' ? { by: event.by ?? person } : {};
}

function clean(entry: object, redact: Redact): object {
  const text = JSON.stringify(entry, (_name, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  );
  return JSON.parse(text) as object;
}
