import { describe, it, expect } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { createLog, type Log, type LogOptions } from '../../src/telemetry/log.ts';
import type { LogEntry } from '../../src/telemetry/log-line.ts';

const secret = 'canary-hunter2-0123456789';

describe('the files', () => {
  it('have the promised names, one home for every component, and all errors together', async () => {
    const { log, directory } = await openLog();
    log.write(entry({ component: 'watcher', message: 'seen' }));
    log.write(entry({ component: 'models', message: 'called' }));
    log.write(entry({ component: 'git', message: 'pushed' }));
    log.write(entry({ component: 'forge', message: 'opened', level: 'error' }));
    await log.close();

    const told = (name: string) => linesOf(join(directory, name)).map((line) => line['message']);
    expect(told('watcher.log')).toEqual(['seen']);
    expect(told('processor.log')).toEqual(['called']);
    expect(told('git.log')).toEqual(['pushed', 'opened']);
    expect(told('error.log')).toEqual(['opened']);
  });

  it('tell the whole story of a ticket to grep', async () => {
    const { log, directory } = await openLog();
    for (const component of ['watcher', 'processor', 'git']) {
      log.write(entry({ component, message: `from ${component}`, taskId: '42' }));
      log.write(entry({ component, message: 'of another', taskId: '421' }));
    }
    await log.close();
    const found = execFileSync('sh', ['-c', `grep -h '"taskId":"42"' *.log`], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect(
      found
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { message: string }).message),
    ).toEqual(['from git', 'from processor', 'from watcher']);
  });

  it('hold one JSON object a line, beginning with the promised members', async () => {
    const { log, directory } = await openLog();
    log.write(
      entry({ message: 'a\n{"level":"error"}\r\u001b[2J\u2028', code: 'X', error: new Error('broken') }),
    );
    await log.close();
    const text = readFileSync(join(directory, 'processor.log'), 'utf8');
    expect(text.trimEnd().split(/[\n\u2028]/)).toHaveLength(1);
    expect(text).toMatch(
      /^\{"timestamp":"2026-01-02T10:30:00.000Z","level":"info","component":"processor","message":/,
    );
    expect(linesOf(join(directory, 'processor.log'))[0]).toMatchObject({
      code: 'X',
      error: { message: 'broken' },
    });
  });

  it('are private and kept over restarts', async () => {
    const first = await openLog();
    first.log.write(entry({ message: 'one' }));
    await first.log.close();
    const { log } = await openLog({ directory: first.directory });
    log.write(entry({ message: 'two' }));
    await log.close();
    expect(linesOf(join(first.directory, 'processor.log')).map((line) => line['message'])).toEqual([
      'one',
      'two',
    ]);
    expect(statSync(join(first.directory, 'processor.log')).mode & 0o777).toBe(0o600);
    expect(statSync(first.directory).mode & 0o777).toBe(0o700);
  });

  it('are followed by new ones when they grow, gzipped, and pruned, also after a restart', async () => {
    const { log, directory } = await openLog({ maxSize: '1k', maxFiles: 3 });
    await writeMany(log, 60);
    const second = await openLog({ directory, maxSize: '1k', maxFiles: 3 });
    await writeMany(second.log, 60);
    const kept = readdirSync(directory).filter((name) => name.startsWith('processor.log.'));
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(3);
    expect(kept.some((name) => name.endsWith('.gz'))).toBe(true);
    const current = linesOf(join(directory, 'processor.log'));
    expect(current.at(-1)?.['message']).toMatch(/^line 59/);
    for (const name of kept.filter((name) => name.endsWith('.gz'))) {
      expect(gunzipSync(readFileSync(join(directory, name))).toString()).toContain('"message":"line ');
    }
  });

  it('lose no line in a burst', async () => {
    const { log, directory } = await openLog({ maxSize: '2k', maxFiles: 500, compress: false });
    for (let i = 0; i < 900; i++) log.write(entry({ message: `line ${i}` }));
    await log.close();
    const lines = readdirSync(directory)
      .filter((name) => name.startsWith('processor.log.'))
      .flatMap((name) => linesOf(join(directory, name)));
    expect(new Set(lines.map((line) => line['message'])).size).toBe(900);
  });

  it('set a plain file of the same name aside', async () => {
    const directory = await freshDirectory();
    writeFileSync(join(directory, 'watcher.log'), 'older\n');
    const { log } = await openLog({ directory });
    await log.close();
    expect(lstatSync(join(directory, 'watcher.log')).isSymbolicLink()).toBe(true);
    const aside = readdirSync(directory).filter((name) => name.startsWith('watcher.log.before-'));
    expect(aside.map((name) => readFileSync(join(directory, name), 'utf8'))).toEqual(['older\n']);
  });

  it('never write through a link that somebody laid', async () => {
    const directory = await freshDirectory();
    const target = join(directory, 'target');
    writeFileSync(target, 'mine');
    for (const date of datesAround()) symlinkSync(target, join(directory, `processor.log.${date}`));
    const { log, warnings } = await openLog({ directory });
    log.write(entry({ message: 'hello' }));
    await log.close();
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(warnings.join()).toContain('ELOOP');
  });

  it('can be written in words without a timestamp', async () => {
    const { log, directory } = await openLog({ format: 'text', includeTimestamp: false });
    log.write(entry({ message: 'hello', taskId: '42' }));
    await log.close();
    expect(readFileSync(join(directory, 'processor.log'), 'utf8')).toBe('info [processor] hello taskId=42\n');
  });

  it('leave out what is less urgent than asked', async () => {
    const { log, directory } = await openLog({ level: 'warn' });
    for (const level of ['error', 'warn', 'info', 'debug'] as const)
      log.write(entry({ level, message: level }));
    await log.close();
    expect(linesOf(join(directory, 'processor.log')).map((line) => line['level'])).toEqual(['error', 'warn']);
  });
});

