import type { Observe } from '../domain/event.ts';
import type { Clock } from '../ports.ts';
import { describeEvent, eventLine } from './describe-event.ts';
import type { Output } from './output.ts';
import { followEvent, runningLine } from './running-lines.ts';
import type { RunningTickets } from './running-lines.ts';

export type Progress = {
  observe: Observe;
  /** Takes the lines of running tickets away; nothing is drawn any more. */
  end: () => void;
};

export type ProgressOptions = { output: Output; clock: Clock; columns: () => number };

/**
 * Shows what happens while it happens. On a terminal one line a running ticket is drawn anew below the news; else,
 * and where everything is wanted, there are lines alone. With --json every event but the model's text is one object.
 */
export function openProgress(options: ProgressOptions): Progress {
  const { output } = options;
  if (output.json) return { observe: jsonLines(output), end: () => undefined };
  if (!output.live || output.verbose) return { observe: plainLines(output), end: () => undefined };
  return openLiveLines(options);
}

function jsonLines({ printJson }: Output): Observe {
  return (event) => {
    if (event.type !== 'model:text') void printJson(event);
  };
}

function plainLines({ say, verbose, paintNote }: Output): Observe {
  return (event) => {
    const told = describeEvent(event);
    if (told !== null && (verbose || told.weight === 'news')) say(eventLine(told, paintNote));
  };
}

/** Redrawn at once for news, and at most this often, in ms, for everything else. */
const redrawEvery = 200;
const eraseBelow = '\u001b[J';

function openLiveLines({ output, clock, columns }: ProgressOptions): Progress {
  const ended = new AbortController();
  let running: RunningTickets = new Map();
  let drawnLines = 0;
  let drawnAt = -Infinity;

  function draw(news: string): void {
    if (ended.signal.aborted) return;
    const now = clock.monotonic();
    const lines = [...running.values()].map((each) =>
      output.paintNote('dim', runningLine(each, now, columns())),
    );
    const back = drawnLines === 0 ? '' : `\r\u001b[${drawnLines}A`;
    output.draw(`${back}${eraseBelow}${news}${lines.map((line) => `${line}\n`).join('')}`);
    drawnLines = lines.length;
    drawnAt = now;
  }

  async function keepDrawing(): Promise<void> {
    while (!ended.signal.aborted) {
      await clock.wait(1000, ended.signal).catch(() => undefined);
      if (drawnLines > 0 || running.size > 0) draw('');
    }
  }

  void keepDrawing();
  return {
    observe: (event) => {
      running = followEvent(running, event, clock.monotonic());
      const told = describeEvent(event);
      // The stage of a ticket stands in its own line.
      const isNews = told?.weight === 'news' && event.type !== 'stage:started';
      if (isNews) draw(`${eventLine(told, output.paintNote)}\n`);
      else if (clock.monotonic() - drawnAt >= redrawEvery) draw('');
    },
    end: () => {
      running = new Map();
      draw('');
      ended.abort();
    },
  };
}
