// `node test/faults/measure.ts`: how soon a daemon is ready after it died with 100 tickets at work, and how soon one
// that runs has seen 10,000 tickets that come at once, in wall time and in time of the processor; and what one costs
// that cannot work on its tickets, because no model server answers.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from '../../src/journal/journal.ts';
import type { Mill } from '../support/mill.ts';
import { openMill } from '../support/mill.ts';
import { processorSeconds } from '../support/processor-seconds.ts';
import { runRecord } from '../support/run-record.ts';
import { writeTicket } from './chaos/tickets.ts';

const config = {
  ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
  codeReview: { model: 'ollama/coder:7b' },
};

await measure('ready after a death with 100 tickets at work', async (mill) => {
  const journal = await openJournal({
    directory: join(mill.root, '.ticketmill'),
    repository: 'any',
    now: () => new Date(),
  });
  mkdirSync(join(mill.root, 'backlog/processing'), { recursive: true });
  for (let number = 1; number <= 100; number += 1) {
    const { id, file, text } = writeTicket(number, 'plain');
    writeFileSync(join(mill.root, 'backlog/processing', file), text);
    await journal.save(runRecord({ key: `${number}`.padStart(64, '0'), id, file, attempts: 1, move: null }));
  }
  const begun = performance.now();
  const daemon = mill.start();
  await daemon.until('daemon:started');
  tell(daemon.pid, begun);
  if (mill.listFolder('processing').length > 0) throw new Error('tickets are left in processing');
  await daemon.stop();
});

await measure('10,000 tickets that come at once', async (mill) => {
  const tickets = Array.from({ length: 10_000 }, (_, index) => writeTicket(index + 1, 'plain'));
  const daemon = mill.start();
  const { url } = await daemon.until('server:listening');
  await daemon.until('daemon:started');
  const aside = join(mill.repository.home, 'aside');
  mkdirSync(aside);
  for (const { file, text } of tickets) writeFileSync(join(aside, file), text);
  const begun = performance.now();
  for (const { file } of tickets) renameSync(join(aside, file), join(mill.root, 'backlog/todo', file));
  while ((await readyTickets(url)) < tickets.length) await sleep(200);
  tell(daemon.pid, begun);
  await daemon.stop();
});

await measure('50 tickets, and no model server answers for a minute', async (mill) => {
  await mill.ollama.close();
  rmSync(join(mill.root, 'backlog/PAUSE'));
  const tickets = Array.from({ length: 50 }, (_, index) => writeTicket(index + 1, 'plain'));
  for (const { file, text } of tickets) await mill.drop(file, text);
  const daemon = mill.start();
  await daemon.until('daemon:started');
  await daemon.until('daemon:degraded');
  const [begun, before] = [performance.now(), processorSeconds(daemon.pid)];
  await sleep(60_000);
  const share = (1000 * (processorSeconds(daemon.pid) - before)) / (performance.now() - begun);
  const waiting = mill.listFolder('todo').length;
  process.stdout.write(`${(100 * share).toFixed(1)} % of a processor, ${waiting} wait in todo\n`);
  if (waiting < tickets.length) throw new Error('tickets were taken though no model answers');
  await daemon.stop();
});

/** In a repository of its own, with the work paused: what is measured is seeing and waiting, not making. */
async function measure(what: string, act: (mill: Mill) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const ollama = { models: [{ name: 'coder:7b', capabilities: ['completion' as const] }] };
  const mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
  writeFileSync(join(mill.root, 'backlog/PAUSE'), '');
  process.stdout.write(`${what}: `);
  await act(mill);
}

function tell(pid: number, begun: number): void {
  const ms = Math.round(performance.now() - begun);
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  process.stdout.write(
    `${ms} ms, ${(1000 * processorSeconds(pid)).toFixed(0)} ms of a processor since its start, ${Math.round(Number(peak) / 1024)} MB at most\n`,
  );
}

async function readyTickets(url: string): Promise<number> {
  const health = (await (await fetch(`${url}/health`)).json()) as { queuePending: number };
  return health.queuePending;
}
