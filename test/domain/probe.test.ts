import { expect, it } from '@jest/globals';
import type { ProbeCheck } from '../../src/domain/probe.ts';
import { whyNotAdmitted } from '../../src/domain/probe.ts';

type Outcomes = Partial<Record<ProbeCheck['name'], ProbeCheck['outcome']>>;

function whyNot(outcomes: Outcomes): string | null {
  const checks = Object.entries(outcomes).map(([name, outcome]) => ({
    name: name as ProbeCheck['name'],
    outcome,
    detail: `${name} ${outcome}.`,
  }));
  const unknown = { digest: null, version: null, tokensPerSecond: null, promptTokensPerSecond: null };
  return whyNotAdmitted({ ...unknown, model: 'coder:7b', probedAt: '2026-01-01T00:00:00.000Z', checks });
}

it.each<[string, Outcomes, string | null]>([
  ['edits by tools', { load: 'passed', tools: 'passed', blocks: 'failed' }, null],
  ['edits in text', { load: 'passed', tools: 'failed', blocks: 'passed' }, null],
  ['does not plan', { tools: 'passed', plan: 'failed' }, null],
  ['does not load', { load: 'failed', tools: 'passed' }, 'load failed.'],
  ['edits in no way', { tools: 'failed', blocks: 'failed', plan: 'failed' }, 'tools failed. blocks failed.'],
  ['cannot call tools, and edits not in text', { tools: 'skipped', blocks: 'failed' }, 'blocks failed.'],
])('a model that %s', (_what, outcomes, why) => {
  expect(whyNot(outcomes)).toBe(why);
});
