import type { RunRecord } from '../../src/domain/run.ts';

/** A claimed ticket's record; give what matters to the test. */
export function runRecord(given: Partial<RunRecord> = {}): RunRecord {
  return {
    version: 1,
    key: 'a'.repeat(64),
    id: 'task-1',
    created: '2026-01-02',
    file: 'task-1.md',
    sha256: 'b'.repeat(64),
    inputHash: 'c'.repeat(64),
    runId: 'run-1',
    step: 'claimed',
    move: { from: 'todo', to: 'processing' },
    edited: false,
    attempts: 0,
    retries: 0,
    spent: { input: 0, output: 0, requests: 0, usd: 0, minutes: 0 },
    model: null,
    base: null,
    branch: null,
    head: null,
    tree: null,
    reviewedTree: null,
    publication: null,
    hold: null,
    pullRequest: null,
    waitSeconds: 0,
    lastError: null,
    history: [],
    ...given,
  };
}
