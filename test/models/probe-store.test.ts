import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Probe } from '../../src/domain/probe.ts';
import { keepProbe, readProbes, refusedModels } from '../../src/models/probe-store.ts';
import { temporaryDirectories } from '../support/directory.ts';

const made = (model: string, outcome: 'passed' | 'failed', digest: string | null = 'd1'): Probe => ({
  model: `ollama/${model}`,
  digest,
  version: '0.33.0',
  probedAt: '2026-01-02T10:00:00.000Z',
  checks: [{ name: 'blocks', outcome, detail: `blocks ${outcome}` }],
  tokensPerSecond: 20,
  promptTokensPerSecond: null,
});

const facts = (model: string, digest?: string) => ({
  id: `ollama/${model}`,
  capabilities: [],
  contextLength: null,
  ...(digest === undefined ? {} : { digest }),
});

describe('probes', () => {
  const directory = temporaryDirectories();

  it('are kept, the last one of each model', async () => {
    const file = join(directory(), 'probes.json');
    expect(readProbes(file)).toEqual([]);
    await keepProbe(file, made('a', 'failed'));
    await keepProbe(file, made('b', 'passed'));
    await keepProbe(file, made('a', 'passed'));
    expect(readProbes(file)).toEqual([made('b', 'passed'), made('a', 'passed')]);
  });

  it.each(['', '{', '{"version":2,"probes":[]}', '{"version":1,"probes":[{}]}'])('%j holds none', (text) => {
    const file = join(directory(), 'probes.json');
    writeFileSync(file, text);
    expect(readProbes(file)).toEqual([]);
  });

  it.each<[string, Probe, ReturnType<typeof facts>[], boolean]>([
    ['that passed', made('a', 'passed'), [facts('a', 'd1')], false],
    ['that failed', made('a', 'failed'), [facts('a', 'd1')], true],
    ['that failed, of a model not seen yet', made('a', 'failed'), [], true],
    ['that failed, with other weights now', made('a', 'failed'), [facts('a', 'd2')], false],
    ['that failed, where nobody tells a digest', made('a', 'failed', null), [facts('a')], true],
  ])('%s: refuses %#', (_what, probe, known, refuses) => {
    expect(refusedModels([probe], known)).toEqual(refuses ? { 'ollama/a': 'blocks failed' } : {});
  });
});
