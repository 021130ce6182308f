import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';

/** The queue to other machines at this moment; `returned` and `lost` since the start. */
export type QueueGauges = {
  isConnected: boolean;
  waiting: number;
  active: number;
  workers: number;
  /** Places at which changes are made, and such at which they could be. */
  busy: number;
  free: number;
  returned: number;
  lost: number;
};

/** Shows nothing of a queue until there is one. */
export function queueGauges(registry: Registry): (now: QueueGauges) => void {
  let meters: ReturnType<typeof createMeters> | null = null;
  return ({ isConnected, waiting, active, workers, busy, free, returned, lost }) => {
    meters ??= createMeters(registry);
    meters.connected.set(isConnected ? 1 : 0);
    meters.jobs.set({ state: 'waiting' }, waiting);
    meters.jobs.set({ state: 'active' }, active);
    meters.workers.set(workers);
    meters.slots.set({ state: 'busy' }, busy);
    meters.slots.set({ state: 'free' }, free);
    for (const [counter, total] of [[meters.returned, returned] as const, [meters.lost, lost] as const]) {
      counter.reset();
      counter.inc(total);
    }
  };
}

function createMeters(registry: Registry) {
  const named = (name: string, help: string) => ({ name: `ticketmill_${name}`, help, registers: [registry] });
  return {
    connected: new Gauge(named('queue_connected', 'Whether Redis takes what is given out')),
    jobs: new Gauge({ ...named('queue_jobs', 'Jobs in Redis by state'), labelNames: ['state'] }),
    workers: new Gauge(named('workers', 'Workers that are connected and take jobs')),
    slots: new Gauge({
      ...named('worker_slots', 'Changes that the workers can make at the same time'),
      labelNames: ['state'],
    }),
    returned: new Counter(named('queue_jobs_returned_total', 'Jobs given to another worker after a silence')),
    lost: new Counter(named('queue_jobs_lost_total', 'Jobs given out anew because Redis had lost them')),
  };
}
