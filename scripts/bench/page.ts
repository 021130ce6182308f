import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Figures } from './report.ts';
import { rowsOf } from './report.ts';

const path = new URL('../../docs/performance.md', import.meta.url);
const begin = '<!-- figures: written by `npm run bench -- --write` -->';
const end = '<!-- end of figures -->';

/** The figures on record; none when the page has none. */
export function readFigures(): Partial<Figures> {
  const page = readFileSync(path, 'utf8');
  const [, json] = /```json\n([^]*?)\n```/.exec(page.slice(...findMarks(page))) ?? [];
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
  writeFileSync(path, withFigures(page, section));
}

/** The page with `section` between its marks. */
export function withFigures(page: string, section: string): string {
  const [from, to] = findMarks(page);
  return page.slice(0, from) + section + page.slice(to);
}

function findMarks(page: string): [number, number] {
  const [at, to] = [page.indexOf(begin), page.indexOf(end)];
  if (at === -1 || to < at) throw new Error(`docs/performance.md lacks its marks: ${begin} … ${end}`);
  return [at + begin.length, to];
}
