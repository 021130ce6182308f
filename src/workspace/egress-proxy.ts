import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Target } from './allowed-hosts.ts';
import { bare, findAllowed, readAllowed, readAuthority, refuseAddress } from './allowed-hosts.ts';
import { joinSockets } from './open-relay.ts';
import { takeTurns } from './take-turns.ts';

export type Egress = {
  /** As in `sandbox.allowedHosts`. */
  hosts: readonly string[];
  /** Every address of a name; rejects where it has none. The system's own answer unless told. */
  resolve?: (host: string) => Promise<LookupAddress[]>;
  /** Told once of each host that was asked for and is not to be reached. */
  onRefused: (reason: string) => void;
};

/** A proxy to the listed hosts and to nothing else: for http, and by CONNECT for whatever has its own cipher. */
export function createEgressProxy(egress: Egress): Server {
  const admit = doorkeeper(egress);
  // Whoever asks is the model's: nothing it says may end more than its own connection.
  const server = createServer((asked, answer) => {
    forward(asked, answer, admit).catch(() => answer.destroy());
  });
  return server.on('connect', (asked, inner, head) => {
    tunnel({ asked, inner, head }, admit).catch(() => inner.destroy());
  });
}

/** What may be connected to: `lookup` gives the addresses that were checked, so that the name can't come to mean others. */
type Passed = { host: string; port: number; lookup: LookupFunction };
type Refused = { status: 400 | 403 | 502; reason: string };
type Admit = (target: Target | null) => Promise<Passed | Refused>;

/** Who asks for more is playing: a program makes up names faster than anybody reads them. */
const mostTold = 100;

function doorkeeper({ hosts, resolve = allAddresses, onRefused }: Egress): Admit {
  const allowed = readAllowed(hosts);
  // The system resolves names where it reads files as well: one at a time leaves room for those.
  const turns = takeTurns();
  const told = new Set<string>();
  const refuse = (name: string, reason: string): Refused => {
    if (!told.has(name) && told.size < mostTold) onRefused(reason);
    if (told.size < mostTold) told.add(name);
    return { status: 403, reason };
  };
  return async (target) => {
    if (target === null) return { status: 400, reason: 'this proxy is asked for a host and a port' };
    const { host, port } = target;
    const name = `${host}:${port}`;
    const listed = findAllowed(allowed, target);
    if (listed === null) return refuse(name, `${name} is not in sandbox.allowedHosts (${hosts.join(', ')})`);
    const addresses = await turns(() => resolve(bare(host))).catch(() => []);
    if (addresses.length === 0) return { status: 502, reason: `${host} has no address` };
    for (const { address } of addresses) {
      const reason = refuseAddress(address, { host, listed });
      if (reason !== null) return refuse(name, `${name} leads to ${address}, ${reason}`);
    }
    return { host: bare(host), port, lookup: answering(addresses) };
  };
}

function allAddresses(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true });
}

function answering(addresses: readonly LookupAddress[]): LookupFunction {
  const [first] = addresses;
  return (_host, { all }, done) => {
    if (all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

type Asking = { asked: IncomingMessage; inner: Duplex; head: Buffer };

async function tunnel({ asked, inner, head }: Asking, admit: Admit): Promise<void> {
  inner.on('error', () => inner.destroy());
  const read = readAuthority(asked.url ?? '');
  const found = await admit(read?.port == null ? null : { host: read.host, port: read.port });
  if ('reason' in found) {
    inner.end(answerText(found));
    return;
  }
  if (inner.destroyed) return;
  const outer = connect(found);
  const fail = (error: Error): unknown => inner.end(answerText(unreachable(found, error)));
  outer.once('error', fail).once('connect', () => {
    outer.off('error', fail);
    inner.write('HTTP/1.1 200 Connection established\r\n\r\n');
    outer.write(head);
    joinSockets(inner, outer);
  });
  inner.once('close', () => outer.destroy());
}

function answerText({ status, reason }: Refused): string {
  const text = `${reason}\n`;
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain\r\nConnection: close`;
  return `${head}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

function unreachable({ host, port }: Passed, error: Error): Refused {
  const { code } = error as NodeJS.ErrnoException;
  return { status: 502, reason: `${host}:${port} cannot be reached${code === undefined ? '' : `: ${code}`}` };
}

async function forward(asked: IncomingMessage, answer: ServerResponse, admit: Admit): Promise<void> {
  const [, authority = '', path = '/'] = /^http:\/\/([^/?#]*)([/?].*)?$/i.exec(asked.url ?? '') ?? [];
  const read = readAuthority(authority);
  const found = await admit(read === null ? null : { host: read.host, port: read.port ?? 80 });
  if ('reason' in found) {
    refuse(answer, found);
    return;
  }
  const upstream = request({
    ...found,
    method: asked.method,
    path: path.startsWith('/') ? path : `/${path}`,
    headers: { ...endToEnd(asked.headers), host: authority },
    agent: false,
    setHost: false,
  });
  answer.once('close', () => upstream.destroy());
  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      upstream.once('response', resolve).once('error', reject),
    );
    await Promise.all([pipeline(asked, upstream), passOn(answered, answer)]);
  } catch (error) {
    if (answer.headersSent) answer.destroy();
    else refuse(answer, unreachable(found, error as Error));
  }
}

async function passOn(answered: Promise<IncomingMessage>, answer: ServerResponse): Promise<void> {
  const from = await answered;
  answer.writeHead(from.statusCode ?? 502, endToEnd(from.headers));
  await pipeline(from, answer);
}

function refuse(answer: ServerResponse, { status, reason }: Refused): void {
  answer.writeHead(status, reason, { 'Content-Type': 'text/plain', Connection: 'close' }).end(`${reason}\n`);
}

const betweenTwo = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Without what concerns only the two that speak with each other. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !betweenTwo.has(name) && !named.has(name)),
  );
}
