import type { ClientRequest, IncomingMessage } from 'node:http';

export type Client = {
  /** Resolves with the head of an answer, of whatever status; its body is read from it. */
  request(url: string, request: ClientInit): Promise<IncomingMessage>;
  /** Ends what is still open. */
  close(): void;
};

export type ClientInit = {
  method: string;
  headers: Record<string, string>;
  body: string | null;
  signal: AbortSignal;
};

/** Milliseconds that a connection is kept for the next request. */
const idleMs = 4000;

/**
 * Requests whose only limits are the time to connect, in milliseconds, and the signal: a server may send its headers
 * only with the first token, and Node's fetch would not wait. No redirect is followed.
 */
export function openClient(connectTimeout: number): Client {
  const agents = new Map<string, ReturnType<typeof agentOf>>();
  return {
    request: (url, { body, signal, ...init }) =>
      new Promise((resolve, reject) => {
        const { protocol } = new URL(url);
        const agent = agents.get(protocol) ?? agentOf(protocol);
        agents.set(protocol, agent);
        const sent = nodesOwn(protocol).request(url, { ...init, agent });
        sent.on('error', reject);
        sent.on('response', (response) => {
          // Whoever reads is told where it broke off; nobody else is.
          response.on('error', () => undefined);
          resolve(response);
        });
        const end = (): void => void sent.destroy();
        signal.addEventListener('abort', end, { once: true });
        sent.once('close', () => signal.removeEventListener('abort', end));
        if (signal.aborted) end();
        limitConnecting(sent, connectTimeout);
        sent.end(body ?? undefined);
      }),
    close: () => agents.forEach((agent) => agent.destroy()),
  };
}

/** Not imported: that would load all that Node can do with the web, its fetch as well. */
function nodesOwn(protocol: string) {
  return protocol === 'https:'
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http');
}

function agentOf(protocol: string) {
  return new (nodesOwn(protocol).Agent)({ keepAlive: true, timeout: idleMs });
}

function limitConnecting(sent: ClientRequest, ms: number): void {
  sent.once('socket', (socket) => {
    if (!socket.connecting) return;
    const late = Object.assign(new Error(`no connection within ${ms} ms`), { code: 'ETIMEDOUT' });
    const timer = setTimeout(() => sent.destroy(late), ms);
    const stop = (): void => clearTimeout(timer);
    socket.once(sent.protocol === 'https:' ? 'secureConnect' : 'connect', stop);
    socket.once('close', stop);
  });
}
