import { constants, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import winston from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';
import { archiveLog } from './archive-log.ts';
import { readAudit, removeForgottenArchives } from './log-audit.ts';
import type { LogLevel } from './log-line.ts';

export type LogFilesOptions = {
  directory: string;
  /** The least urgent level that is written. */
  level: LogLevel;
  /** `10m`, `500k`, `1g`: a file that grew beyond it is followed by a new one. */
  maxSize: string;
  /** How many files of a kind are kept, or `14d`: for how long. */
  maxFiles: number | string;
  /** Whether finished files are gzipped. */
  compress: boolean;
};

/** One of the four logs: `name` is also the stable name of its current file, without `.log`. */
export type LogFileKind = { name: string; accepts: (component: string) => boolean; level: LogLevel | null };

const watching = new Set(['watcher']);
const publishing = new Set(['git', 'forge']);

/** Every component has exactly one home; errors stand once more, together, in `error.log`. */
export const logFileKinds: readonly LogFileKind[] = [
  { name: 'watcher', accepts: (component) => watching.has(component), level: null },
  {
    name: 'processor',
    accepts: (component) => !watching.has(component) && !publishing.has(component),
    level: null,
  },
  { name: 'git', accepts: (component) => publishing.has(component), level: null },
  { name: 'error', accepts: () => true, level: 'error' },
];

export type LogFile = {
  stream: NodeJS.WritableStream;
  /** Resolves when every line is with the operating system. */
  close(): Promise<void>;
};

/**
 * Opens one log. The lines go to `<name>.log.<date>[.<number>]`, and `<name>.log` is a link to the current one, so
 * that `logs/*.log` names every line once. Throws when the folder cannot be used; `onBroken` is called at most once,
 * when writing or archiving fails later, and the file takes no more lines then.
 */
export function openLogFile(
  kind: LogFileKind,
  options: LogFilesOptions,
  onBroken: (error: Error) => void,
): LogFile {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const current = `${kind.name}.log`;
  setAsidePlainFile(join(options.directory, current));
  // Named here, because the default name depends on the options and forgets the old files when one changes.
  const auditFile = join(options.directory, `.${kind.name}-audit.json`);
  const ownPrefix = `${join(options.directory, current)}.`;
  const remembered = readAudit(auditFile, ownPrefix);
  const transport = new DailyRotateFile({
    dirname: options.directory,
    filename: `${current}.%DATE%`,
    datePattern: 'YYYY-MM-DD',
    createSymlink: true,
    symlinkName: current,
    maxSize: options.maxSize,
    maxFiles: options.maxFiles,
    auditFile,
    // A link that a repository brings along must not lead our lines into another file.
    options: { flags: openFlags, mode: 0o600 },
    format: winston.format((line) => (kind.accepts(String(line['component'])) ? line : false))(),
    level: kind.level ?? options.level,
  });
  removeForgottenArchives(remembered, readAudit(auditFile, ownPrefix));
  hearOnce(transport, onBroken);
  const archive = options.compress ? archiveLog : () => Promise.resolve();
  const settled = followRotation(transport, archive, onBroken);
  const close = () => {
    transport.logStream.end();
    return settled;
  };
  return { stream: transport, close };
}

const openFlags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

/** A log of another program or of an earlier version under our name is kept, under another one. */
function setAsidePlainFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) renameSync(path, `${path}.before-${Math.trunc(found.mtimeMs)}`);
}

/** The transport does not listen to its own stream, and an unheard `error` would end the process. */
function hearOnce(transport: DailyRotateFile, onBroken: (error: Error) => void): void {
  let broken = false;
  const hear = (error: Error) => {
    if (!broken) onBroken(error);
    broken = true;
  };
  transport.logStream.on('error', hear);
  transport.on('error', hear);
}

/**
 * Archives what was rotated away; the result resolves when, after the end, all lines are written and all archives
 * done. A rotated file may still have lines on their way to it, so it is archived only when no stream but the current
 * one is open. (The transport's own archiving does not wait, and leaves archives behind that nobody prunes.)
 */
function followRotation(
  transport: DailyRotateFile,
  archive: (file: string) => Promise<void>,
  onBroken: (error: Error) => void,
): Promise<void> {
  let open = 1;
  let rotated: string[] = [];
  let archiving = Promise.resolve();
  transport.on('rotate', (file: string) => {
    open += 1;
    rotated.push(file);
  });
  transport.on('logRemoved', (file: string) => rmSync(`${file}.gz`, { force: true }));
  return new Promise((resolve) => {
    transport.logStream.on('close', () => {
      open -= 1;
      if (open > 1) return;
      for (const file of rotated) archiving = archiving.then(() => archive(file)).catch(onBroken);
      rotated = [];
      if (open === 0) resolve(archiving);
    });
  });
}
