import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The open connections of a server, which never has more than `most`. Before it is full, the one that has been without
 * a question for longest is cut, those first that never asked: whoever hoards connections loses his own, and the next
 * one to come is still heard. Where all of them wait for an answer, a new one is refused.
 */
export function followConnections(server: Server, most: number): ReadonlySet<Socket> {
  server.maxConnections = most;
  const open = new Set<Socket>();
  // In the order in which they fell silent.
  const [neverAsked, idle] = [new Set<Socket>(), new Set<Socket>()];
  server.on('connection', (socket) => {
    open.add(socket);
    neverAsked.add(socket);
    socket.on('close', () => [open, neverAsked, idle].forEach((kind) => kind.delete(socket)));
    if (open.size >= most) cutFirst(neverAsked.size > 1 ? neverAsked : idle);
  });
  server.on('request', ({ socket }, response) => {
    neverAsked.delete(socket);
    idle.delete(socket);
    response.on('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });

  function cutFirst(waiting: Set<Socket>): void {
    const [first] = waiting;
    first?.destroy();
    for (const kind of [open, waiting]) if (first !== undefined) kind.delete(first);
  }

  return open;
}
