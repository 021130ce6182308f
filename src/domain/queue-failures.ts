import type { FailureEntry } from './failure-catalogue.ts';

/** Failures of the way between a coordinator and its workers. */
export const queueFailures = {
  QUEUE_UNREACHABLE: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'Start Redis, or correct `queue.url`; the tickets stay where they are and go on by themselves.',
  },
  QUEUE_REFUSED: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Give Redis more memory, make it writable, or set REDIS_PASSWORD, as its message says; the tickets go on by themselves.',
  },
  NO_WORKER: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Start `ticketmill worker` on a machine that reaches the same Redis, in the version of this daemon.',
  },
  WORKER_LOST: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'Workers died over this ticket again and again. Look at their logs and their memory; the ticket is taken again by itself.',
  },
  PARCEL_REFUSED: {
    errorType: 'environment',
    hint: 'What a worker sent is not what it said it made. Look at that worker, and at who can write to Redis.',
  },
} satisfies Record<string, FailureEntry>;
