import { once } from 'node:events';
import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Clock } from '../ports.ts';
import { cleanValue } from './clean-value.ts';
import { limitFlood } from './limit-flood.ts';
import { logFileKinds, openLogFile, type LogFile, type LogFilesOptions } from './log-files.ts';
import {
  jsonLine,
  logLevels,
  prettyLine,
  textLine,
  type LogEntry,
  type LogLevel,
  type LogLine,
} from './log-line.ts';
import { createRedactor, type Redact } from './redact.ts';

export type LogOptions = LogFilesOptions & {
  /** What a line of a file looks like: one JSON object, or words. */
  format: 'json' | 'text';
  includeTimestamp: boolean;
  /** Exact secrets to replace, besides whatever has the shape of one. */
  secrets: readonly string[];
  /** Where people watch; never standard output, which belongs to results. Null for files only. */
  console: { stream: Writable; level: LogLevel; pretty: boolean; colorize: boolean } | null;
  /** Told once when log files cannot be written. */
  warn: (message: string) => void;
  clock: Pick<Clock, 'now' | 'monotonic'>;
};

export type Log = {
  write(entry: LogEntry): void;
  /** Resolves when every line written so far is with the operating system. */
  close(): Promise<void>;
};

/** Lines of one component in one second; more are counted, not written. */
const linesPerSecond = 1000;
/** Milliseconds until a file that failed is tried again: a full disk may have been cleared. */
const reopenAfter = 5_000;

/** The log: four rotated files and the terminal behind one sink that redacts, escapes and bounds every line. */
export function createLog(options: LogOptions): Log {
  const { clock } = options;
  const logger = winston.createLogger({
    levels: Object.fromEntries(logLevels.map((level, rank) => [level, rank])),
    level: mostVerbose(options.level, options.console?.level ?? 'error'),
    format: sinkFormat(options),
  });
  if (options.console !== null) logger.pipe(consoleStream(options.console));
  const files = createFileSet(logger, options);
  const flood = limitFlood(linesPerSecond);
  let closed = false;

  function put(entry: LogEntry): void {
    files.reopen();
    logger.silent = logger.transports.length === 0;
    logger.log({ ...entry });
  }

  return {
    write(entry) {
      if (closed || !logger.isLevelEnabled(entry.level)) return;
      const { pass, suppressed } = flood.admit(entry.component, clock.monotonic());
      if (suppressed > 0) put(suppression(entry.component, suppressed));
      if (pass) put(entry);
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const { source, suppressed } of flood.drain()) put(suppression(source, suppressed));
      const finished = once(logger, 'finish');
      logger.end();
      await finished;
      await files.close();
    },
  };
}

/** The files that could be opened. One that fails later leaves, and is opened anew when its time has come. */
function createFileSet(logger: winston.Logger, options: LogOptions) {
  const slots = logFileKinds.map((kind) => ({ kind, file: null as LogFile | null, failedAt: -Infinity }));
  let complained = false;

  function complain(error: unknown): void {
    if (complained) return;
    complained = true;
    const reason = error instanceof Error ? error.message : String(error);
    options.warn(
      `Trouble with the log files in ${options.directory}: ${reason}. Going on without them for now.`,
    );
  }

  function fail(slot: (typeof slots)[number], error: unknown): void {
    slot.failedAt = options.clock.monotonic();
    if (slot.file !== null) logger.unpipe(slot.file.stream);
    slot.file = null;
    complain(error);
  }

  function reopen(): void {
    const due = options.clock.monotonic() - reopenAfter;
    for (const slot of slots) {
      if (slot.file !== null || slot.failedAt > due) continue;
      try {
        slot.file = openLogFile(slot.kind, options, (error) => fail(slot, error));
        logger.pipe(slot.file.stream);
      } catch (error) {
        fail(slot, error);
      }
    }
  }

  reopen();
  const close = () => Promise.all(slots.map(({ file }) => file?.close() ?? Promise.resolve()));
  return { reopen, close };
}

function mostVerbose(a: LogLevel, b: LogLevel): LogLevel {
  return logLevels.indexOf(a) > logLevels.indexOf(b) ? a : b;
}

const level = Symbol.for('level');
const message = Symbol.for('message');

function sinkFormat(options: LogOptions): winston.Logform.Format {
  const redact = createRedactor(options.secrets);
  const render = options.format === 'json' ? jsonLine : textLine;
  return winston.format((info) => {
    const line = cleanLine(info as LogEntry, redact);
    if (options.includeTimestamp) line.timestamp = options.clock.now().toISOString();
    return { ...line, [level]: line.level, [message]: render(line) };
  })();
}

function cleanLine(entry: LogEntry, redact: Redact): LogLine {
  return { ...(cleanValue(entry, redact) as LogEntry), level: entry.level };
}

function consoleStream(options: NonNullable<LogOptions['console']>): NodeJS.WritableStream {
  const pretty = winston.format((line) => ({
    ...line,
    [message]: prettyLine(line as unknown as LogLine, options.colorize),
  }));
  return new winston.transports.Stream({
    stream: options.stream,
    level: options.level,
    ...(options.pretty ? { format: pretty() } : {}),
  });
}

function suppression(component: string, suppressed: number): LogEntry {
  return {
    level: 'warn',
    component,
    message: `${suppressed} lines were left out: more than ${linesPerSecond} in one second`,
    suppressed,
  };
}
