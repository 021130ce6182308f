import { types } from 'node:util';
import { isSecretName, redacted, type Redact } from './redact.ts';

/** Characters of one value that reach the log. */
export const longestValue = 4096;
/** Characters of one value that are looked at; what lies behind is far over the limit above. */
const longestInspected = 256 * 1024;
const deepest = 6;
const mostMembers = 100;

/**
 * Any value as plain data that is safe in a log: secrets replaced, control characters made visible, errors of any
 * realm spelled out with their causes, and everything bounded.
 */
export function cleanValue(value: unknown, redact: Redact, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value, redact);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value === 'number') return Number.isFinite(value) ? rounded(value) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deeper]';
  return cleanObject(value, redact, depth);
}

/** A thousandth is enough of anything that people read. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function cleanText(text: string, redact: Redact): string {
  const whole = text.length <= longestInspected;
  const safe = redact(whole ? text : text.slice(0, longestInspected));
  // A secret that lay across the cut is still there in part: its remainder must not slip through.
  const seen = whole ? safe : safe.slice(0, -longestValue);
  const kept = seen.slice(0, longestValue).toWellFormed();
  const visible = makeControlsVisible(kept);
  const missing = seen.length - kept.length + (text.length - Math.min(text.length, longestInspected));
  return missing > 0 ? `${visible}… [${missing} characters more]` : visible;
}

/** Terminal escapes, line forgery and text that reads backwards; line feed and tab stay. */
function makeControlsVisible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

function cleanObject(value: object, redact: Redact, depth: number): unknown {
  try {
    if (isError(value)) return cleanError(value, redact, depth);
    if (types.isDate(value)) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof URL) return cleanText(value.href, redact);
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
    if (types.isMap(value))
      return cleanMembers(
        [...value].map(([k, v]) => [String(k), v]),
        redact,
        depth,
      );
    if (types.isSet(value)) return cleanList([...value], redact, depth);
    if (Array.isArray(value)) return cleanList(value, redact, depth);
    return cleanMembers(Object.entries(value), redact, depth);
  } catch {
    return '[unreadable]';
  }
}

/** Also one of another realm, which `instanceof` does not know, and a DOMException, which only it knows. */
function isError(value: object): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

function cleanError(error: Error, redact: Redact, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  const told = Object.entries({ name, message, code, stack, cause, errors });
  return cleanMembers(told, redact, depth);
}

function cleanList(items: readonly unknown[], redact: Redact, depth: number): unknown[] {
  const kept = items.slice(0, mostMembers).map((item) => cleanValue(item, redact, depth + 1));
  return items.length > mostMembers ? [...kept, `[${items.length - mostMembers} more]`] : kept;
}

function cleanMembers(members: readonly (readonly [string, unknown])[], redact: Redact, depth: number) {
  const cleaned = members
    .filter(([, member]) => member !== undefined)
    .slice(0, mostMembers)
    .map(([name, member]) => [
      cleanText(name, redact),
      isSecretName(name) && typeof member === 'string' ? redacted : cleanValue(member, redact, depth + 1),
    ]);
  // `fromEntries` defines, so that a member named `__proto__` stays data.
  return Object.fromEntries(cleaned) as Record<string, unknown>;
}
