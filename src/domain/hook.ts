import type { Event } from './event.ts';

/** Moments at which commands of the user run, in the order in which a ticket meets them. */
export const hookNames = [
  'ticket:claimed',
  'worktree:created',
  'agent:before',
  'agent:after',
  'checks:before',
  'checks:after',
  'review:after',
  'commit:before',
  'push:before',
  'pr:opened',
  'ticket:done',
  'ticket:failed',
  'circuit:changed',
] as const;
export type HookName = (typeof hookNames)[number];

/** Those that are waited for: what is to come depends on them. */
export type StepHook = Extract<HookName, `${string}:before` | 'worktree:created'>;

/** Whether a command that fails there refuses the step; everywhere else it is told and nothing more. */
export function isGate(name: HookName): boolean {
  return name.endsWith(':before');
}

/** What of an event hooks hear of; null for all that has no hook, or is waited for where it happens. */
export function hookOf(event: Event): HookName | null {
  switch (event.type) {
    case 'ticket:claimed':
    case 'circuit:changed':
      return event.type;
    case 'stage:finished':
      return event.stage === 'code' ? 'agent:after' : event.stage === 'check' ? 'checks:after' : null;
    case 'review:finished':
      return 'review:after';
    case 'pull-request:opened':
      return 'pr:opened';
    case 'ticket:settled':
      return event.to === 'done' ? 'ticket:done' : event.to === 'failed' ? 'ticket:failed' : null;
    default:
      return null;
  }
}
