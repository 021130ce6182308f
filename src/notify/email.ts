import type { Topic } from '../domain/notice.ts';
import type { Channel } from './channel.ts';
import { linesOf, subjectOf } from './word-notices.ts';

export type EmailOptions = {
  on: readonly Topic[];
  host: string;
  port: number;
  /** `starttls` sends nothing before the line is safe; `implicit` is safe from the first byte; `none` is for this machine. */
  encryption: 'starttls' | 'implicit' | 'none';
  /** Null: without a login. */
  user: string | null;
  password: string | null;
  from: string;
  to: readonly string[];
};

/** Milliseconds that a mail server may be silent. */
const patience = 15_000;

export function openEmail(options: EmailOptions): Channel {
  const { on, from, to, host } = options;
  return {
    name: 'email',
    on,
    async send(batch, signal) {
      signal.throwIfAborted();
      const transport = await openTransport(options);
      try {
        const text = linesOf(batch).join('\n\n');
        // Says that no person wrote it, so that no machine answers.
        const headers = { 'Auto-Submitted': 'auto-generated' };
        await transport.sendMail({ from, to: [...to], subject: subjectOf(batch), text, headers });
      } catch (error) {
        throw new Error(`The mail server ${host} did not take it: ${(error as Error).message}`, {
          cause: error,
        });
      } finally {
        transport.close();
      }
    },
  };
}

async function openTransport({ host, port, encryption, user, password }: EmailOptions) {
  // Loaded with the first mail: most daemons send none.
  const { createTransport } = await import('nodemailer');
  return createTransport({
    host,
    port,
    secure: encryption === 'implicit',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
