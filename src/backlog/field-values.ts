/** Values of YAML as the texts, lists, dates and numbers that Backlog.md makes of them. */

/** Text of anything, never throwing; a date as JavaScript prints it in UTC, whatever the machine's time zone. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return dateText(value);
  if (Array.isArray(value)) return value.map((item) => (item == null ? '' : textOf(item))).join(',');
  if (typeof value === 'object' && value !== null) return '[object Object]';
  return String(value);
}

/** Text, or undefined where Backlog.md sees nothing: absent, null, empty, false, 0. */
export function optionalText(value: unknown): string | undefined {
  return value ? textOf(value) : undefined;
}

export function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

export function numberOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'object' && value !== null ? Number(textOf(value)) : Number(value);
}

export function priorityOf(value: unknown): string | undefined {
  const priority = (optionalText(value) ?? '').trim().toLowerCase().replace(/\s+/g, ' ');
  return priority === '' ? undefined : priority;
}

/** `YYYY-MM-DD` or `YYYY-MM-DD HH:mm` where it reads as a date, else what stands there. */
export function dateOf(value: unknown): string {
  if (!value) return '';
  if (value instanceof Date) {
    const stamp = value.toISOString();
    return stamp.slice(11, 19) === '00:00:00' ? stamp.slice(0, 10) : stamp.slice(0, 16).replace('T', ' ');
  }
  const text = textOf(value)
    .trim()
    .replace(/^['"]|['"]$/g, '');
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return text.replace('T', ' ');
  const legacy = /^(\d{2})([-/.])(\d{2})\2(\d{2})$/.exec(text);
  return legacy === null ? text : `20${legacy[4] ?? ''}-${legacy[3] ?? ''}-${legacy[1] ?? ''}`;
}

/** A due date is a day; a valid date with a time is cut to its day. Null when it is neither. */
export function dueDateOf(value: unknown): string | null | undefined {
  if (value == null) return undefined;
  const text = (value instanceof Date ? value.toISOString().slice(0, 10) : textOf(value)).trim();
  if (text === '') return undefined;
  const day = dueDatePattern.exec(text)?.[1];
  return day !== undefined && isRealDay(day) ? day : null;
}

const dueDatePattern =
  /^(\d{4}-\d{2}-\d{2})(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:(?:0\d|1[0-3]):?[0-5]\d|14:?00))?)?$/;

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** `Mon Jan 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time)` */
function dateText(date: Date): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${weekday.slice(0, 3)} ${month} ${day} ${year} ${time} GMT+0000 (Coordinated Universal Time)`;
}
