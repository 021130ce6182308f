import type { JSX } from 'preact';
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Event } from '../../../../domain/event.ts';
import type { Refusal } from '../ask.ts';
import { ask } from '../ask.ts';
import { clock, moment, plain } from '../format.ts';
import { Empty, Loading, Trouble } from '../parts/notice.ts';
import { toRefusal } from '../resource.ts';
import { describeEvent } from './describe-event.ts';

type Line = { time: string } & Event;
type Pages = { lines: Line[]; next: number | null };

const pageSize = 500;

/** Everything that happened in the last run, a page at a time. */
export function Transcript({ runId }: { runId: string | null }): JSX.Element {
  const [after, setAfter] = useState(0);
  const [pages, setPages] = useState<Pages | null>(null);
  const [problem, setProblem] = useState<Refusal | null>(null);
  useEffect(() => {
    if (runId === null) return;
    const asking = new AbortController();
    const path = `/api/runs/${encodeURIComponent(runId)}/transcript?after=${after}&limit=${pageSize}`;
    ask<{ events: Line[]; next: number | null }>(path, asking.signal).then(
      ({ events, next }) =>
        setPages((before) => ({
          lines: [...(after === 0 ? [] : (before?.lines ?? [])), ...events.filter(isEvent)],
          next,
        })),
      (error: unknown) => {
        if (!asking.signal.aborted) setProblem(toRefusal(error));
      },
    );
    return () => asking.abort();
  }, [runId, after]);

  if (runId === null) return h(Empty, { title: 'No transcript' }, 'There was no run yet.');
  if (problem?.status === 404)
    return h(Empty, { title: 'No transcript' }, 'Transcripts are kept for seven days.');
  if (problem !== null) return h(Trouble, { problem });
  if (pages === null) return h(Loading, { lines: 8 });
  const { lines, next } = pages;
  return h(
    'section',
    { 'aria-label': 'Transcript' },
    h(
      'ol',
      { class: 'timeline transcript' },
      lines.map((line, i) => h(TranscriptLine, { key: i, line })),
    ),
    next === null
      ? null
      : h('button', { type: 'button', class: 'button', onClick: () => setAfter(next) }, 'Show more'),
  );
}

/** What is kept to code a run again is no event. */
function isEvent({ type }: { type: string }): boolean {
  return !type.startsWith('coding:');
}

function TranscriptLine({ line }: { line: Line }): JSX.Element {
  const { text, tone } = describeEvent(line);
  return h(
    'li',
    { class: tone },
    h('time', { dateTime: line.time, title: moment(line.time) }, clock(line.time)),
    h('span', null, plain(text)),
  );
}
