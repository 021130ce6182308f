import type { PoolBound } from '../domain/agent-pool.ts';
import type { QueuedTicket, RunningTicket, StatusReport } from '../domain/command.ts';
import { ticketStates } from '../domain/ticket.ts';
import { forLine } from '../domain/untrusted.ts';
import { duration } from './duration.ts';
import type { Paint, Tone } from './output.ts';

/** The status as a person reads it; `most`: tickets of the queue that are named. */
export function statusText(status: StatusReport, paint: Paint, most = 20): string {
  const queue = status.queue.slice(0, most).map((ticket) => queuedLine(ticket, paint));
  const unnamed = status.queue.length - queue.length;
  const lines = [
    daemonLine(status, paint),
    ticketStates.map((state) => `${state} ${status.folders[state]}`).join('  '),
    ...poolLines(status),
    ...worktreeLines(status),
    ...section(
      'Degraded',
      status.degraded.map((reason) => paint('warn', forLine(reason, 400))),
    ),
    ...section(
      'Running',
      status.running.map((ticket) => runningLine(ticket, paint)),
    ),
    ...section('Waiting', [...queue, ...(unnamed > 0 ? [`and ${unnamed} more`] : [])]),
    ...section('Model hosts', hostLines(status, paint)),
    ...section('Models', modelLines(status)),
  ];
  return lines.join('\n');
}

function daemonLine({ daemon, paused }: StatusReport, paint: Paint): string {
  const state = paused ? paint('warn', ' Paused: no tickets are taken until `ticketmill resume`.') : '';
  if (daemon === null) return `No daemon runs; \`ticketmill start\` begins.${state}`;
  const { pid, url, invitation, uptimeSeconds } = daemon;
  const where = url === null ? '' : ` at ${url}`;
  const link = invitation === null ? '' : `\nTo act from its page, open once: ${invitation}`;
  return `The daemon runs${where} for ${duration(uptimeSeconds * 1000)} (process ${pid}).${state}${link}`;
}

function poolLines({ pool }: StatusReport): string[] {
  if (pool === undefined) return [];
  const { agents, min, max, bound } = pool;
  return [`up to ${agents} at the same time (${min} to ${max}): ${whyNotMore[bound]}`];
}

function worktreeLines({ worktrees }: StatusReport): string[] {
  return worktrees === undefined ? [] : [`${worktrees.ready} of ${worktrees.wanted} worktrees ready`];
}

const whyNotMore: Record<PoolBound, string> = {
  max: 'as many as allowed',
  queue: 'no more tickets are ready',
  slots: 'the model servers take no more',
  memory: 'little memory is left',
  load: 'the machine is busy',
  growing: 'more soon',
};

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function runningLine(
  { id, title, stage, model, elapsedMs, step, action }: RunningTicket,
  paint: Paint,
): string {
  const doing = action === null ? '' : forLine(`step ${step} ${action}`, 80);
  const parts = [forLine(title, 60), stage ?? '', duration(elapsedMs), forLine(model ?? '', 60), doing];
  return `${paint('strong', forLine(id, 40))}  ${parts.filter((part) => part !== '').join('  ')}`;
}

const tones: Record<QueuedTicket['verdict'], Tone> = { ready: 'good', wait: 'warn', hold: 'bad' };

function queuedLine({ id, title, verdict, reason }: QueuedTicket, paint: Paint): string {
  const why = reason === '' || reason === verdict ? '' : `: ${forLine(reason, 200)}`;
  return `${paint('strong', forLine(id, 40))}  ${forLine(title, 60)}  ${paint(tones[verdict], verdict)}${why}`;
}

function hostLines({ hosts }: StatusReport, paint: Paint): string[] {
  return hosts.map(({ url, healthy, version, circuit, loaded }) => {
    const state = healthy
      ? paint('good', `answers (${forLine(version ?? 'no version', 40)})`)
      : paint('bad', 'does not answer');
    const models = loaded.length === 0 ? '' : `, loaded: ${forLine(loaded.join(', '), 200)}`;
    return `${forLine(url, 200)} ${state}${circuitWords(circuit)}${models}`;
  });
}

function circuitWords({ state, failures, nextAttemptAt }: StatusReport['hosts'][number]['circuit']): string {
  if (state === 'CLOSED') return '';
  const next = nextAttemptAt === null ? '' : `, next try at ${nextAttemptAt}`;
  return `, circuit ${state} after ${failures} failures${next}`;
}

function modelLines({ models }: StatusReport): string[] {
  return Object.entries(models).map(([id, { attempts, successes, tokens, costUsd }]) => {
    const cost = costUsd > 0 ? `, ${costUsd.toFixed(2)} USD` : '';
    return forLine(`${id}  ${successes} of ${attempts} succeeded, ${tokens} tokens${cost}`, 300);
  });
}
