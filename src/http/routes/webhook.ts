import type { Request } from 'express';
import type { Attempts } from '../access/rate-limits.ts';
import type { Route } from '../route.ts';
import { defineRoute } from '../route.ts';
import { deliveryShape } from '../shapes/webhook.ts';
import { problemShape } from '../shapes/problem.ts';
import { sendProblem } from './problem.ts';

/** What came of a delivery, with why it has no effect, or what the sender did wrong. */
export type Received = Taken | { outcome: 'unsigned' | 'refused'; reason: string };

/** In order: there is nothing to send again. */
type Taken = { outcome: 'accepted' | 'duplicate' } | { outcome: 'ignored'; reason: string };

export type WebhookSource = {
  /** Path of the route, such as `/webhook`. */
  path: string;
  /** Returns once everything that must not be lost is on disk. */
  receive(delivery: { id: string; event: string; signature: string; body: Buffer }): Promise<Received>;
};

const mostBytes = 1024 * 1024;

/** Deliveries of a forge. What is not signed counts against its address; what is signed never does. */
export function webhookRoutes(source: WebhookSource | null, rejected: Attempts): Route[] {
  if (source === null) return [];
  return [
    defineRoute({
      method: 'post',
      path: source.path,
      name: 'receiveWebhook',
      summary: 'Takes a delivery of GitHub, Gitea or Forgejo.',
      access: 'everyone',
      answers: {
        202: { shape: deliveryShape },
        ...Object.fromEntries([400, 401, 413, 415, 429].map((status) => [status, { shape: problemShape }])),
      },
      async handle(_asked, response, request) {
        const body = await readWhole(request);
        const received =
          body.status === 200 ? await source.receive({ ...headersOf(request), body: body.bytes }) : body;
        if (isTaken(received)) {
          response.status(202).json(received);
          return;
        }
        // Behind a proxy all have one address: who sends rubbish must not shut out who signs.
        if (await rejected.areTooMany(request)) {
          const detail = 'Too many deliveries of this address were rejected.';
          sendProblem(response, { status: 429, detail });
          return;
        }
        await rejected.count(request);
        const status = 'status' in received ? received.status : received.outcome === 'unsigned' ? 401 : 400;
        sendProblem(response, { status, detail: received.reason });
      },
    }),
  ];
}

function isTaken(received: Received | Unfit): received is Taken {
  return 'outcome' in received && received.outcome !== 'unsigned' && received.outcome !== 'refused';
}

type Unfit = { status: 413 | 415; reason: string };
type Body = { status: 200; bytes: Buffer } | Unfit;

/** As it came, for the signature is over these bytes. Of what is too large the rest is taken and thrown away. */
async function readWhole(request: Request): Promise<Body> {
  const problem = unfit(request);
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (problem === null && size <= mostBytes) pieces.push(piece);
    if (size > mostDrained) break;
  }
  if (problem !== null) return problem;
  if (size > mostBytes) return { status: 413, reason: `Send at most ${mostBytes} bytes.` };
  return { status: 200, bytes: Buffer.concat(pieces) };
}

/** GitHub sends no more. */
const mostDrained = 25 * 1024 * 1024;

function unfit(request: Request): Unfit | null {
  if (request.is('application/json') === false || request.get('content-encoding') !== undefined)
    return { status: 415, reason: 'Send plain JSON, as content-type application/json.' };
  if (Number(request.get('content-length') ?? 0) > mostBytes)
    return { status: 413, reason: `Send at most ${mostBytes} bytes.` };
  return null;
}

/** Gitea and Forgejo send GitHub's headers besides their own. */
function headersOf(request: Request): { id: string; event: string; signature: string } {
  const first = (...names: string[]): string =>
    names.map((name) => request.get(name) ?? '').find((value) => value !== '') ?? '';
  return {
    id: first('x-github-delivery', 'x-gitea-delivery', 'x-forgejo-delivery').slice(0, 100),
    event: first('x-github-event', 'x-gitea-event', 'x-forgejo-event').slice(0, 100),
    signature: first('x-hub-signature-256', 'x-gitea-signature', 'x-forgejo-signature'),
  };
}
