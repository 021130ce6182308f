import type { StatusReport } from '../../domain/command.ts';

/** A ticket that can be chosen, and the line that tells of it. */
export type Row = {
  /** Under which heading it stands. */
  group: 'Running' | 'To review' | 'Failed' | 'Waiting';
  /** How the house finds it. */
  id: string;
  title: string;
  detail: string;
  tone: 'plain' | 'good' | 'warn' | 'bad';
};

/** What a person sees, and what they are about to do. */
export type View = {
  /** The chosen ticket's id; null while there is none. */
  chosen: string | null;
  /** The ticket whose story is open, and how many lines of it are above the screen; null: the list. */
  open: { id: string; above: number } | null;
  /** Asked about before it is cancelled. */
  asks: string | null;
  /** What came of the last order. */
  said: string;
};

export const firstView: View = { chosen: null, open: null, asks: null, said: '' };

export type Order = { command: 'retry'; id: string; force: boolean } | { command: 'cancel'; id: string };

/** What a key leads to; `ends`: the person has seen enough. */
export type Pressed = { view: View; order: Order | null; ends: boolean };

/** What there is to choose from, and how many lines the open story has. */
export type Shown = { rows: readonly Row[]; story: readonly string[] };

/** What a key means at this moment. Keys are as terminals send them. */
export function press(view: View, key: string, { rows, story }: Shown): Pressed {
  if (key === '\u0003' || key === '\u0004') return { view, order: null, ends: true };
  if (view.asks !== null) return answer(view, view.asks, key);
  if (view.open !== null) return inTicket({ ...view, open: view.open }, key, story.length);
  return inList(view, key, rows);
}

function answer(view: View, id: string, key: string): Pressed {
  const isYes = key === 'y' || key === 'Y';
  const next = { ...view, asks: null, said: isYes ? `Cancelling ${id} …` : '' };
  return { view: next, order: isYes ? { command: 'cancel', id } : null, ends: false };
}

const up = new Set(['\u001b[A', '\u001bOA', 'k']);
const down = new Set(['\u001b[B', '\u001bOB', 'j']);

type WithTicket = View & { open: NonNullable<View['open']> };

function inTicket(view: WithTicket, key: string, lines: number): Pressed {
  const { open } = view;
  const by = up.has(key) ? -1 : down.has(key) ? 1 : 0;
  const above = Math.min(Math.max(0, lines - 1), Math.max(0, open.above + by));
  if (by !== 0) return only({ ...view, open: { ...open, above } });
  if (['\u001b', 'q', 'o', '\r', '\u007f'].includes(key)) return only({ ...view, open: null });
  return orders(view, open.id, key);
}

function inList(view: View, key: string, rows: readonly Row[]): Pressed {
  if (key === 'q' || key === '\u001b') return { view, order: null, ends: true };
  if (up.has(key) || down.has(key)) return only(choose(view, rows, up.has(key) ? -1 : 1));
  const { chosen } = view;
  if (chosen === null) return only(view);
  if (key === 'o' || key === '\r') return only({ ...view, said: '', open: { id: chosen, above: 0 } });
  return orders(view, chosen, key);
}

function orders(view: View, id: string, key: string): Pressed {
  switch (key) {
    case 'c':
      return only({ ...view, asks: id, said: '' });
    case 'r':
    case 'R':
      return {
        view: { ...view, said: `Bringing back ${id} …` },
        order: { command: 'retry', id, force: key === 'R' },
        ends: false,
      };
    default:
      return only(view);
  }
}

function choose(view: View, rows: readonly Row[], by: number): View {
  const at = rows.findIndex(({ id }) => id === view.chosen);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  return { ...view, said: '', chosen: next?.id ?? null };
}

function only(view: View): Pressed {
  return { view, order: null, ends: false };
}

/** The choice stays with its ticket wherever that goes; when it is gone, with the first one. */
export function follow(view: View, rows: readonly Row[]): View {
  if (rows.some(({ id }) => id === view.chosen)) return view;
  return { ...view, chosen: rows[0]?.id ?? null };
}

/** Every ticket that can be chosen, in the order in which they are shown. */
export function rowsOf(report: StatusReport, timeText: (ms: number) => string): Row[] {
  const running = report.running.map(({ id, title, stage, elapsedMs, step, action }): Row => {
    const doing = action === null ? '' : `  step ${step} ${action}`;
    const detail = `${stage ?? 'begins'} ${timeText(elapsedMs)}${doing}`;
    return { group: 'Running', id, title, detail, tone: 'good' };
  });
  const settled = (state: 'review' | 'failed', group: Row['group'], tone: Row['tone']): Row[] =>
    report.settled
      .filter((ticket) => ticket.state === state)
      .map(({ id, title, reason }) => ({ group, id, title, detail: reason, tone }));
  const waiting = report.queue.map(({ id, title, verdict, reason }): Row => {
    const tone = verdict === 'hold' ? 'warn' : 'plain';
    return { group: 'Waiting', id, title, detail: reason, tone };
  });
  return [
    ...running,
    ...settled('review', 'To review', 'warn'),
    ...settled('failed', 'Failed', 'bad'),
    ...waiting,
  ];
}
