import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { edit, greetingTicket, openFleet } from '../support/fleet.ts';
import { processorSeconds } from '../support/processor-seconds.ts';

// What 1, 2 and 4 workers come to, with a model that takes a fixed time and four tickets for each of them:
// `node test/distributed/measure.ts` prints the rows of docs/scaling.md. All processes share this one machine.
const thinksMs = 10_000;
const ticketsEach = 4;
const cores = availableParallelism();

const [load = 0] = loadavg();
process.stdout.write(`Load of ${cores} cores before: ${load.toFixed(1)}\n\n`);
let alone = 0;
process.stdout.write(
  '| workers | tickets | time | a minute | gain | of a ticket not the model | processor |\n',
);
process.stdout.write('| --- | --- | --- | --- | --- | --- | --- |\n');
for (const workers of [1, 2, 4]) {
  const tickets = workers * ticketsEach;
  const { seconds, busy } = await measure(workers, tickets);
  const perMinute = (60 * tickets) / seconds;
  if (alone === 0) alone = perMinute;
  const own = (seconds * workers) / tickets - thinksMs / 1000;
  const share = (100 * busy) / (seconds * cores);
  const cells = [
    workers,
    tickets,
    `${seconds.toFixed(1)} s`,
    perMinute.toFixed(1),
    (perMinute / alone).toFixed(2),
    `${own.toFixed(1)} s`,
    `${(busy / tickets).toFixed(1)} s a ticket, ${share.toFixed(0)} % of ${cores} cores`,
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
const most = 60 / (thinksMs / 1000);
process.stdout.write(`\nThe model alone bounds a worker to ${most.toFixed(1)} tickets a minute.\n`);

async function measure(workers: number, tickets: number): Promise<{ seconds: number; busy: number }> {
  await using opened = new AsyncDisposableStack();
  const fleet = await openFleet({ code: () => sleep(thinksMs).then(() => edit) }, opened);
  const hired = Array.from({ length: workers }, () => fleet.hire());
  await Promise.all(hired.map((worker) => worker.until('daemon:started')));
  const daemon = fleet.start();
  await daemon.until('daemon:started');
  const everybody = [daemon, ...hired];
  const used = (): number => everybody.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
  const before = used();
  const ids = Array.from({ length: tickets }, (_, index) => `task-${index + 1}`);
  const started = performance.now();
  for (const id of ids) await fleet.drop(`${id}.md`, greetingTicket(id));
  const ends = await Promise.all(
    ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)),
  );
  const astray = ends.filter(({ to }) => to !== 'review');
  if (astray.length > 0) throw new Error(`ended elsewhere: ${JSON.stringify(astray)}`);
  return { seconds: (performance.now() - started) / 1000, busy: used() - before };
}
