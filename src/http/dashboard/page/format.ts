import { showHidden } from '../../../domain/untrusted.ts';

/** Foreign text: nothing in it can change the order or the sight of what stands around it. */
export function plain(text: string): string {
  return showHidden(text);
}

/** `820 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** `now`, `5 min`, `3 h`, `2 d`: how long ago. */
export function age(time: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(time)) / 60_000);
  if (Number.isNaN(minutes)) return '';
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

/** US dollars: four digits below a cent, for local models nothing at all. */
export function usd(amount: number): string {
  if (amount === 0) return '$0';
  return amount < 0.01 ? `$${amount.toFixed(4)}` : `$${amount.toFixed(2)}`;
}

/** `950`, `12.3k`, `4.5M`. */
export function amount(count: number): string {
  if (count < 1000) return String(count);
  return count < 999_950 ? `${trim(count / 1000)}k` : `${trim(count / 1_000_000)}M`;
}

export function percent(rate: number): string {
  return `${Math.round(rate * 100)} %`;
}

/** `4.7 GB`. */
export function bytes(size: number): string {
  return size < 1e9 ? `${trim(size / 1e6)} MB` : `${trim(size / 1e9)} GB`;
}

export function clock(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString([], { hour12: false });
}

export function moment(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString([], { hour12: false });
}

function trim(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
