import { createHmac } from 'node:crypto';
import type { Topic } from '../domain/notice.ts';
import type { Channel } from './channel.ts';
import { post } from './post.ts';
import { linesOf, subjectOf } from './word-notices.ts';

export type WebhookOptions = {
  url: string;
  on: readonly Topic[];
  /** Signs every delivery; null: unsigned. */
  secret: string | null;
  newId: () => string;
  now: () => Date;
};

/** Posts the notices as they are, signed as https://www.standardwebhooks.com says, so that a receiver can be sure. */
export function openWebhook({ url, on, secret, newId, now }: WebhookOptions): Channel {
  return {
    name: 'webhook',
    on,
    async send(batch, signal) {
      const time = now();
      const { notices, untold } = batch;
      const data = { subject: subjectOf(batch), lines: linesOf(batch), notices, untold };
      const body = JSON.stringify({ type: 'ticketmill.notices', timestamp: time.toISOString(), data });
      const id = newId();
      const timestamp = String(Math.floor(time.getTime() / 1000));
      const signed =
        secret === null ? {} : { 'webhook-signature': sign(secret, `${id}.${timestamp}.${body}`) };
      const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, ...signed };
      await post({ what: `The webhook of ${new URL(url).host}`, url, body, headers }, signal);
    },
  };
}

/** A secret of the form `whsec_…` stands for the bytes that its rest is the base64 of. */
function sign(secret: string, content: string): string {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
