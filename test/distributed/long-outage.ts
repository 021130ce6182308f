import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { edit, greetingTicket, openFleet } from '../support/fleet.ts';
import { expectAllReviewed } from '../support/fleet-invariants.ts';
import { processorSeconds } from '../support/processor-seconds.ts';

// F92 at its full length: `node test/distributed/long-outage.ts [minutes]` kills Redis under two workers for five
// minutes, in which tickets go on arriving.
const minutes = Number(process.argv[2] ?? 5);

await using opened = new AsyncDisposableStack();
const fleet = await openFleet({ code: () => sleep(5000).then(() => edit) }, opened);
const fingerprint = await fleet.repository.fingerprint();
const workers = [fleet.hire(), fleet.hire()];
await Promise.all(workers.map((worker) => worker.until('daemon:started')));
const daemon = fleet.start();
const everybody = [daemon, ...workers];
const ids: string[] = [];
const dropOne = async (): Promise<void> => {
  const id = `task-${ids.length + 1}`;
  ids.push(id);
  await fleet.drop(`${id}.md`, greetingTicket(id));
};
for (let count = 0; count < 4; count += 1) await dropOne();
await Promise.all(workers.map((worker) => worker.until('stage:started', ({ stage }) => stage === 'code')));

await fleet.redis.kill();
await Promise.all(everybody.map((one) => one.until('daemon:degraded')));
const before = everybody.map(({ pid }) => processorSeconds(pid));
const since = performance.now();
for (let minute = 0; minute < minutes; minute += 1) {
  await dropOne();
  await sleep(60_000);
}
const away = (performance.now() - since) / 1000;
const used = everybody.map(({ pid }, index) => processorSeconds(pid) - (before[index] ?? 0));
const reports = everybody.map(({ events }) => events.filter(({ type }) => type === 'daemon:degraded').length);
const settledBefore = daemon.events.filter(({ type }) => type === 'ticket:settled').length;

await fleet.redis.start();
const back = performance.now();
await Promise.all(everybody.map((one) => one.until('daemon:recovered')));
const recovered = (performance.now() - back) / 1000;
await Promise.all(ids.map((id) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)));
const done = (performance.now() - back) / 1000;
await fleet.end();
await expectAllReviewed(fleet, ids, fingerprint);

const shares = used.map((seconds) => `${((100 * seconds) / away).toFixed(1)} %`);
process.stdout.write(`Redis was away for ${away.toFixed(0)} s.
processor of the daemon and of each worker meanwhile: ${shares.join(', ')}
outages told by each of them: ${reports.join(', ')}; none of them ended
settled when it came back: ${settledBefore} of ${ids.length} tickets
all connected again after ${recovered.toFixed(1)} s, all ${ids.length} tickets in review after ${done.toFixed(0)} s, none lost, none twice
`);
