import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeByHand } from './floor.ts';
import { median, quantile, timed } from './samples.ts';
import type { Site } from './site.ts';
import { openSite, ticketFile, ticketText } from './site.ts';

export type OneByOne = {
  overhead: { p50Ms: number; p95Ms: number; floorP50Ms: number; ratio: number };
  detection: { p50Ms: number; p99Ms: number; inPlaceP50Ms: number; debounceMs: number };
  prompt: { firstRequestTokens: number };
};

const tickets = 30;
const writtenInPlace = 6;
/** Caches of the process, of git and of the disk fill during the first few. */
const warmUp = 3;

/**
 * Tickets one after the other, in turns by the daemon and by a bare script with the same git and HTTP work, so that both
 * see the same machine: what a ticket costs beyond that, and how long one lies in `todo` before it is taken.
 */
export async function measureOneByOne(): Promise<OneByOne> {
  await using stack = new AsyncDisposableStack();
  const debounceMs = 200;
  const options = { config: { processing: { concurrency: 1, watchDebounce: debounceMs } } };
  const [site, byHand] = [await openSite(stack, options), await openSite(stack, options)];
  const daemon = site.start();
  await daemon.until('server:listening');
  const follow = async (index: number, arrive: () => Promise<void>) => {
    const isThis = ({ taskId }: { taskId: string }): boolean => taskId.toLowerCase() === `task-${index}`;
    await arrive();
    const dropped = performance.now();
    await daemon.until('ticket:claimed', isThis);
    const taken = performance.now();
    const { to, message } = await daemon.until('ticket:settled', isThis);
    if (to !== 'review') throw new Error(`${ticketFile(index)} went to ${to}: ${message}`);
    return { waited: taken - dropped, worked: performance.now() - taken };
  };
  const moved = [];
  const floor = [];
  for (let index = 1; index <= tickets; index++) {
    moved.push(await follow(index, () => site.drop(index)));
    const requests = site.chats.slice(-2).map(({ body }) => body);
    floor.push(await timed(() => makeByHand(byHand, index, requests)));
  }
  const inPlace = [];
  for (let index = tickets + 1; index <= tickets + writtenInPlace; index++)
    inPlace.push(await follow(index, () => writeHere(site, index)));
  await daemon.stop();

  const worked = moved.slice(warmUp).map((ticket) => ticket.worked);
  const waited = moved.slice(warmUp).map((ticket) => ticket.waited);
  const floorP50Ms = median(floor.slice(warmUp));
  return {
    overhead: {
      p50Ms: median(worked),
      p95Ms: quantile(worked, 0.95),
      floorP50Ms,
      ratio: median(worked) / floorP50Ms,
    },
    detection: {
      p50Ms: median(waited),
      p99Ms: quantile(waited, 0.99),
      inPlaceP50Ms: median(inPlace.map((ticket) => ticket.waited)),
      debounceMs,
    },
    prompt: { firstRequestTokens: tokensOf(site) },
  };
}

function writeHere(site: Site, index: number): Promise<void> {
  return writeFile(join(site.root, 'backlog/todo', ticketFile(index)), ticketText(index));
}

/** A token is counted as four characters of the request, as the model server of the bench does. */
function tokensOf({ chats }: Site): number {
  const [first] = chats;
  return first === undefined
    ? Number.NaN
    : Math.ceil(JSON.stringify([first.messages, first.tools]).length / 4);
}
