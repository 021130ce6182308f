import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Figures } from './report.ts';
import { rowsOf } from './report.ts';

const path = new URL('../../docs/performance.md', import.meta.url);
const begin = '<!-- figures: written by `npm run bench -- --write` -->';
const end = '<!-- end of figures -->';

/** The figures on record; none when the page has none. */
export function readFigures(): Partial<Figures> {
  const [, json] = /```json\n([^]*?)\n```/.exec(between(readFileSync(path, 'utf8'))) ?? [];
  return json === undefined ? {} : (JSON.parse(json) as Partial<Figures>);
}

/** Puts the figures in place of those on the page, for people and for the next comparison. */
export function writeFigures(figures: Partial<Figures>): void {
  const page = readFileSync(path, 'utf8');
  const rows = rowsOf(figures).map(({ what, value, beside }) => `| ${what} | ${value} | ${beside} |`);
  const machine = `Node ${process.versions.node}, ${process.platform}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB.`;
  const table = ['| what | figure | beside it |', '| --- | --- | --- |', ...rows].join('\n');
  const json = `\`\`\`json\n${JSON.stringify(figures)}\n\`\`\``;
  const section = `\n\n${machine}\n\n${table}\n\nThe same for programs:\n\n${json}\n\n`;
  writeFileSync(
    path,
    page.replace(between(page), () => section),
  );
}

function between(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md lacks its marks: ${begin} … ${end}`);
  return page.slice(from + begin.length, to);
}
