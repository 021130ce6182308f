import { describe, expect, it } from '@jest/globals';
import type { MakePorts } from '../../src/pipeline/bench.ts';
import type { Inspection } from '../../src/ports.ts';
import { make } from '../support/making.ts';

const remark = { path: 'a.ts', line: 3, text: 'seen' };
const refusal = { code: 'GUARD_DEPENDENCY_AUDIT', path: 'package.json', line: 0, reason: 'a hole' } as const;
const nothing: Inspection = { refusals: [], remarks: [] };
const stretches = [{ text: 'one' }, { text: 'two' }];

const guardThat = (found: Inspection): Partial<MakePorts> => ({
  guard: { inspect: () => Promise.resolve(found), inspectTexts: () => Promise.resolve([]) },
});
const proofThat = (proven: boolean, asked: unknown[] = []): Partial<MakePorts> => ({
  prove: (subject) => {
    asked.push(subject);
    return Promise.resolve({
      proven,
      path: 'a.test.ts',
      text: proven ? 'it fails without' : 'it passes too',
    });
  },
});

describe('what a guard remarks', () => {
  it('goes with the change and is told, and stops nothing', async () => {
    const { made, events } = await make({
      stretches,
      ports: () => guardThat({ refusals: [], remarks: [remark] }),
    });
    expect(made).toMatchObject({ kind: 'publish', change: { remarks: [remark] } });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'guard:remarked', path: 'a.ts', text: 'seen' }),
    );
  });
});

describe('the audit of dependencies', () => {
  it('refuses as a guard does', async () => {
    const audit: MakePorts['audit'] = () => Promise.resolve({ refusals: [refusal], remarks: [] });
    const { made, events } = await make({ stretches, ports: () => ({ audit }) });
    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'GUARD_DEPENDENCY_AUDIT' } });
    expect(events).toContainEqual(expect.objectContaining({ type: 'guard:refused', reason: 'a hole' }));
  });

  it('is not asked about what a guard refuses', async () => {
    const audit: MakePorts['audit'] = () => Promise.reject(new Error('nobody asked'));
    const refused = { refusals: [{ ...refusal, code: 'GUARD_SECRET' as const }], remarks: [] };
    const { made } = await make({ stretches, ports: () => ({ ...guardThat(refused), audit }) });
    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'GUARD_SECRET' } });
  });

  it('tells what could not be asked', async () => {
    const audit: MakePorts['audit'] = () => Promise.resolve({ ...nothing, remarks: [remark] });
    const { made } = await make({ stretches, ports: () => ({ audit }) });
    expect(made).toMatchObject({ kind: 'publish', change: { remarks: [remark] } });
  });
});

describe('a test that fails without the change', () => {
  it('is not looked for where nothing was broken', async () => {
    const asked: unknown[] = [];
    await make({ stretches, ports: () => proofThat(true, asked) });
    expect(asked).toEqual([]);
  });

  it.each([true, false])('is reported for a bug, found or not: %s', async (proven) => {
    const asked: unknown[] = [];
    const { made } = await make({
      stretches,
      plan: { failToPass: 'report' },
      ports: () => proofThat(proven, asked),
    });
    expect(made).toMatchObject({ kind: 'publish', change: { remarks: [{ path: 'a.test.ts' }] } });
    expect(asked).toMatchObject([{ base: { sha: 'base' }, change: { diff: 'one' } }]);
  });

  it('is demanded where the config says so', async () => {
    const { made, said } = await make({
      stretches,
      plan: { failToPass: 'require' },
      ports: () => proofThat(false),
    });
    expect(made).toMatchObject({ kind: 'failed', failure: { code: 'GUARD_NO_FAILING_TEST' } });
    expect(said[1]).toContain('add a test that fails without the change');
    const proven = await make({ stretches, plan: { failToPass: 'require' }, ports: () => proofThat(true) });
    expect(proven.made).toMatchObject({ kind: 'publish' });
  });
});
