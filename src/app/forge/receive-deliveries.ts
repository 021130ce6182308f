import type { Inbox } from '../../forge/inbox.ts';
import { isSigned, translateDelivery } from '../../forge/webhook.ts';
import type { Received, WebhookSource } from '../../http/routes/webhook.ts';
import type { Desk } from './open-desks.ts';
import type { Rooms } from '../open-rooms.ts';

type Receiving = { inbox: Inbox; desks: readonly Desk[]; onAccepted: (desk: Desk) => void };

/** Verifies deliveries, says what they mean, and has them on disk before they are answered. Null without a secret. */
export function receiveDeliveries(
  { loaded, observers }: Pick<Rooms, 'loaded' | 'observers'>,
  { inbox, desks, onAccepted }: Receiving,
): WebhookSource | null {
  const { secrets, config } = loaded;
  const { enabled, path, events, triggerLabel } = config.webhook;
  const known = [secrets.GITHUB_WEBHOOK_SECRET, secrets.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter(
    (each) => each !== undefined,
  );
  if (!enabled || known.length === 0) return null;

  async function receive({
    id,
    event,
    signature,
    body,
  }: Parameters<WebhookSource['receive']>[0]): Promise<Received> {
    if (!isSigned(body, signature, known))
      return { outcome: 'unsigned', reason: 'The signature is missing or wrong.' };
    if (id === '' || event === '')
      return { outcome: 'refused', reason: 'The delivery has no id or no event.' };
    const payload = parse(body);
    if (payload === undefined) return { outcome: 'refused', reason: 'The body is no JSON in UTF-8.' };
    const desk = deskFor(payload, desks);
    const repository = desk === undefined ? '' : nameOf(desk);
    const read = translateDelivery(event, payload, { repository, triggerLabel, events });
    if (read.kind === 'refused')
      return { outcome: 'refused', reason: `This is no delivery of ${event}: ${read.reason}.` };
    if (read.kind === 'ignored') return { outcome: 'ignored', reason: `Ignored: ${read.reason}.` };
    if (desk === undefined || read.signal.type === 'ping')
      return { outcome: 'ignored', reason: 'A ping: deliveries arrive.' };
    const signal = desk.repo === null ? read.signal : { ...read.signal, repo: desk.repo };
    const outcome = await inbox.accept({ id, event, body }, signal);
    if (outcome === 'accepted') onAccepted(desk);
    return { outcome };
  }

  return {
    path,
    async receive(delivery) {
      const received = await receive(delivery);
      observers.metrics.countDelivery(delivery.event, received.outcome);
      return received;
    },
  };
}

/** The same `owner/name` may be on two servers, as a mirror is. */
function deskFor(payload: unknown, desks: readonly Desk[]): Desk | undefined {
  const { repository } = (payload ?? {}) as {
    repository?: { full_name?: unknown; html_url?: unknown } | null;
  };
  const full = repository?.full_name;
  const name = typeof full === 'string' ? full.toLowerCase() : '';
  const named = desks.filter((desk) => nameOf(desk).toLowerCase() === name);
  const page = repository?.html_url;
  const at = typeof page === 'string' ? URL.parse(page)?.hostname : undefined;
  // GitHub's API has a host of its own.
  return (
    named.find(({ hosted }) => new URL(hosted.baseUrl).hostname.replace(/^api\./, '') === at) ?? named[0]
  );
}

function nameOf({ hosted }: Desk): string {
  return `${hosted.place.owner}/${hosted.place.repo}`;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
