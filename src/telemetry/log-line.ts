import { styleText } from 'node:util';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * One thing that happened. Beside the three named members any field may be given; those with a fixed name are
 * `taskId`, `runId`, `stage`, `model`, `attemptNumber`, `elapsedMs` (ms), `code` and `error` (whatever was thrown).
 */
export type LogEntry = { level: LogLevel; component: string; message: string; [field: string]: unknown };

/** A cleaned entry; `timestamp` is absent when the user does not want it. */
export type LogLine = LogEntry & { timestamp?: string };

export function jsonLine(line: LogLine): string {
  const { timestamp, level, component, message, ...fields } = line;
  return JSON.stringify({ timestamp, level, component, message, ...fields });
}

export function textLine(line: LogLine): string {
  const { timestamp, level, component, message, ...fields } = line;
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${inOneWord(value)}`);
  const start = timestamp === undefined ? [] : [timestamp];
  return [...start, level, `[${component}]`, inOneLine(message), ...pairs].join(' ');
}

/** For people at a terminal: no stack, no run id, the time without its date. */
export function prettyLine(line: LogLine, colorize: boolean): string {
  const { timestamp, level, component, message, taskId, code, error } = line;
  const paint = (style: Style, text: string) =>
    colorize ? styleText(style, text, { validateStream: false }) : text;
  const parts = [
    timestamp === undefined ? '' : paint('dim', timestamp.slice(11, 19)),
    paint(levelStyles[level], level.padEnd(5)),
    paint('dim', component.padEnd(9)),
    taskId === undefined ? '' : paint('cyan', inOneWord(taskId)),
    inOneLine(message),
    code == null ? '' : paint('yellow', `[${inOneWord(code)}]`),
    reasonOf(error, message),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

type Style = 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

const levelStyles: Record<LogLevel, Style> = { error: 'red', warn: 'yellow', info: 'green', debug: 'dim' };

function reasonOf(error: unknown, message: string): string {
  const reason = (error as { message?: unknown } | null | undefined)?.message ?? error;
  return typeof reason !== 'string' || message.includes(reason) ? '' : `(${inOneLine(reason)})`;
}

function inOneLine(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

function inOneWord(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return value;
  return JSON.stringify(value);
}
