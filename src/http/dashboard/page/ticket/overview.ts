import type { ComponentChildren, JSX } from 'preact';
import { h } from 'preact';
import type { Event } from '../../../../domain/event.ts';
import type { Explanation } from '../../../../domain/command.ts';
import type { TicketDetail } from '../../../shapes/tickets.ts';
import { clock, duration, moment, plain } from '../format.ts';
import type { Tone } from '../parts/badge.ts';
import { Badge } from '../parts/badge.ts';
import { Empty } from '../parts/notice.ts';
import { useResource } from '../resource.ts';
import { describeEvent } from './describe-event.ts';
import { Facts } from './facts.ts';
import { LiveOutput } from './live-output.ts';
import type { Run } from './read-runs.ts';
import { readRuns } from './read-runs.ts';
import { readStages } from './read-stages.ts';
import { StageTrack } from './stage-track.ts';

export type StoredEvent = { time: string; event: Event };

type Properties = { path: string; report: TicketDetail; reload: () => void };

export function Overview({ path, report }: Properties): JSX.Element {
  const timeline = report.timeline as StoredEvent[];
  return h(
    'div',
    { class: 'overview' },
    h(
      'div',
      { class: 'overview-main' },
      h(Why, { path, report }),
      h(
        Section,
        { title: 'Stages' },
        h(StageTrack, { stages: readStages(timeline), isRunning: report.state === 'processing' }),
      ),
      report.state === 'processing' && report.key !== null
        ? h(Section, { title: 'Live' }, h(LiveOutput, { ticketKey: report.key, running: report.running }))
        : null,
      h(Text, { text: report.text }),
      h(Checks, { checks: report.checks }),
      h(Runs, { runs: readRuns(timeline) }),
      h(Timeline, { timeline }),
    ),
    h(Facts, { report }),
  );
}

function Section({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return h('section', { class: 'section' }, h('h2', null, title), children);
}

const whyTones: Record<Explanation['verdict'], Tone> = {
  running: 'accent',
  ready: 'calm',
  wait: 'calm',
  hold: 'warn',
  ended: 'calm',
};

/** What stands between the ticket and its end, in the words of `explain`; beside it what an earlier run failed of. */
function Why({ path, report }: { path: string; report: TicketDetail }): JSX.Element {
  const { hold, lastError, state } = report;
  const explained = useResource<Explanation>(`${path}/explain`, {
    on: (event) => 'runId' in event && event.type !== 'model:text',
    everyMs: null,
  }).value;
  const tone = state === 'failed' ? 'bad' : hold !== null ? 'warn' : whyTones[explained?.verdict ?? 'wait'];
  const isOpen = state === 'todo' || state === 'processing';
  return h(
    'div',
    { class: `why ${tone}` },
    h('p', { class: 'why-reason' }, explained === null ? '…' : plain(explained.reason)),
    isOpen && lastError !== null
      ? h('p', null, 'Last time: ', h('code', null, lastError.code), ' ', plain(lastError.message))
      : null,
  );
}

function Text({ text }: { text: TicketDetail['text'] }): JSX.Element | null {
  if (text === null) return null;
  const { description, acceptanceCriteria } = text;
  return h(
    Section,
    { title: 'Ticket' },
    h('div', { class: 'prose', dir: 'auto' }, plain(description === '' ? 'No description.' : description)),
    acceptanceCriteria.length === 0
      ? null
      : h(
          'ul',
          { class: 'criteria' },
          acceptanceCriteria.map(({ text: wanted, checked }, i) =>
            h(
              'li',
              { key: i, class: checked ? 'met' : '' },
              h('span', { class: 'unseen' }, checked ? 'Met: ' : 'Open: '),
              plain(wanted),
            ),
          ),
        ),
  );
}

const checkTones: Record<TicketDetail['checks'][number]['outcome'], Tone> = {
  passed: 'good',
  mended: 'good',
  broken: 'bad',
  'still-red': 'warn',
};

function Checks({ checks }: { checks: TicketDetail['checks'] }): JSX.Element | null {
  if (checks.length === 0) return null;
  return h(
    Section,
    { title: 'Checks' },
    h(
      'ul',
      { class: 'checks' },
      checks.map(({ name, outcome, elapsedMs, output }) =>
        h(
          'li',
          { key: name },
          h(
            'p',
            { class: 'check-line' },
            h(Badge, { tone: checkTones[outcome], text: outcome }),
            h('code', null, plain(name)),
            h('span', { class: 'muted' }, duration(elapsedMs)),
          ),
          output === '' ? null : h('pre', { class: 'output', tabIndex: 0 }, plain(output)),
        ),
      ),
    ),
  );
}

function Runs({ runs }: { runs: readonly Run[] }): JSX.Element | null {
  if (runs.length === 0) return null;
  return h(
    Section,
    { title: 'Attempts' },
    h(
      'div',
      { class: 'table-box', tabIndex: 0, role: 'region', 'aria-label': 'Attempts' },
      h(
        'table',
        { class: 'table' },
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['#', 'Began', 'Model', 'Took', 'Ended'].map((name) =>
              h('th', { key: name, scope: 'col' }, name),
            ),
          ),
        ),
        h(
          'tbody',
          null,
          runs.map(({ runId, attempt, startedAt, models, elapsedMs, ending }) =>
            h(
              'tr',
              { key: runId },
              h('td', null, attempt),
              h('td', null, moment(startedAt)),
              h('td', null, plain(models.join(' → '))),
              h('td', null, elapsedMs === null ? '' : duration(elapsedMs)),
              h('td', null, ending === null ? 'at work' : plain(ending)),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Events shown at once; the others are in the transcript. */
const mostShown = 200;

function Timeline({ timeline }: { timeline: readonly StoredEvent[] }): JSX.Element {
  const told = timeline.filter(({ event }) => event.type !== 'agent:step' && event.type !== 'stage:started');
  if (told.length === 0)
    return h(
      Section,
      { title: 'Timeline' },
      h(Empty, { title: 'Nothing happened yet' }, 'It begins when the ticket is taken.'),
    );
  return h(
    Section,
    { title: 'Timeline' },
    h(
      'ol',
      { class: 'timeline' },
      told.slice(-mostShown).map(({ time, event }, i) => {
        const { text, tone } = describeEvent(event);
        return h(
          'li',
          { key: i, class: tone },
          h('time', { dateTime: time, title: moment(time) }, clock(time)),
          h('span', null, plain(text)),
        );
      }),
    ),
  );
}
