import type { Event } from './event.ts';
import { describeFailure, failureCodes } from './failure.ts';

export const topics = ['failed', 'review', 'done', 'circuit', 'budget'] as const;

/** What people can ask to be told of. */
export type Topic = (typeof topics)[number];

/** Something to tell people who look at neither terminal nor page. Its texts are foreign: whoever sends them defangs them. */
export type Notice = {
  topic: Topic;
  /** When it happened; ISO 8601. */
  time: string;
  /** Null where no ticket is concerned. */
  ticket: { id: string; file: string | null } | null;
  /** What happened, in a sentence. */
  text: string;
  /** A code of the catalogue, and what a person can do about it. */
  failure: { code: string; hint: string } | null;
};

/** What an event is to people; null for what nobody asks to be told of. */
export function noticeOf(event: Event, time: string): Notice | null {
  switch (event.type) {
    case 'ticket:settled': {
      const { taskId, file, to, message, code } = event;
      if (to === 'todo' || to === 'processing') return null;
      return { topic: to, time, ticket: { id: taskId, file }, text: message, failure: describe(code) };
    }
    case 'circuit:changed':
      return event.to === 'HALF_OPEN' ? null : aboutCircuit(event, time);
    case 'budget:short': {
      const { taskId, part, used, limit } = event;
      const text = `${percent(used, limit)} of its ${part} are used: ${amount(used)} of ${amount(limit)}.`;
      return { topic: 'budget', time, ticket: { id: taskId, file: null }, text, failure: null };
    }
    case 'budget:day': {
      const { day, used, limit } = event;
      const text = `${percent(used, limit)} of the budget of ${day} are spent: ${amount(used)} of ${amount(limit)} USD.`;
      return { topic: 'budget', time, ticket: null, text, failure: null };
    }
    default:
      return null;
  }
}

function aboutCircuit(
  { target, to, reason }: Extract<Event, { type: 'circuit:changed' }>,
  time: string,
): Notice {
  const why = reason === null ? '' : `: ${reason}`;
  const text = to === 'OPEN' ? `${target} is left alone for a while${why}` : `${target} answers again`;
  return { topic: 'circuit', time, ticket: null, text, failure: null };
}

function describe(code: string | null): Notice['failure'] {
  const known = failureCodes.find((each) => each === code);
  if (known !== undefined) return { code: known, hint: describeFailure(known).hint };
  return code === null ? null : { code, hint: '' };
}

function percent(used: number, limit: number): string {
  return `${Math.round((100 * used) / limit)} %`;
}

function amount(value: number): string {
  return String(Math.round(value * 100) / 100);
}
