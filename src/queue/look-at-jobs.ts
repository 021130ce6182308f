import { Failure } from '../domain/failure.ts';
import type { Flight, Giving } from './flights.ts';
import { give, giveAnew } from './flights.ts';
import { atWork, usable } from './known-workers.ts';
import type { KnownWorker } from './wire.ts';
import { parseProgress, parseResult, wireVersion } from './wire.ts';

/** Milliseconds between two looks at the whole, which need no event. */
export const lookEvery = 3000;
/** Milliseconds for which a job may wait while there is no worker. */
const workerlessLimit = 60_000;
/** Looks between two searches for jobs that nobody waits for any more. */
const strayEvery = 10;

/** Whether a job has come to an end; one that Redis knows nothing of is given out anew. */
export async function look(giving: Giving, jobId: string): Promise<void> {
  const flight = giving.flights.get(jobId);
  if (flight?.standing !== 'given') return;
  try {
    const state = await giving.board.find(jobId);
    // Another look came first, and it has another id by now.
    if (!giving.flights.has(jobId)) return;
    if (state.kind === 'done') flight.ended.resolve(parseResult(state.answer));
    else if (state.kind === 'lost') await giveAnew(giving, flight);
    else if (state.kind === 'dead')
      flight.ended.reject(new Failure('WORKER_LOST', `No worker came to an end with it: ${state.reason}.`));
  } catch (error) {
    // Without an answer nothing is known; what is answered and cannot be read is known to be useless.
    if (error instanceof Failure && error.code === 'INTERNAL') flight.ended.reject(error);
  }
}

export async function keepLooking(giving: Giving, signal: AbortSignal): Promise<void> {
  const { clock } = giving.options;
  for (let round = 1; await passes(clock.wait(lookEvery, signal)); round += 1) await lookAtAll(giving, round);
}

/** Whether it came to its end, and was not cut short. */
function passes(waiting: Promise<void>): Promise<boolean> {
  return waiting.then(
    () => true,
    () => false,
  );
}

export async function lookAtAll(giving: Giving, round: number): Promise<void> {
  const { board, options, flights } = giving;
  try {
    const [counts] = await Promise.all([board.count(), announce(giving)]);
    Object.assign(giving.view, counts, { isConnected: true });
    giving.outage = null;
    noteWorkers(giving);
    for (const flight of [...flights.values()])
      if (flight.standing === 'refused') await give(giving, flight);
      else await look(giving, flight.jobId);
    if (round % strayEvery === 0)
      for (const jobId of await board.openJobs(options.coordinator))
        if (!flights.has(jobId)) await board.callOff(jobId);
  } catch (error) {
    giving.view.isConnected = false;
    giving.outage = error instanceof Failure ? error : new Failure('INTERNAL', String(error));
  }
}

/** A job that no worker will take is the coordinator's again: its ticket goes back to where people see it. */
function noteWorkers(giving: Giving): void {
  const now = giving.options.clock.monotonic();
  if (atWork(giving.view.workers).length > 0) giving.workerlessSince = null;
  else giving.workerlessSince ??= now;
  const since = giving.workerlessSince;
  if (since === null || now - since < workerlessLimit) return;
  for (const { ended } of giving.flights.values()) ended.reject(noWorker(giving.view.workers));
}

/** Writes, and so fails where nothing could be given out. */
async function announce({ board, options }: Giving): Promise<void> {
  const { coordinator, version, spentToday } = options;
  await board.announce(coordinator, { version, spentToday: spentToday() });
}

export function hear(giving: Giving, flight: Flight | undefined, told: unknown): void {
  const { options } = giving;
  if (flight === undefined) return;
  const { identity, runId } = flight.given.order;
  const progress = parseProgress(told, { taskId: identity.id, runId, key: identity.key });
  if (progress === null) return;
  for (const event of progress.events) options.observe(event);
  if (progress.spent.requests <= flight.spent.requests) return;
  flight.spent = progress.spent;
  // Before its next call of a model that costs money a worker asks what all of them have spent.
  flight
    .onSpent(progress.spent)
    .then(() => announce(giving))
    .catch(() => undefined);
}

export function objection({ outage, view }: Giving): Failure | null {
  return outage ?? (usable(view.workers).length === 0 ? noWorker(view.workers) : null);
}

function noWorker(workers: readonly KnownWorker[]): Failure {
  const others = workers
    .filter(({ wire }) => wire !== wireVersion)
    .map(({ id, version }) => `${id} ${version}`);
  const who = others.length === 0 ? '' : `; ${others.join(', ')} speak another version of the queue`;
  return new Failure('NO_WORKER', `No worker is connected to the queue${who}.`);
}
