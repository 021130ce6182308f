import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TicketDetail } from '../../../shapes/tickets.ts';
import { plain } from '../format.ts';
import { useNews } from '../live.ts';

/** Characters of the model's talk that are kept in sight. */
const mostShown = 20_000;

/** What the model says, as it says it; nobody keeps that, so it begins when the view is opened. */
export function LiveOutput({
  ticketKey,
  running,
}: {
  ticketKey: string;
  running: TicketDetail['running'];
}): JSX.Element {
  const text = useTalk(ticketKey);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Who scrolled up to read is left where they are.
    if (below < 120) element.scrollTop = element.scrollHeight;
  }, [text]);
  const step = running === null || running.action === null ? '' : `Step ${running.step}: ${running.action}`;
  return h(
    'div',
    { class: 'live' },
    h(
      'p',
      { class: 'live-head' },
      h('span', { class: 'muted' }, plain(running?.model ?? '')),
      h('span', null, plain(step)),
    ),
    h(
      'pre',
      { class: 'output talk', ref: box, tabIndex: 0, role: 'region', 'aria-label': 'What the model writes' },
      text === '' ? 'Waiting for the model…' : plain(text),
    ),
  );
}

/** Pieces come faster than frames; those of one frame are drawn together. */
function useTalk(ticketKey: string): string {
  const [text, setText] = useState('');
  const waiting = useRef({ pieces: '', frame: 0 });
  useEffect(() => () => cancelAnimationFrame(waiting.current.frame), []);
  useNews(
    (news) => {
      if (!('event' in news) || news.event.type !== 'model:text' || news.event.key !== ticketKey) return;
      const { current } = waiting;
      current.pieces += news.event.text;
      if (current.frame !== 0) return;
      current.frame = requestAnimationFrame(() => {
        const { pieces } = current;
        Object.assign(current, { pieces: '', frame: 0 });
        setText((before) => (before + pieces).slice(-mostShown));
      });
    },
    [ticketKey],
  );
  return text;
}
