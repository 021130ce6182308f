import type { JSX } from 'preact';
import { h } from 'preact';
import type { FileDiff } from '../../../../domain/read-diff.ts';
import { readDiff } from '../../../../domain/read-diff.ts';
import type { Finding, Severity } from '../../../../domain/review.ts';
import { plain } from '../format.ts';
import type { Tone } from '../parts/badge.ts';
import { Badge } from '../parts/badge.ts';
import { Empty, whenKnown } from '../parts/notice.ts';
import { useResource } from '../resource.ts';
import type { DiffRow, FileRows, Side } from './side-by-side.ts';
import { findingsElsewhere, sideBySide } from './side-by-side.ts';

type Properties = { path: string; findings: readonly Finding[]; summary: string | null };

/** The whole change, old beside new, with what the reviewer said where it belongs. */
export function Changes({ path, findings, summary }: Properties): JSX.Element {
  const diff = useResource<{ diff: string | null }>(`${path}/diff`, {
    on: ({ type }) => type === 'ticket:settled' || type === 'branch:pushed',
    everyMs: null,
  });
  return h(
    'section',
    { 'aria-label': 'Changes' },
    h('h2', { class: 'unseen' }, 'Changes'),
    summary === null ? null : h('p', { class: 'summary', dir: 'auto' }, plain(summary)),
    whenKnown(diff, ({ diff: text }) =>
      text === null || text === ''
        ? h(Empty, { title: 'No change' }, 'Nothing was committed for this ticket.')
        : h(Files, { text, findings }),
    ),
  );
}

function Files({ text, findings }: { text: string; findings: readonly Finding[] }): JSX.Element {
  const files = attemptRead(text);
  if (files === null) return h('pre', { class: 'output', tabIndex: 0 }, plain(text));
  const rows = sideBySide(files, findings);
  const totals = `${rows.length} ${rows.length === 1 ? 'file' : 'files'}, +${sum(rows, 'added')} −${sum(rows, 'removed')}`;
  return h(
    'div',
    null,
    h('p', { class: 'muted' }, totals),
    findingsElsewhere(files, findings).map((finding, i) =>
      h(FindingNote, { key: i, finding, withPlace: true }),
    ),
    rows.map((file) => h(File, { key: file.path, file })),
  );
}

/** What a newer git may print one day is shown as it came. */
function attemptRead(text: string): FileDiff[] | null {
  try {
    return readDiff(text);
  } catch {
    return null;
  }
}

function sum(files: readonly FileRows[], part: 'added' | 'removed'): number {
  return files.reduce((total, file) => total + file[part], 0);
}

/** Rows beyond which a file is folded up at first. */
const mostOpen = 600;

function File({ file }: { file: FileRows }): JSX.Element {
  const { path, oldPath, binary, added, removed, findings, rows } = file;
  const name = oldPath !== null && oldPath !== path ? `${oldPath} → ${path}` : path;
  return h(
    'details',
    { class: 'file', open: rows.length <= mostOpen },
    h(
      'summary',
      null,
      h('code', null, plain(name)),
      h('span', { class: 'plus' }, `+${added}`),
      h('span', { class: 'minus' }, `−${removed}`),
    ),
    findings.map((finding, i) => h(FindingNote, { key: i, finding, withPlace: true })),
    binary
      ? h('p', { class: 'muted file-note' }, 'Not shown: it is no text.')
      : h(
          'div',
          { class: 'diff-box', tabIndex: 0, role: 'region', 'aria-label': `Changes of ${plain(path)}` },
          h(
            'table',
            { class: 'diff' },
            h(DiffColumns, {}),
            h(DiffHead, {}),
            h(
              'tbody',
              null,
              rows.map((row, i) => h(Row, { key: i, row })),
            ),
          ),
        ),
  );
}

/** The first row spans all columns, so their widths are told before it. */
function DiffColumns(): JSX.Element {
  return h(
    'colgroup',
    null,
    h('col', { class: 'line' }),
    h('col', null),
    h('col', { class: 'line' }),
    h('col', null),
  );
}

function DiffHead(): JSX.Element {
  const names = ['Old line', 'Old text', 'New line', 'New text'];
  return h(
    'thead',
    { class: 'unseen' },
    h(
      'tr',
      null,
      names.map((name) => h('th', { key: name, scope: 'col' }, name)),
    ),
  );
}

function Row({ row }: { row: DiffRow }): JSX.Element {
  if (row.kind === 'gap') return h('tr', { class: 'gap' }, h('td', { colSpan: 4 }, row.text));
  if (row.kind === 'finding')
    return h(
      'tr',
      { class: 'finding-row' },
      h('td', { colSpan: 4 }, h(FindingNote, { finding: row.finding, withPlace: false })),
    );
  const changed = row.kind === 'changed';
  return h(
    'tr',
    { class: row.kind },
    sideCells(row.old, changed ? 'removed' : '', '−'),
    sideCells(row.new, changed ? 'added' : '', '+'),
  );
}

function sideCells(side: Side | null, kind: string, sign: string): JSX.Element[] {
  const mark = side === null ? 'absent' : kind;
  return [
    h('td', { key: 'line', class: `line ${mark}` }, side?.line ?? ''),
    h(
      'td',
      { key: 'text', class: `text ${mark}`, 'data-sign': side === null || kind === '' ? ' ' : sign },
      plain(side?.text ?? ''),
    ),
  ];
}

const severityTones: Record<Severity, Tone> = { CRITICAL: 'bad', HIGH: 'bad', MEDIUM: 'warn', LOW: 'calm' };

function FindingNote({ finding, withPlace }: { finding: Finding; withPlace: boolean }): JSX.Element {
  const { severity, category, file, line, message, suggestion } = finding;
  return h(
    'div',
    { class: 'finding' },
    h(
      'p',
      null,
      h(Badge, { tone: severityTones[severity], text: severity }),
      h('span', { class: 'muted' }, category),
      withPlace ? h('code', null, plain(line === 0 ? file : `${file}:${line}`)) : null,
    ),
    h('p', { dir: 'auto' }, plain(message)),
    suggestion === undefined ? null : h('p', { class: 'muted', dir: 'auto' }, plain(suggestion)),
  );
}
