import type { Decided } from './look-at-tickets.ts';
import type { Story } from './story.ts';

/** What is remembered of tickets between two looks: since when they are there, and what was already told of them. */
export function rememberTickets({ clock, observe }: Pick<Story, 'clock' | 'observe'>): {
  note: (decided: readonly Decided[]) => void;
  /** What keeps all tickets from beginning, null for nothing; said when it begins. */
  noteFull: (reason: string | null) => void;
  queuedMs: (file: string) => number;
} {
  let known = new Map<string, { since: number; told: string | null }>();
  let wasFull = false;

  return {
    note(decided) {
      const before = known;
      known = new Map();
      for (const { candidate, admission } of decided) {
        const { file } = candidate;
        const { since, told } = before.get(file) ?? { since: clock.monotonic(), told: null };
        const reason = admission.verdict === 'hold' ? admission.reason : null;
        if (reason !== null && reason !== told) observe({ type: 'ticket:held', file, reason });
        known.set(file, { since, told: reason });
      }
    },
    noteFull(reason) {
      if (reason !== null && !wasFull)
        observe({ type: 'daemon:warning', message: `No new ticket is begun: ${reason}.` });
      wasFull = reason !== null;
    },
    queuedMs: (file) => clock.monotonic() - (known.get(file)?.since ?? clock.monotonic()),
  };
}
