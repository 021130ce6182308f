import type { StatusReport, TicketReport } from '../../src/domain/command.ts';
import { noFigures } from '../../src/history/answer-store.ts';
import { noSpending } from '../../src/domain/change.ts';

export function ticketReport(given: Partial<TicketReport> = {}): TicketReport {
  return {
    id: 'task-1',
    key: null,
    file: 'task-1.md',
    state: 'todo',
    title: 'Fix the login',
    runId: null,
    step: null,
    attempts: 0,
    retries: 0,
    model: null,
    branch: null,
    base: null,
    head: null,
    pullRequest: null,
    spent: noSpending,
    checks: [],
    verdict: null,
    hold: null,
    lastError: null,
    timeline: [],
    diff: null,
    ...given,
  };
}

export function statusReport(given: Partial<StatusReport> = {}): StatusReport {
  return {
    daemon: null,
    paused: false,
    degraded: [],
    folders: { todo: 0, processing: 0, review: 0, done: 0, failed: 0 },
    running: [],
    queue: [],
    settled: [],
    hosts: [],
    models: {},
    categories: [],
    cache: noFigures,
    ...given,
  };
}
