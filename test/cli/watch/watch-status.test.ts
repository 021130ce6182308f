import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../../src/domain/command.ts';
import type { Terminal } from '../../../src/cli/watch/screen.ts';
import { manualClock } from '../../support/clock.ts';
import { typed } from '../../support/command-line.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import type { PreparedHouse } from '../../support/house.ts';
import { houseDouble } from '../../support/house.ts';
import { statusReport, ticketReport } from '../../support/ticket-report.ts';

const daemon = { pid: 7, url: 'http://127.0.0.1:3001', invitation: null, uptimeSeconds: 65 };
const failed = {
  id: 'task-3',
  file: 'c.md',
  title: 'Fix it',
  state: 'failed' as const,
  reason: 'NO_CHANGES',
};

describe('ticketmill status --watch', () => {
  const directory = temporaryDirectories();

  function watch(answers: NonNullable<PreparedHouse['answers']>, env: Record<string, string> = {}) {
    const clock = manualClock();
    const interruption = new AbortController();
    const stdin = new PassThrough();
    const raw: boolean[] = [];
    let atExit: (() => void) | null = null;
    const size = { rows: 24, columns: 80 };
    const terminal: Terminal = {
      size: () => ({ ...size }),
      setRaw: (on) => void raw.push(on),
      atExit: (act) => {
        atExit = act;
        return () => (atExit = null);
      },
    };
    const house = houseDouble({ answers });
    const said = typed(['status', '--watch', '--no-color'], {
      cwd: directory(),
      env,
      house,
      clock,
      stdin,
      terminal,
      signal: interruption.signal,
      isTerminal: { stdin: true, stdout: true },
    });
    return { clock, interruption, stdin, raw, size, house, said, atExit: () => atExit };
  }

  it('draws what changes, once, and leaves the terminal as it was', async () => {
    let looks = 0;
    const report = (): StatusReport =>
      statusReport({ daemon, folders: { todo: 0, processing: 0, review: 0, failed: 0, done: looks++ } });
    const { clock, stdin, raw, size, said, atExit } = watch({ status: report });
    await clock.untilWaiting(1);
    await clock.advance(1000);
    await clock.untilWaiting(1);
    expect(atExit()).not.toBeNull();
    size.columns = 60;
    await clock.advance(1000);
    await clock.untilWaiting(1);
    stdin.write('q');
    const { code, out } = await said;
    expect(code).toBe(0);
    expect(raw).toEqual([true, false]);
    expect(atExit()).toBeNull();
    expect(out.startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
    expect(out.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true);
    // The second time one line alone, without clearing anything; all of it when the size has changed.
    const frames = out.split('\u001b[?2026h').slice(1);
    expect(frames[1]).toMatch(/^\u001b\[2;1Htodo 0 .*done 1 [^\n]*\u001b\[K\u001b\[\?2026l$/);
    expect(frames[2]).toContain('\u001b[H\u001b[2J');
    expect(frames[2]).toContain('ticketmill');
  });

  it('carries out what is asked for, and says what came of it', async () => {
    const waiting: StatusReport = statusReport({ daemon, settled: [failed] });
    let isGone = false;
    const { clock, stdin, house, said } = watch({
      status: () => {
        if (isGone) throw new Error('The daemon has gone.');
        return waiting;
      },
      show: () => ticketReport({ id: 'task-3', state: 'failed' }),
      cancel: () => ({
        id: 'task-3',
        file: 'c.md',
        state: 'failed',
        message: 'cancelled',
        pullRequest: null,
      }),
      'retry-failed': ({ force }) => ({
        dryRun: false,
        groups: [
          {
            errorType: 'model',
            tickets: [
              {
                verdict: force ? 'retry' : 'no',
                reason: 'it would fail again',
                difference: null,
                id: 'task-3',
                file: 'c.md',
                code: 'NO_CHANGES',
                error: null,
                failedAt: null,
                retryCount: 1,
                movedTo: force ? 'c.md' : null,
              },
            ],
          },
        ],
      }),
    });
    const step = async (keys: string): Promise<void> => {
      stdin.write(keys);
      await clock.advance(1000);
      await clock.untilWaiting(1);
    };
    await clock.untilWaiting(1);
    for (const keys of ['r', 'R', 'c', 'y', 'o', 'q']) await step(keys);
    isGone = true;
    await step('j');
    stdin.end();
    const { code, out } = await said;
    expect(code).toBe(0);
    const wanted = [
      'task-3 stays: it would fail again. R brings it back all the same.',
      'task-3 is back in todo.',
      'Cancel task-3?',
      'task-3 is in failed: cancelled.',
      'in the browser http://127.0.0.1:3001/#/ticket/task-3',
      'The daemon has gone.',
    ];
    for (const words of wanted) expect(out).toContain(words);
    const orders = house.asked.filter(({ command }) => command !== 'status' && command !== 'show');
    expect(orders.map(({ command }) => command)).toEqual(['retry-failed', 'retry-failed', 'cancel']);
  });

  it('gives the terminal back when it is interrupted, and when the process dies', async () => {
    const { clock, interruption, raw, said, atExit } = watch({ status: () => statusReport() });
    await clock.untilWaiting(1);
    atExit()?.();
    expect(raw).toEqual([true, false]);
    interruption.abort();
    const { code, out } = await said;
    expect(code).toBe(130);
    expect(out.endsWith('\u001b[?1049l')).toBe(true);
  });

  it('takes no terminal over that cannot be drawn on', async () => {
    const { clock, interruption, raw, said } = watch({ status: () => statusReport() }, { TERM: 'dumb' });
    await clock.untilWaiting(1);
    interruption.abort();
    expect((await said).out).toMatch(/^No daemon runs/);
    expect(raw).toEqual([]);
  });
});
