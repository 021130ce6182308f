import { describe, expect, it } from '@jest/globals';
import { parseRunRecord } from '../../src/journal/run-record.ts';
import { runRecord } from '../support/run-record.ts';

const full = runRecord({
  step: 'published',
  move: null,
  spent: { input: 1000, output: 200, requests: 4, usd: 0.25, minutes: 3.5 },
  model: 'qwen2.5-coder:7b',
  base: { branch: 'main', sha: 'c'.repeat(40) },
  branch: 'ticket/task-1-aaaaaaaa',
  pullRequest: { number: 7, url: 'https://example.org/pull/7' },
  lastError: { code: 'MODEL_TIMEOUT', message: 'too slow', stage: 'code', elapsedMs: 1500 },
  hold: { code: 'REVIEW_BLOCKED', reason: 'one problem' },
  publication: {
    task: { id: 'task-1', title: 'Mend', brief: 'Mend it', criteria: ['it works'], notes: '' },
    message: 'feat(task-1): Mend\n',
    title: 'Mend',
    body: 'Mended.',
    findings: [
      { severity: 'HIGH', category: 'bugs', file: 'b.ts', line: 2, message: 'off by one' },
      { severity: 'LOW', category: 'style', file: 'a.ts', line: 1, message: 'odd name', suggestion: 'count' },
    ],
    files: ['a.ts'],
    report: 'Mended.',
  },
});

describe('parseRunRecord', () => {
  it.each([runRecord(), full])('gives back what was written', (record) => {
    expect(parseRunRecord(JSON.stringify(record), record.key)).toEqual({ ok: true, record });
  });

  it('refuses the record of another ticket', () => {
    expect(parseRunRecord(JSON.stringify(full), 'd'.repeat(64))).toMatchObject({ ok: false });
  });

  it('says that a record is from a newer program', () => {
    const read = parseRunRecord(JSON.stringify({ ...full, version: 2 }), full.key);
    expect(read).toEqual({ ok: false, reason: 'its version is 2; this program knows version 1' });
  });

  it.each([
    '',
    '{}',
    'null',
    '[]',
    '0',
    '"a"',
    '\0\0\0\0',
    '{"version":1}',
    '{"version":0}',
    '{"__proto__":{"version":1}}',
  ])('refuses %j', (text) => {
    const read = parseRunRecord(text, full.key);
    expect(read.ok).toBe(false);
    expect(read.ok || read.reason.length).toBeGreaterThan(0);
  });

  it.each<[string, unknown]>([
    ['file', '../../etc/passwd'],
    ['file', '..'],
    ['file', ''],
    ['file', 'a\0b'],
    ['step', 'flying'],
    ['attempts', -1],
    ['attempts', 1.5],
    ['waitSeconds', '5'],
    ['move', { from: 'todo', to: 'nowhere' }],
    ['lastError', { code: 'NO_SUCH_CODE', message: '' }],
    ['spent', { input: 0, output: 0, requests: 0, usd: -1, minutes: 0 }],
    ['hold', { code: 'NO_SUCH_CODE', reason: '' }],
    ['publication', { title: 'no more' }],
    ['key', 'short'],
  ])('refuses %s = %j', (field, value) => {
    expect(parseRunRecord(JSON.stringify({ ...full, [field]: value }), full.key).ok).toBe(false);
  });

  it('takes no beginning of a record for one', () => {
    const text = JSON.stringify(full);
    for (let length = 0; length < text.length; length += 1) {
      expect(parseRunRecord(text.slice(0, length), full.key).ok).toBe(false);
    }
  });
});
