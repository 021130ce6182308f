import type { JSX } from 'preact';
import { h } from 'preact';
import { duration } from '../format.ts';
import type { StageView } from './read-stages.ts';

const words: Record<StageView['state'], string> = {
  pending: 'not yet',
  running: 'at work',
  done: 'done',
  stopped: 'stopped here',
};

export function StageTrack({
  stages,
  isRunning,
}: {
  stages: readonly StageView[];
  isRunning: boolean;
}): JSX.Element {
  return h(
    'ol',
    { class: 'track' },
    stages.map(({ stage, state, rounds, elapsedMs }) => {
      const seen = state === 'running' && !isRunning ? 'stopped' : state;
      const detail = elapsedMs > 0 ? duration(elapsedMs) : words[seen];
      return h(
        'li',
        { key: stage, class: seen, 'aria-current': seen === 'running' ? 'step' : undefined },
        h('span', { class: 'track-name' }, stage),
        h('span', { class: 'track-detail' }, rounds > 1 ? `${detail} · ${rounds} ×` : detail),
        h('span', { class: 'unseen' }, words[seen]),
      );
    }),
  );
}
