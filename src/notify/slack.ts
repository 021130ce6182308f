import type { Topic } from '../domain/notice.ts';
import type { Channel } from './channel.ts';
import { post } from './post.ts';
import { linesOf, subjectOf } from './word-notices.ts';

/** Sends to an incoming webhook of Slack, or of a chat that understands the same. `url` is a secret. */
export function openSlack({ url, on }: { url: string; on: readonly Topic[] }): Channel {
  return {
    name: 'slack',
    on,
    async send(batch, signal) {
      const text = [`*${escape(subjectOf(batch))}*`, ...linesOf(batch).map((line) => `• ${escape(line)}`)];
      // Nothing in it is looked up by Slack: foreign addresses should not be visited for being mentioned.
      const body = { text: text.join('\n'), unfurl_links: false, unfurl_media: false };
      await post({ what: 'Slack', url, body: JSON.stringify(body) }, signal);
    },
  };
}

/** Without it, `<!channel>` in a ticket would call everybody, and `<https://…|text>` would hide where it leads. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
