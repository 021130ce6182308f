import type { Observe } from '../domain/event.ts';
import type { Notice } from '../domain/notice.ts';
import { noticeOf } from '../domain/notice.ts';
import type { Channel } from './channel.ts';
import type { OutboxOptions } from './outbox.ts';
import { openOutbox } from './outbox.ts';

export type NotifierOptions = OutboxOptions & {
  channels: readonly Channel[];
  redact: (text: string) => string;
};

export type Notifier = {
  observe: Observe;
  /** Sends what is left; within `closeMs`, for nobody should wait for a mail server to end a daemon. */
  close(): Promise<void>;
};

/** Milliseconds that closing takes at most. */
const closeMs = 3000;

/** Tells people through every channel what that channel is for. Nothing here is ever waited for by a ticket. */
export function openNotifier({ channels, redact, ...options }: NotifierOptions): Notifier {
  const outboxes = channels.map((channel) => ({ channel, outbox: openOutbox(channel, options) }));
  return {
    observe(event) {
      const notice = noticeOf(event, options.clock.now().toISOString());
      if (notice === null) return;
      const clean = cleaned(notice, redact);
      for (const { channel, outbox } of outboxes) if (channel.on.includes(notice.topic)) outbox.put(clean);
    },
    async close() {
      await Promise.all(outboxes.map(({ outbox }) => outbox.close(closeMs)));
    },
  };
}

function cleaned(notice: Notice, redact: (text: string) => string): Notice {
  const { ticket } = notice;
  const file = ticket?.file ?? null;
  return {
    ...notice,
    text: redact(notice.text),
    ticket: ticket === null ? null : { id: redact(ticket.id), file: file === null ? null : redact(file) },
  };
}
