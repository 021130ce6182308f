import { connect, createServer } from 'node:net';
import { joinSockets, type Way } from './open-relay.ts';

/** A way to a model server and to nothing else; `url` is its address as the program sees it. */
export function forwardServer(server: string): Way & { url: string } {
  const { hostname, port: written, protocol } = new URL(server);
  const port = written === '' ? (protocol === 'https:' ? 443 : 80) : Number(written);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    server: createServer((inner) => joinSockets(inner, connect(port, hostname.replace(/^\[(.*)\]$/, '$1')))),
  };
}
