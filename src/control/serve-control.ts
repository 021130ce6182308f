import { randomBytes } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { isProof } from './control-token.ts';
import { readLines } from './read-lines.ts';
import type { Answer } from './wire.ts';
import { answerError, maxLineBytes, parseLine, refuse, requestSchema, toLine } from './wire.ts';

/** Acts on a command; what it returns must survive JSON. The signal fires when the lock is given up. */
export type Handler = (args: unknown, signal: AbortSignal) => Promise<unknown>;
export type Handlers = Readonly<Record<string, Handler>>;

export type ControlService = {
  token: string;
  /** Requests wait until the handlers are there. */
  handlers: Promise<Handlers>;
  /** Milliseconds a connection may say nothing. */
  idleMs: number;
  signal: AbortSignal;
};

/** Answers every connection of a server: a greeting, then one answer a request, in order. */
export function serveControl(server: Server, service: ControlService): void {
  const { signal } = service;
  server.on('connection', (socket) => {
    let busy = false;
    const leave = (): void => {
      if (!busy) socket.destroy();
    };
    signal.addEventListener('abort', leave, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', leave));
    // A peer that goes away is its own affair.
    socket.on('error', () => socket.destroy());
    socket.on('timeout', () => socket.destroy());
    socket.setTimeout(service.idleMs);
    const mind = (now: boolean): void => {
      busy = now;
      socket.setTimeout(now ? 0 : service.idleMs);
      if (!now && signal.aborted) socket.end();
    };
    void converse(socket, service, mind).catch(() => socket.destroy());
  });
}

async function converse(
  socket: Socket,
  service: ControlService,
  mind: (busy: boolean) => void,
): Promise<void> {
  const challenge = randomBytes(32).toString('hex');
  socket.write(toLine({ pid: process.pid, challenge }));
  for await (const line of readLines(socket, maxLineBytes)) {
    mind(true);
    const answer = await answerLine(line, challenge, service);
    socket.write(toLine(answer));
    mind(false);
  }
}

async function answerLine(line: string, challenge: string, service: ControlService): Promise<Answer> {
  const request = parseLine(line, requestSchema);
  if (request === null) return refuse('', 'BAD_REQUEST', 'expected one JSON request a line', 2);
  const { id, command, args, proof } = request;
  if (!isProof(proof, service.token, challenge))
    return refuse(id, 'UNAUTHORISED', 'the request does not prove that it comes from this installation', 3);
  try {
    const handlers = await service.handlers;
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined) return refuse(id, 'UNKNOWN_COMMAND', `there is no command ${command}`, 2);
    return { id, ok: true, result: (await handler(args, service.signal)) ?? null };
  } catch (error) {
    return answerError(id, error);
  }
}
