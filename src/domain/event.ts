import type { CheckResult } from './change.ts';
import type { TokenUsage } from './chat.ts';
import type { CircuitState } from './circuit.ts';
import type { ErrorType } from './failure.ts';
import type { RecipeOrder } from './fast-path/recipe-order.ts';
import type { Stage } from './run.ts';
import type { Route } from './routing/choose-models.ts';
import type { Finding } from './review.ts';
import type { TicketState } from './ticket.ts';

/** Everything observers can learn. Observers cannot hurt: no listener decides, and emitting never throws. */
export type Event =
  | { type: 'daemon:started'; version: string; concurrency: number }
  | { type: 'daemon:stopped' }
  | { type: 'daemon:degraded'; reason: string }
  | { type: 'daemon:recovered' }
  /** Something a person should know, and that stops nothing. */
  | { type: 'daemon:warning'; message: string }
  /** `target` is the address of a model server. */
  | { type: 'circuit:changed'; target: string; from: CircuitState; to: CircuitState; reason: string | null }
  /** What a model server has to offer changed; `updated` models have another digest under the same name. */
  | { type: 'models:changed'; host: string; added: string[]; removed: string[]; updated: string[] }
  | { type: 'ticket:held'; file: string; reason: string }
  | (OfTicket & { type: 'ticket:claimed'; file: string; title: string; attempt: number; queuedMs: number })
  /** What was decided about a run before it began; `models` in the order in which they would be tried. */
  | (OfTicket &
      Route & { type: 'ticket:routed'; recipe: RecipeOrder | null; models: string[]; labels: string[] })
  | (OfTicket & { type: 'stage:started'; stage: Stage })
  | (OfTicket & { type: 'stage:finished'; stage: Stage; elapsedMs: number })
  | (OfTicket & { type: 'agent:step'; step: number; action: string; detail: string })
  /** Live only: never stored, never logged. */
  | (OfTicket & { type: 'model:text'; model: string; text: string })
  | (OfTicket & {
      type: 'model:called';
      model: string;
      outcome: string;
      elapsedMs: number;
      usage: TokenUsage;
      usd: number;
      /** Hash of what was asked. */
      prompt?: string;
    })
  | (OfTicket & { type: 'model:retried'; model: string; code: string; attempt: number; waitMs: number })
  /** The run goes on with another model, in the same worktree. */
  | (OfTicket & { type: 'model:replaced'; from: string; to: string; code: string; message: string })
  | (OfTicket & { type: 'check:finished'; result: CheckResult })
  | (OfTicket & { type: 'guard:refused'; code: string; path: string; line?: number; reason: string })
  /** Something a guard saw that refuses nothing. */
  | (OfTicket & { type: 'guard:remarked'; path: string; text: string })
  | (OfTicket & { type: 'review:finished'; model: string; tree?: string; findings: Finding[] })
  /** The change is on its branch: what it is, what it stands on, who made it and who looked at it. */
  | (OfTicket & {
      type: 'change:committed';
      branch: string;
      head: string;
      tree: string;
      base: string;
      model: string;
      reviewer: string | null;
      reviewedTree: string | null;
      checks: string[];
    })
  | (OfTicket & {
      type: 'decision:made';
      decision: 'approve' | 'reject' | 'merge';
      reason: string | null;
      /** By whom, on the forge; absent: by whoever works with this machine. */
      by?: string;
    })
  | (OfTicket & { type: 'branch:pushed'; branch: string; head: string })
  | (OfTicket & { type: 'pull-request:opened'; number: number; url: string; branch: string })
  /** A budget is nearly used up; only a person can raise it. */
  | (OfTicket & { type: 'budget:short'; part: string; used: number; limit: number })
  /** The same of what all tickets may cost on one day (UTC), in US dollars. */
  | { type: 'budget:day'; day: string; used: number; limit: number }
  | (OfTicket & { type: 'ticket:requeued'; code: string; message: string; waitSeconds: number })
  /** A person moved or removed the ticket while it was at work: the person wins. */
  | (OfTicket & { type: 'ticket:withdrawn'; file: string })
  | (OfTicket & {
      type: 'ticket:settled';
      file: string;
      to: TicketState;
      code: string | null;
      errorType: ErrorType | null;
      message: string;
      elapsedMs: number;
      model: string | null;
    });

type OfTicket = { taskId: string; runId: string; key: string };

export type Observe = (event: Event) => void;

/** One emitter over many observers; a failing observer is dropped from this event, never from the story. */
export function fanOut(
  observers: readonly Observe[],
  onFault: (error: unknown, event: Event) => void,
): Observe {
  return (event) => {
    for (const observe of observers) {
      try {
        observe(event);
      } catch (error) {
        onFault(error, event);
      }
    }
  };
}
