import type { Event } from '../../../../domain/event.ts';
import { amount, duration } from '../format.ts';

export type Told = { text: string; tone: 'calm' | 'good' | 'warn' | 'bad' };

/** An event in a sentence. */
export function describeEvent(event: Event): Told {
  switch (event.type) {
    case 'ticket:claimed':
      return calm(`Taken, attempt ${event.attempt}, after ${duration(event.queuedMs)} in the queue`);
    case 'ticket:routed':
      return calm(
        `${event.category}, ${event.complexity} complexity: ${event.models[0] ?? ''}, ${event.why}`,
      );
    case 'stage:started':
      return calm(`${event.stage} begins`);
    case 'stage:finished':
      return calm(`${event.stage} took ${duration(event.elapsedMs)}`);
    case 'agent:step':
      return calm(`Step ${event.step}: ${event.action} ${event.detail}`);
    case 'model:called':
      return describeCall(event);
    case 'model:retried':
      return warn(`${event.model}: ${event.code}, again in ${duration(event.waitMs)}`);
    case 'model:replaced':
      return warn(`${event.from} gives way to ${event.to}: ${event.message}`);
    case 'check:finished':
      return describeCheck(event);
    case 'guard:refused':
      return bad(`Refused by a guard: ${event.reason} (${event.path}${event.line ? `:${event.line}` : ''})`);
    case 'guard:remarked':
      return warn(event.path === '' ? event.text : `${event.text} (${event.path})`);
    case 'review:finished':
      return describeReview(event);
    case 'budget:short':
      return warn(`Budget is nearly used up: ${event.used} of ${event.limit} ${event.part}`);
    case 'change:committed':
      return calm(`Committed ${event.head.slice(0, 7)} on ${event.branch}`);
    case 'decision:made':
      return calm(
        `${decisions[event.decision]} by a person${event.reason === null ? '' : `: ${event.reason}`}`,
      );
    case 'branch:pushed':
      return calm(`Pushed ${event.branch}`);
    case 'pull-request:opened':
      return good(`Pull request #${event.number} opened`);
    case 'ticket:requeued':
      return warn(`Back to todo: ${event.message}`);
    case 'ticket:withdrawn':
      return warn('A person took the ticket away');
    case 'ticket:settled':
      return describeEnd(event);
    case 'ticket:held':
      return warn(`Held: ${event.reason}`);
    case 'model:text':
      return calm(event.text);
    case 'daemon:warning':
      return warn(event.message);
    default:
      return calm(event.type);
  }
}

const decisions = { approve: 'Approved', reject: 'Rejected', merge: 'Merged' } as const;

type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

function describeCall({ model, outcome, elapsedMs, usage }: Of<'model:called'>): Told {
  const text = `${model} answered in ${duration(elapsedMs)}, ${amount(usage.input)} → ${amount(usage.output)} tokens`;
  return outcome === 'ok' ? calm(text) : warn(`${model}: ${outcome} after ${duration(elapsedMs)}`);
}

function describeCheck({ result: { name, outcome, elapsedMs } }: Of<'check:finished'>): Told {
  const tone = outcome === 'broken' ? 'bad' : outcome === 'still-red' ? 'warn' : 'good';
  return { tone, text: `Check ${name}: ${outcome} in ${duration(elapsedMs)}` };
}

function describeReview({ model, findings }: Of<'review:finished'>): Told {
  if (findings.length === 0) return good(`Reviewed by ${model}: nothing found`);
  return warn(
    `Reviewed by ${model}: ${findings.length === 1 ? 'one finding' : `${findings.length} findings`}`,
  );
}

function describeEnd({ to, code, message }: Of<'ticket:settled'>): Told {
  const text = [`Moved to ${to}`, code, message].filter((part) => part !== null && part !== '').join(' · ');
  return to === 'failed' ? bad(text) : good(text);
}

function calm(text: string): Told {
  return { text, tone: 'calm' };
}

function good(text: string): Told {
  return { text, tone: 'good' };
}

function warn(text: string): Told {
  return { text, tone: 'warn' };
}

function bad(text: string): Told {
  return { text, tone: 'bad' };
}
