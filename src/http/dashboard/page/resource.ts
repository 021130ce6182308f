import { useEffect, useRef, useState } from 'preact/hooks';
import type { Event } from '../../../domain/event.ts';
import { ask, Refusal } from './ask.ts';
import { useNews } from './live.ts';

/** Something the server knows. While it is asked anew the old value stays, so that nothing jumps. */
export type Resource<Value> = {
  value: Value | null;
  problem: Refusal | null;
  reload: () => void;
};

export type Refresh = {
  /** Whether what was answered may be another after this event. */
  on: (event: Event) => boolean;
  /** Milliseconds after which it is asked anew in any case; null: never. */
  everyMs: number | null;
};

/** Milliseconds in which several events lead to one question. */
const calmMs = 300;

export function useResource<Value>(path: string | null, { on, everyMs }: Refresh): Resource<Value> {
  const [known, setKnown] = useState<{ path: string | null; value: Value | null; problem: Refusal | null }>({
    path: null,
    value: null,
    problem: null,
  });
  const [round, setRound] = useState(0);
  const reload = useCalm(() => setRound((before) => before + 1));

  useEffect(() => {
    if (path === null) return;
    const asking = new AbortController();
    ask<Value>(path, asking.signal).then(
      (value) => setKnown({ path, value, problem: null }),
      (error: unknown) => {
        if (!asking.signal.aborted)
          setKnown((before) => ({
            path,
            value: before.path === path ? before.value : null,
            problem: toRefusal(error),
          }));
      },
    );
    return () => asking.abort();
  }, [path, round]);

  useEffect(() => {
    if (everyMs === null) return;
    const clock = setInterval(reload, everyMs);
    return () => clearInterval(clock);
  }, [everyMs]);

  useNews(
    (news) => {
      if (!('event' in news) || on(news.event)) reload();
    },
    [path],
  );

  const isOfPath = known.path === path;
  return { value: isOfPath ? known.value : null, problem: isOfPath ? known.problem : null, reload };
}

/** Calls once for all the calls within a short time, with what it was given last. */
export function useCalm(act: () => void): () => void {
  const state = useRef({ act, timer: 0 });
  state.current.act = act;
  useEffect(() => () => clearTimeout(state.current.timer), []);
  const calm = useRef(() => {
    const { current } = state;
    if (current.timer !== 0) return;
    current.timer = window.setTimeout(() => {
      current.timer = 0;
      current.act();
    }, calmMs);
  });
  return calm.current;
}

export function toRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(String(error), 0, null);
}
