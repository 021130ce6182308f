import type { Inbox } from '../forge/inbox.ts';
import { isSigned, translateDelivery } from '../forge/webhook.ts';
import type { Received, WebhookSource } from '../http/routes/webhook.ts';
import type { Rooms } from './open-rooms.ts';

/** Verifies deliveries, says what they mean, and has them on disk before they are answered. Null without a secret. */
export function receiveDeliveries(
  { loaded, forge, observers }: Rooms,
  { inbox, onAccepted }: { inbox: Inbox; onAccepted: () => void },
): WebhookSource | null {
  const { secrets, config } = loaded;
  const { enabled, path, events, triggerLabel } = config.webhook;
  const known = [secrets.GITHUB_WEBHOOK_SECRET, secrets.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter(
    (each) => each !== undefined,
  );
  if (!enabled || known.length === 0 || forge.hosted === null) return null;
  const { owner, repo } = forge.hosted.place;
  const rules = { repository: `${owner}/${repo}`, triggerLabel, events };

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
    const read = translateDelivery(event, payload, rules);
    if (read.kind === 'refused')
      return { outcome: 'refused', reason: `This is no delivery of ${event}: ${read.reason}.` };
    if (read.kind === 'ignored' || read.signal.type === 'ping') return { outcome: 'ignored' };
    const outcome = await inbox.accept({ id, event, body }, read.signal);
    if (outcome === 'accepted') onAccepted();
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

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
