import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { edit, greetingTicket, openFleet } from '../support/fleet.ts';

// What 1, 2 and 4 workers come to, with a model that takes a fixed time: `node test/distributed/measure.ts`.
const thinksMs = 10_000;
const tickets = 8;

for (const workers of [1, 2, 4]) {
  await using opened = new AsyncDisposableStack();
  const fleet = await openFleet({ code: () => sleep(thinksMs).then(() => edit) }, opened);
  const hired = Array.from({ length: workers }, () => fleet.hire());
  await Promise.all(hired.map((worker) => worker.until('daemon:started')));
  const daemon = fleet.start();
  await daemon.until('daemon:started');
  const ids = Array.from({ length: tickets }, (_, index) => `task-${index + 1}`);
  const started = performance.now();
  for (const id of ids) await fleet.drop(`${id}.md`, greetingTicket(id));
  await Promise.all(ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)));
  const seconds = (performance.now() - started) / 1000;
  const perMinute = (60 * tickets) / seconds;
  process.stdout.write(
    `${workers} workers: ${tickets} tickets in ${seconds.toFixed(1)} s, ${perMinute.toFixed(1)} a minute\n`,
  );
}
