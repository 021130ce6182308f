import { aborted, connect } from './connect.ts';
import type { ControlAddress } from './control-address.ts';
import { prove, readToken } from './control-token.ts';
import type { Answer } from './wire.ts';
import { answerSchema, maxLineBytes, parseLine, refuse, toLine } from './wire.ts';

export type Command = { id: string; command: string; args: unknown };

/**
 * Sends one command to the daemon and waits for its answer until the signal fires. Null when no daemon runs; what
 * the daemon refuses, and a daemon that does not answer, is an answer that is not ok.
 */
export async function sendCommand(
  address: ControlAddress,
  command: Command,
  { greetingWithinMs = 2_000, signal }: { greetingWithinMs?: number; signal: AbortSignal },
): Promise<Answer | null> {
  const connection = await connect(address.path, { greetingWithinMs, signal });
  if (connection === null) return null;
  const { socket, greeting, lines } = connection;
  const stop = (): void => void socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const token = await readToken(address.tokenFile);
    if (greeting === null || token === null)
      return refuse(command.id, 'NO_ANSWER', 'something holds the lock and does not answer as ticketmill', 3);
    const line = toLine({ ...command, proof: prove(token, greeting.challenge) });
    if (Buffer.byteLength(line) > maxLineBytes)
      return refuse(command.id, 'BAD_REQUEST', `the request is larger than ${maxLineBytes} bytes`, 2);
    socket.write(line);
    const next = await Promise.race([nextLine(lines), aborted(signal)]);
    signal.throwIfAborted();
    const answer = next === null ? null : parseLine(next, answerSchema);
    return answer ?? refuse(command.id, 'NO_ANSWER', 'the daemon ended before it answered', 3);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}

/** Null when the connection ended, in whatever way, before a whole line came. */
async function nextLine(lines: AsyncGenerator<string>): Promise<string | null> {
  try {
    const next = await lines.next();
    return next.done === true ? null : next.value;
  } catch {
    return null;
  }
}
