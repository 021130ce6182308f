const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as Ollama writes it (`30m`, `1h30m`, `90s`); null where it means for ever (`-1s`). */
export function keepAliveMs(written: string): number | null {
  if (written.startsWith('-')) return null;
  const parts = [...written.matchAll(/(?<!\d)(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 0), 0);
}
