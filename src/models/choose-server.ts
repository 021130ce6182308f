import { Failure } from '../domain/failure.ts';
import type { FailureCode } from '../domain/failure.ts';
import { mayDifferElsewhere } from './faults.ts';
import type { ModelServer } from './model-server.ts';

/**
 * Calls the best server for a model, and the next one when that fails in a way that may differ there. Throws the
 * failure that says most about what to do.
 */
export async function onSomeServer<T>(
  servers: readonly ModelServer[],
  name: string,
  call: (server: ModelServer) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const failures: Failure[] = [];
  for (const server of inOrder(servers, name)) {
    const doubt = server.fitness.doubt(name);
    const outcome = doubt ?? (await attempt(server, call, signal));
    if (!(outcome instanceof Failure)) return outcome.result;
    if (doubt === null) remember(server, name, outcome);
    if (!mayDifferElsewhere(outcome.code)) throw outcome;
    failures.push(outcome);
  }
  throw mostTelling(failures) ?? noServers();
}

/** Servers that are known to have the model go first, then the least busy; the order of the config decides a tie. */
export function inOrder(servers: readonly ModelServer[], name: string): ModelServer[] {
  return servers
    .map((server) => ({ server, has: rankOf(server.shelf.has(name)), load: server.slots.load() }))
    .toSorted((a, b) => a.has - b.has || a.load - b.load)
    .map(({ server }) => server);
}

/** One that does not list it is still asked, after the others: the list may be old. */
function rankOf(has: boolean | null): number {
  return has === true ? 0 : has === null ? 1 : 2;
}

/** A failure of the catalogue is one server's answer; the caller's abort and our own bugs are not. */
async function attempt<T>(
  server: ModelServer,
  call: (server: ModelServer) => Promise<T>,
  signal: AbortSignal,
): Promise<{ result: T } | Failure> {
  try {
    return { result: await call(server) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) return error;
    throw error;
  }
}

function remember({ shelf, fitness, slots }: ModelServer, name: string, failure: Failure): void {
  shelf.forget(name);
  if (failure.code === 'MODEL_OUT_OF_MEMORY') fitness.mark(name, failure);
  if (failure.code === 'MODEL_OVERLOADED') slots.lower();
}

/** Said without trying; what was tried says more, and most of all what passes by itself. */
const untried: readonly FailureCode[] = ['MODEL_NOT_FOUND', 'MODEL_UNFIT', 'MODEL_CIRCUIT_OPEN'];

/** A ticket that waits for a server which may have the model is better than one that fails. */
function mostTelling(failures: readonly Failure[]): Failure | undefined {
  const rank = (failure: Failure): number =>
    untried.indexOf(failure.code) + 1 === 0
      ? failure.isInfrastructure
        ? 5
        : 4
      : untried.indexOf(failure.code);
  return failures.toSorted((a, b) => rank(b) - rank(a))[0];
}

export function noServers(): Failure {
  return new Failure('MODEL_UNREACHABLE', '`ollama.hosts` is empty; expected at least one address.');
}
