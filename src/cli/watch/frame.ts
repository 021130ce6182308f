import type { StatusReport } from '../../domain/command.ts';
import { ticketStates } from '../../domain/ticket.ts';
import { forLine } from '../../domain/untrusted.ts';
import { duration } from '../duration.ts';
import type { Paint } from '../output.ts';
import type { Row, View } from './view.ts';

export type Size = { rows: number; columns: number };

/** What there is to show: `story` are the lines of the open ticket. */
export type Seen = { report: StatusReport; rows: readonly Row[]; story: readonly string[]; view: View };

/** One line a row of the terminal, none wider than it. */
export function frame({ report, rows, story, view }: Seen, size: Size, paint: Paint): string[] {
  const head = headLines(report, size, paint);
  const foot = footLines(view, rows.length, size, paint);
  const room = Math.max(1, size.rows - head.length - foot.length);
  const body =
    view.open === null
      ? listLines(rows, view, { rows: room, columns: size.columns }, paint)
      : storyLines(story, view.open.above, { rows: room, columns: size.columns });
  const padding = Array.from({ length: Math.max(0, room - body.length) }, () => '');
  return [...head, ...body, ...padding, ...foot].slice(0, size.rows);
}

function headLines(report: StatusReport, { columns }: Size, paint: Paint): string[] {
  const { daemon, paused, folders, degraded } = report;
  const where = daemon?.url ?? null;
  const state =
    daemon === null
      ? 'no daemon runs'
      : `runs for ${duration(daemon.uptimeSeconds * 1000)}${where === null ? '' : ` at ${where}`}`;
  const counts = ticketStates.map((name) => `${name} ${folders[name]}`).join('   ');
  const [trouble] = [...troubles(report), ...degraded];
  return [
    `${paint('strong', 'ticketmill')}  ${fit(state, columns - 22)}${paused ? paint('warn', '  paused') : ''}`,
    fit(counts, columns),
    trouble === undefined
      ? paint('dim', fit(hostWords(report), columns))
      : paint('bad', fit(trouble, columns)),
    '',
  ];
}

function troubles({ hosts }: StatusReport): string[] {
  return hosts
    .filter(({ healthy, circuit }) => !healthy || circuit.state !== 'CLOSED')
    .map(
      ({ url, circuit }) => `${url} does not answer (circuit ${circuit.state}, ${circuit.failures} failures)`,
    );
}

function hostWords({ hosts }: StatusReport): string {
  if (hosts.length === 0) return '';
  const loaded = hosts.flatMap((host) => host.loaded);
  const all = hosts.map(({ url }) => url).join(', ');
  return `${all} answers${loaded.length === 0 ? '' : `, ${loaded.join(', ')} loaded`}`;
}

function footLines(view: View, count: number, { columns }: Size, paint: Paint): string[] {
  if (view.asks !== null)
    return ['', paint('warn', fit(`Cancel ${forLine(view.asks, 40)}?  y yes   any other key no`, columns))];
  const keys =
    view.open === null
      ? `${count > 0 ? '↑↓ choose   o open   r retry   c cancel   ' : ''}q quit`
      : '↑↓ scroll   r retry   c cancel   q back';
  return [fit(forLine(view.said, 400), columns), paint('dim', fit(keys, columns))];
}

/** Headings and tickets, as many as there is room for around the chosen one. */
function listLines(rows: readonly Row[], view: View, size: Size, paint: Paint): string[] {
  if (rows.length === 0) return [paint('dim', 'Nothing waits, runs, or needs you.')];
  const lines: { text: string; isChosen: boolean }[] = [];
  for (const [i, row] of rows.entries()) {
    const isFirst = rows[i - 1]?.group !== row.group;
    if (isFirst && i > 0) lines.push({ text: '', isChosen: false });
    if (isFirst) lines.push({ text: paint('strong', row.group), isChosen: false });
    const isChosen = row.id === view.chosen;
    lines.push({ text: rowLine(row, isChosen, size.columns, paint), isChosen });
  }
  const at = lines.findIndex(({ isChosen }) => isChosen);
  const from = Math.max(0, Math.min(at - Math.floor(size.rows / 2), lines.length - size.rows));
  return lines.slice(from, from + size.rows).map(({ text }) => text);
}

function rowLine(row: Row, isChosen: boolean, columns: number, paint: Paint): string {
  const mark = isChosen ? '›' : ' ';
  const id = fit(forLine(row.id, 80), 14).padEnd(14);
  const titleRoom = Math.max(10, Math.floor((columns - 20) * 0.45));
  const title = fit(forLine(row.title, 200), titleRoom).padEnd(titleRoom);
  const detail = fit(forLine(row.detail, 400), Math.max(0, columns - titleRoom - 20));
  const name = isChosen ? paint('strong', `${id}  ${title}`) : `${id}  ${title}`;
  return `${mark} ${name}  ${paint(row.tone, detail)}`;
}

function storyLines(story: readonly string[], above: number, { rows, columns }: Size): string[] {
  const from = Math.min(above, Math.max(0, story.length - rows));
  return story.slice(from, from + rows).map((line) => fit(line, columns));
}

/** By characters, not by their width: what is wider than it seems is cut off by the terminal itself. */
function fit(text: string, columns: number): string {
  const characters = Array.from(text);
  return characters.length <= columns ? text : `${characters.slice(0, Math.max(0, columns - 1)).join('')}…`;
}
