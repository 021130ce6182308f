import type { House } from '../../app/house.ts';
import type { RetryReport, StatusReport } from '../../domain/command.ts';
import { toFailure } from '../../domain/failure.ts';
import { duration } from '../duration.ts';
import type { Tone } from '../output.ts';
import { ticketText } from '../print-ticket.ts';
import type { Session } from '../session.ts';
import { frame } from './frame.ts';
import type { Terminal } from './screen.ts';
import { openScreen } from './screen.ts';
import type { Order, Row, View } from './view.ts';
import { firstView, follow, press, rowsOf } from './view.ts';

/** Milliseconds between two looks; without a daemon each of them opens the house. */
const lookEvery = { daemon: 1000, alone: 5000 };

type Seen = { report: StatusReport; rows: Row[]; story: string[]; view: View };

/** The status on the whole terminal, until the person has seen enough. Resolves with the exit code. */
export async function watchStatus(
  { stdin, stdout, signal, clock, output }: Session,
  house: House,
  terminal: Terminal,
): Promise<number> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  const seen = await firstLook(house, signal);
  let look = Promise.withResolvers<undefined>();
  const draw = (): void => void screen.draw(frame(seen, terminal.size(), output.paint));
  const screen = openScreen({
    stdin,
    stdout,
    terminal,
    onGone: () => ended.abort(),
    onKey(key) {
      const { view, order, ends } = press(seen.view, key, seen);
      const isOther = view.open?.id !== seen.view.open?.id;
      if (isOther) seen.story = [];
      seen.view = view;
      draw();
      if (ends) ended.abort();
      if (order !== null) void carryOut(order);
      if (isOther) look.resolve(undefined);
    },
  });

  async function carryOut(order: Order): Promise<void> {
    const said = await act(house, order, until).catch((error: unknown) => toFailure(error).message);
    seen.view = { ...seen.view, said };
    look.resolve(undefined);
  }

  async function rest(): Promise<void> {
    const rested = new AbortController();
    const ms = seen.report.daemon === null ? lookEvery.alone : lookEvery.daemon;
    const pause = clock.wait(ms, AbortSignal.any([until, rested.signal])).catch(() => undefined);
    await Promise.race([pause, look.promise]);
    rested.abort();
    look = Promise.withResolvers<undefined>();
  }

  try {
    while (!until.aborted) {
      draw();
      await rest();
      await lookAgain(seen, house, until);
    }
  } finally {
    await screen.close();
  }
  signal.throwIfAborted();
  return 0;
}

async function firstLook(house: House, signal: AbortSignal): Promise<Seen> {
  const report = await house.act('status', {}, signal);
  const rows = rowsOf(report, duration);
  return { report, rows, story: [], view: follow(firstView, rows) };
}

/** Lines are cut to the width of the terminal, which colours would be in the way of. */
const plain = { paint: (_tone: Tone, text: string): string => text, verbose: false };

/** What cannot be learnt at this moment is said, and what was known before stays. */
async function lookAgain(seen: Seen, house: House, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    const { open } = seen.view;
    if (open !== null) {
      const ticket = await house.act('show', { id: open.id, diff: false }, signal);
      const link = seen.report.daemon?.url;
      const where =
        link == null ? [] : [`  in the browser ${link}/#/ticket/${encodeURIComponent(ticket.id)}`];
      seen.story = [...ticketText(ticket, plain).split('\n'), ...where];
      return;
    }
    seen.report = await house.act('status', {}, signal);
    seen.rows = rowsOf(seen.report, duration);
    seen.view = follow(seen.view, seen.rows);
  } catch (error) {
    seen.view = { ...seen.view, said: toFailure(error).message };
  }
}

async function act(house: House, order: Order, signal: AbortSignal): Promise<string> {
  if (order.command === 'cancel') {
    const { id, state, message } = await house.act('cancel', { id: order.id }, signal);
    return `${id} is in ${state}: ${message}.`;
  }
  const { id, force } = order;
  const report = await house.act('retry-failed', { id, maxAgeDays: null, dryRun: false, force }, signal);
  return retryWords(report, id);
}

function retryWords({ groups }: RetryReport, id: string): string {
  const [ticket] = groups.flatMap(({ tickets }) => tickets);
  if (ticket === undefined) return `${id} has not failed.`;
  if (ticket.movedTo !== null) return `${ticket.id} is back in todo.`;
  return `${ticket.id} stays: ${ticket.reason}. R brings it back all the same.`;
}