describe('secrets', () => {
  it('reach neither a file nor the terminal, in whatever field or spelling', async () => {
    const { log, directory, seen } = await openLog({ secrets: [secret], level: 'debug' });
    const failure = new Error(`fetch https://x:${secret}@host`, {
      cause: { headers: { authorization: secret } },
    });
    log.write(entry({ message: `token ${secret}`, error: failure, level: 'error' }));
    log.write(
      entry({ message: JSON.stringify({ secret }), nested: [{ deep: { er: encodeURIComponent(secret) } }] }),
    );
    log.write(
      entry({ message: 'x', taskId: secret, [secret]: Buffer.from(`u:${secret}`).toString('base64') }),
    );
    log.write(entry({ component: secret, message: 'y' }));
    await log.close();
    const everything = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    const shown = seen();
    for (const text of [...everything, shown]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(Buffer.from('hunter2-0').toString('base64').slice(2, 8));
    }
    expect(shown).toContain('[redacted]');
  });
});

describe('trouble', () => {
  it('with the folder leaves the terminal and says so once', async () => {
    const directory = join(await freshDirectory(), 'file');
    writeFileSync(directory, '');
    const { log, warnings, seen } = await openLog({ directory });
    log.write(entry({ message: 'still told' }));
    await log.close();
    expect(warnings).toEqual([expect.stringContaining(directory)]);
    expect(seen()).toContain('still told');
  });

  it('with the folder and no terminal is survived', async () => {
    const directory = join(await freshDirectory(), 'file');
    writeFileSync(directory, '');
    const { log, warnings } = await openLog({ directory, console: null });
    log.write(entry({ message: 'lost' }));
    await log.close();
    expect(warnings).toHaveLength(1);
  });

  it('ends when the folder can be used again', async () => {
    const directory = join(await freshDirectory(), 'file');
    writeFileSync(directory, '');
    const { log, pass } = await openLog({ directory });
    rmSync(directory);
    mkdirSync(directory);
    log.write(entry({ message: 'too early' }));
    pass(5_000);
    log.write(entry({ message: 'again' }));
    await log.close();
    expect(linesOf(join(directory, 'processor.log')).map((line) => line['message'])).toEqual(['again']);
  });

  it('of a flood is counted, not written', async () => {
    const { log, directory, pass } = await openLog({ console: null });
    for (let i = 0; i < 5000; i++) log.write(entry({ message: 'again' }));
    pass(1000);
    log.write(entry({ message: 'later' }));
    for (let i = 0; i < 1010; i++) log.write(entry({ message: 'more' }));
    await log.close();
    const lines = linesOf(join(directory, 'processor.log'));
    expect(lines).toHaveLength(2002);
    expect(lines.filter((line) => 'suppressed' in line).map((line) => line['suppressed'])).toEqual([
      4000, 11,
    ]);
  });

  it('of writing after the end is none', async () => {
    const { log, directory } = await openLog();
    await log.close();
    log.write(entry({ message: 'late' }));
    await log.close();
    expect(linesOf(join(directory, 'processor.log'))).toEqual([]);
  });
});

describe('the terminal', () => {
  it('gets one short line for one entry', async () => {
    const { log, seen } = await openLog();
    log.write(entry({ message: 'hello', taskId: '42' }));
    await log.close();
    expect(seen()).toBe('10:30:00 info  processor 42 hello\n');
  });

  it('may be told more than the files, or the same JSON', async () => {
    const stream = new PassThrough();
    const { log, directory } = await openLog({
      level: 'error',
      console: { stream, level: 'debug', pretty: false, colorize: false },
    });
    log.write(entry({ level: 'debug', message: 'detail' }));
    await log.close();
    expect(JSON.parse(String(stream.read()))).toMatchObject({ level: 'debug', message: 'detail' });
    expect(existsSync(join(directory, 'processor.log'))).toBe(true);
    expect(linesOf(join(directory, 'processor.log'))).toEqual([]);
  });
});

async function openLog(overrides: Partial<LogOptions> = {}) {
  const directory = overrides.directory ?? join(await freshDirectory(), 'logs');
  const stream = new PassThrough();
  const warnings: string[] = [];
  let elapsed = 0;
  const log = createLog({
    directory,
    level: 'info',
    maxSize: '10m',
    maxFiles: 10,
    compress: true,
    includeTimestamp: true,
    format: 'json',
    secrets: [],
    console: { stream, level: 'info', pretty: true, colorize: false },
    warn: (message) => warnings.push(message),
    clock: { now: () => new Date('2026-01-02T10:30:00Z'), monotonic: () => elapsed },
    ...overrides,
  });
  const seen = () => String(stream.read() ?? '');
  return { log, directory, warnings, seen, pass: (ms: number) => (elapsed += ms) };
}

function entry(parts: Partial<LogEntry>): LogEntry {
  return { level: 'info', component: 'processor', message: '', ...parts };
}

async function writeMany(log: Log, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    log.write(entry({ message: `line ${i} ${'x'.repeat(100)}` }));
    // A turn of the event loop for each, as in a daemon, so that files open, end and are gzipped on the way.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await log.close();
}

function linesOf(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function freshDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'log-'));
}

/** The files are named by the local date of the machine, which may change while a test runs. */
function datesAround(): string[] {
  const day = 24 * 60 * 60 * 1000;
  return [-day, 0, day].map((shift) => new Date(Date.now() + shift).toISOString().slice(0, 10));
}
