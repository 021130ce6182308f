/** Lines `from` to `to` (1-based, both included) with their numbers: `  12| text`. */
export function numberedLines(lines: readonly string[], from: number, to: number): string {
  const width = Math.max(4, String(Math.min(to, lines.length)).length);
  return lines
    .slice(from - 1, to)
    .map((line, index) => `${String(from + index).padStart(width)}| ${line}`)
    .join('\n');
}
