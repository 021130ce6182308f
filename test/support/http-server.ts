import { bestCircuit } from '../../src/domain/circuit.ts';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startServer, type RunningServer, type ServerOptions, type Sources } from '../../src/http/server.ts';

export type TestServer = RunningServer & { port: number; errors: unknown[]; warnings: string[] };

/** The real server on a free loopback port, over sources that answer for a healthy, idle daemon. */
export async function startTestServer(
  sources: Partial<Sources> = {},
  options: Partial<ServerOptions> = {},
): Promise<TestServer> {
  const errors: unknown[] = [];
  const warnings: string[] = [];
  let requests = 0;
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    sources: { ...idle, ...sources },
    newId: () => `request-${++requests}`,
    onError: (error) => errors.push(error),
    warn: (message) => warnings.push(message),
    ...options,
  });
  return { ...server, port: Number(new URL(server.url).port), errors, warnings };
}

/** Sends bytes as they are and returns all that comes back until the server closes the connection. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
  // A server that has heard enough may reset the connection; what it said until then is the answer.
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

const idle: Sources = {
  health: () =>
    Promise.resolve({
      status: 'ok',
      version: '1.2.3',
      uptime: 5,
      ollamaHealthy: true,
      queueSize: 0,
      queuePending: 0,
      processing: [],
    }),
  readiness: () => Promise.resolve({ ready: true, reasons: [] }),
  ollama: () => Promise.resolve({ status: 'ok', circuit: bestCircuit([]), hosts: [], models: [] }),
  metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
  stats: () =>
    Promise.resolve({
      system: { uptime: 5, ollamaHealthy: true, queueDepth: 0 },
      processing: { total: 0, successful: 0, failed: 0, successRate: 0, avgProcessingTime: 0 },
      models: {},
    }),
};
