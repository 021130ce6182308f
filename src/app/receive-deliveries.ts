import type { Inbox } from '../forge/inbox.ts';
import type { Signal } from '../domain/signal.ts';
import { isSigned, translateDelivery } from '../forge/webhook.ts';
import type { Received, WebhookSource } from '../http/routes/webhook.ts';
import type { Rooms } from './open-rooms.ts';

/** Verifies deliveries, says what they mean, and has them on disk before they are answered. Null without a secret. */
export function receiveDeliveries(
  { loaded, forge, elsewhere, observers }: Rooms,
  { inbox, onAccepted }: { inbox: Inbox; onAccepted: () => void },
): WebhookSource | null {
  const { secrets, config } = loaded;
  const { enabled, path, events, triggerLabel } = config.webhook;
  const known = [secrets.GITHUB_WEBHOOK_SECRET, secrets.GITHUB_WEBHOOK_SECRET_PREVIOUS].filter(
    (each) => each !== undefined,
  );
  if (!enabled || known.length === 0) return null;
  const others = [...elsewhere].map(([name, each]) => [name, nameOf(each.forge)] as const);

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
    const repo = others.find(([, name]) => name !== null && isAbout(payload, name))?.[0];
    const repository = others.find(([name]) => name === repo)?.[1] ?? nameOf(forge) ?? '';
    const read = translateDelivery(event, payload, { repository, triggerLabel, events });
    if (read.kind === 'refused')
      return { outcome: 'refused', reason: `This is no delivery of ${event}: ${read.reason}.` };
    if (read.kind === 'ignored' || read.signal.type === 'ping') return { outcome: 'ignored' };
    const signal = repo === undefined ? read.signal : ofAnother(read.signal, repo);
    if (signal === null) return { outcome: 'ignored' };
    const outcome = await inbox.accept({ id, event, body }, signal);
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

/** `owner/name` on its forge; null where that has no server. */
function nameOf({ hosted }: Rooms['forge']): string | null {
  return hosted === null ? null : `${hosted.place.owner}/${hosted.place.repo}`;
}

function isAbout(payload: unknown, name: string): boolean {
  const { repository } = payload as { repository?: { full_name?: unknown } | null };
  return String(repository?.full_name).toLowerCase() === name.toLowerCase();
}

/** Issues and commands are those of the root's own repository. */
function ofAnother(signal: Signal, repo: string): Signal | null {
  return signal.type === 'pull-request' || signal.type === 'commit' ? { ...signal, repo } : null;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
