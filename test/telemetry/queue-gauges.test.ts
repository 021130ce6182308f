import { describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../src/telemetry/metrics.ts';

describe('the queue to other machines', () => {
  const rest = {
    circuits: {},
    disks: {},
    tickets: { todo: 0, processing: 0, review: 0, done: 0, failed: 0 },
    queueDepth: 0,
    agents: { working: 0, allowed: 1 },
  };
  const queue = {
    isConnected: true,
    waiting: 1,
    active: 3,
    workers: 2,
    busy: 3,
    free: 2,
    returned: 1,
    lost: 0,
  };

  it('is shown where there is one, with totals that are set and not added up', async () => {
    const metrics = createMetrics({ collectDefault: false });
    metrics.setGauges(rest);
    expect(await metrics.text()).not.toContain('ticketmill_workers');

    metrics.setGauges({ ...rest, queue });
    metrics.setGauges({ ...rest, queue: { ...queue, isConnected: false, returned: 2 } });

    const lines = (await metrics.text()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'ticketmill_queue_connected 0',
        'ticketmill_queue_jobs{state="waiting"} 1',
        'ticketmill_queue_jobs{state="active"} 3',
        'ticketmill_workers 2',
        'ticketmill_worker_slots{state="busy"} 3',
        'ticketmill_worker_slots{state="free"} 2',
        'ticketmill_queue_jobs_returned_total 2',
        'ticketmill_queue_jobs_lost_total 0',
      ]),
    );
  });
});
