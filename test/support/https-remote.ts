import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';

/**
 * What the server does with a request: works, refuses with a status, takes it in and is silent, cuts the line in the
 * middle of what is sent, does what it is told and cuts the line before it answers, or finds that its disk is full.
 */
export type Doing = 'work' | 'fall silent' | 'cut' | 'do it and cut' | 'have no room' | number;

/** What git asks for in a push, in its order. */
export type Step = 'look' | 'greet' | 'send';

export type HttpsRemote = {
  url: string;
  /** Authority that signed the server's certificate. */
  certificate: string;
  /** Every request, as it came. */
  heard: { step: Step; authorization: string | null }[];
  close: () => Promise<void>;
};

/** A bare repository over git's own protocol and TLS; null where there is no openssl to make a certificate with. */
export async function serveRepository(
  remote: string,
  decide: (step: Step, time: number) => Doing,
): Promise<HttpsRemote | null> {
  const certificate = join(dirname(remote), 'certificate.pem');
  const key = join(dirname(remote), 'key.pem');
  if (!makeCertificate(key, certificate)) return null;
  execFileSync('git', ['-C', remote, 'config', 'http.receivepack', 'true']);
  const heard: HttpsRemote['heard'] = [];
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  const server = createServer(options, (request, response) => {
    const step = stepOf(request);
    heard.push({ step, authorization: request.headers.authorization ?? null });
    const doing = decide(step, heard.filter((each) => each.step === step).length);
    answer(doing, { remote, request, response });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `https://127.0.0.1:${port}/${basename(remote)}`;
  return { url, certificate, heard, close: () => closeAll(server) };
}

function makeCertificate(key: string, certificate: string): boolean {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

function stepOf({ method, url = '' }: IncomingMessage): Step {
  if (!url.includes('git-receive-pack')) return 'look';
  return method === 'POST' ? 'send' : 'greet';
}

type Exchange = { remote: string; request: IncomingMessage; response: ServerResponse };

function answer(doing: Doing, { remote, request, response }: Exchange): void {
  switch (doing) {
    case 'work':
    case 'have no room':
    case 'do it and cut': {
      const program = doing === 'have no room' ? `ulimit -f 0; ${backend}` : backend;
      serve(program, { remote, request }, (text) => {
        if (doing === 'do it and cut') request.socket.destroy();
        else send(response, text);
      });
      return;
    }
    case 'cut':
      request.once('data', () => request.socket.destroy());
      return;
    case 'fall silent':
      request.resume();
      return;
    default:
      request.resume();
      response.writeHead(doing).end('no');
  }
}

const backend = 'exec git http-backend';

/** As a web server runs git's own program for this: a request's head in the environment, its body on standard input. */
function serve(
  program: string,
  { remote, request }: Pick<Exchange, 'remote' | 'request'>,
  done: (text: Buffer) => void,
): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    GIT_PROJECT_ROOT: dirname(remote),
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method ?? '',
    PATH_INFO: path,
    QUERY_STRING: query,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const child = spawn('sh', ['-c', program], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.once('close', () => done(Buffer.concat(pieces)));
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
}

function send(response: ServerResponse, text: Buffer): void {
  const end = text.indexOf('\r\n\r\n');
  const head = text.subarray(0, end).toString('latin1').split('\r\n');
  const fields = head.map((line) => line.split(': ', 2) as [string, string]);
  const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
  for (const [name, value] of fields) if (name !== 'Status') response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10)).end(text.subarray(end + 4));
}

function closeAll(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
