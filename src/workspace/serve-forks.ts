/*
 * A program of its own: starts others for the process that started it, which has too much memory to do so quickly. When
 * that one is gone, whatever runs is ended.
 */
import { errorCode } from '../files/disk.ts';
import { runCommand } from './command.ts';
import type { FromForks, ToForks } from './fork-messages.ts';

const running = new Map<number, AbortController>();

function say(message: FromForks): void {
  if (process.connected) process.send?.(message);
}

async function run({ id, request }: Extract<ToForks, { request: unknown }>): Promise<void> {
  const stop = new AbortController();
  running.set(id, stop);
  let aborted = '';
  const onAborted = (stdout: string): void => void (aborted = stdout);
  try {
    say({ id, ran: await runCommand({ ...request, onAborted }, stop.signal) });
  } catch (error) {
    const code = errorCode(error);
    const message = error instanceof Error ? error.message : String(error);
    say(stop.signal.aborted ? { id, aborted } : { id, error: { message, ...(code === '' ? {} : { code }) } });
  }
  running.delete(id);
}

process.on('message', (message: ToForks) => {
  if ('abort' in message) running.get(message.id)?.abort();
  else void run(message);
});
process.on('disconnect', () => {
  for (const stop of running.values()) stop.abort();
});
// A service manager tells every process of a service; the work in hand comes to its end all the same.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
say({ ready: true });
