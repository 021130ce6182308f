/** The dates of so many days, the last of which is today; oldest first, in UTC, as `YYYY-MM-DD`. */
export function daysUntil(now: Date, count: number): string[] {
  const today = Date.parse(now.toISOString().slice(0, 10));
  return Array.from({ length: count }, (_, index) =>
    new Date(today - (count - 1 - index) * dayMs).toISOString().slice(0, 10),
  );
}

const dayMs = 24 * 60 * 60 * 1000;
