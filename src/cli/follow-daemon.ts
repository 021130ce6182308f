import type { Daemon, DaemonOptions, House, Outcome } from '../app/house.ts';
import type { Event, Observe } from '../domain/event.ts';
import { forLine } from '../domain/untrusted.ts';
import type { Output } from './output.ts';
import { openProgress } from './progress.ts';
import type { Session } from './session.ts';

export type Wanted = Pick<DaemonOptions, 'once' | 'only' | 'concurrency' | 'server'>;

type Begin = (options: Pick<DaemonOptions, 'console' | 'observe'>) => Promise<Daemon>;

/** Runs the daemon in the foreground until it has ended, showing what happens. The first interruption asks it to end, the second to end at once. */
export function followDaemon(session: Session, house: House, wanted: Wanted): Promise<Outcome> {
  return followUntilEnded(session, (options) => house.start({ ...wanted, ...options }));
}

/** The same with whatever `begin` brings to work. */
export async function followUntilEnded(session: Session, begin: Begin): Promise<Outcome> {
  const { output, signal, hurry, stderr } = session;
  const progress = openProgress(session);
  const held = holdBack(progress.observe);
  try {
    const console = output.verbose ? stderr : null;
    const daemon = await begin({ console, observe: held.observe });
    if (daemon.url !== null) await announce(daemon.url, daemon.invitation, output);
    held.release();
    const stop = (): void => {
      output.say('Ending: what runs comes to a safe point. Once more ends it at once.');
      daemon.stop();
    };
    const cut = (): void => daemon.stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    hurry.addEventListener('abort', cut, { once: true });
    try {
      return await daemon.ended;
    } finally {
      signal.removeEventListener('abort', stop);
      hurry.removeEventListener('abort', cut);
    }
  } finally {
    progress.end();
  }
}

/** Scripts wait for this line to learn the address, so no other address comes before it. */
async function announce(
  url: string,
  invitation: string | null,
  { json, print, printJson }: Output,
): Promise<void> {
  if (json) return printJson({ type: 'server:listening', url, invitation });
  await print(`ticketmill listening on ${url}`);
  if (invitation !== null) await print(`to act from its page, open once: ${invitation}`);
}

function holdBack(observe: Observe): { observe: Observe; release: () => void } {
  let held: Event[] | null = [];
  return {
    observe: (event) => {
      if (held === null) observe(event);
      else held.push(event);
    },
    release: () => {
      const early = held ?? [];
      held = null;
      early.forEach(observe);
    },
  };
}

/** What is left to say when all is done: tickets that stayed in todo, and why. */
export async function printOutcome({ settled, left }: Outcome, output: Output): Promise<void> {
  if (output.json) await output.printJson({ type: 'outcome', settled, left });
  for (const { file, reason } of left) output.say(forLine(`${file} stays in todo: ${reason}`, 500));
}

/** 1: a ticket failed · 3: nothing but an outage held tickets · 0 otherwise. */
export function exitCodeOf({ settled, left }: Outcome): number {
  if (settled.some(({ state }) => state === 'failed')) return 1;
  return left.length > 0 && left.every(({ outage }) => outage) ? 3 : 0;
}
