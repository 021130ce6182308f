/** A length of time as people say it: `0.4 s`, `12 s`, `3:05 min`, `2:05 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${twoDigits(Math.floor(seconds) % 60)} min`;
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)} h`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
