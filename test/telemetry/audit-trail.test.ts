import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Event } from '../../src/domain/event.ts';
import { readHead } from '../../src/telemetry/audit-chain.ts';
import { openAuditTrail } from '../../src/telemetry/audit-trail.ts';
import { createRedactor } from '../../src/telemetry/redact.ts';
import { verifyAudit } from '../../src/telemetry/verify-audit.ts';

const ofTicket = { taskId: '42', runId: 'run', key: 'key' };
const secret = ['kQ7r', 'T2yP9mX4vK8d'].join('');
const called: Event = {
  type: 'model:called',
  ...ofTicket,
  model: 'ollama/a',
  outcome: 'ok',
  elapsedMs: 1,
  usage: { input: 1, output: 2 },
  usd: 0,
  prompt: 'f'.repeat(64),
};
const committed: Event = {
  type: 'change:committed',
  ...ofTicket,
  branch: 'ticket/42',
  head: 'a'.repeat(40),
  tree: 'b'.repeat(40),
  base: 'c'.repeat(40),
  model: 'ollama/a',
  reviewer: 'ollama/b',
  reviewedTree: 'b'.repeat(40),
  checks: ['test passed'],
};
const decided: Event = { type: 'decision:made', ...ofTicket, decision: 'approve', reason: null };
const refused: Event = {
  type: 'guard:refused',
  ...ofTicket,
  code: 'GUARD_SECRET',
  path: 'a\u2028b.ts',
  reason: `holds ${secret}\nand more`,
};
const silent: Event = { type: 'stage:started', ...ofTicket, stage: 'code' };
const story: Event[] = [
  { type: 'daemon:started', version: '1', concurrency: 1 },
  called,
  silent,
  refused,
  committed,
  decided,
];

function place(): { file: string; warnings: string[]; open: () => ReturnType<typeof openAuditTrail> } {
  const file = join(mkdtempSync(join(tmpdir(), 'trail-')), 'audit.jsonl');
  const warnings: string[] = [];
  const open = () =>
    openAuditTrail({
      file,
      now: () => new Date('2026-01-02T03:04:05Z'),
      redact: createRedactor([secret]),
      person: 'ada',
      warn: (message) => warnings.push(message),
    });
  return { file, warnings, open };
}

async function written(lives: Event[][] = [story]) {
  const { file, warnings, open } = place();
  for (const events of lives) {
    const trail = open();
    trail.digestsFrom((model) => Promise.resolve(`digest of ${model}`));
    for (const event of events) trail.observe(event);
    await trail.close();
  }
  return { file, warnings, lines: readFileSync(file, 'utf8').split('\n').slice(0, -1) };
}

describe('the audit trail', () => {
  it('keeps decisions, with the model’s weights, the prompt’s hash and who decided, and no secret', async () => {
    const { lines, file, warnings } = await written();
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'daemon:started'],
      [2, 'model:called'],
      [3, 'guard:refused'],
      [4, 'change:committed'],
      [5, 'decision:made'],
    ]);
    expect(entries[1]).toMatchObject({
      model: 'ollama/a',
      digest: 'digest of ollama/a',
      prompt: 'f'.repeat(64),
    });
    expect(entries[3]).toMatchObject({ tree: 'b'.repeat(40), reviewer: 'ollama/b', checks: ['test passed'] });
    expect(entries[4]).toMatchObject({ decision: 'approve', by: 'ada', time: '2026-01-02T03:04:05.000Z' });
    expect(lines.join('\n')).not.toContain(secret);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('goes on in the next life where it ended in the last', async () => {
    const { file } = await written([story, [], [decided]]);
    expect(await verifyAudit(file)).toMatchObject({ entries: 6, last: { seq: 6 }, faults: [] });
  });

  it('is nothing where nothing was decided', async () => {
    const { file, open } = place();
    await open().close();
    expect(await verifyAudit(file)).toMatchObject({ entries: 0, faults: [] });
  });

  it('names what a crash left half written, and goes on', async () => {
    const { file } = await written();
    appendFileSync(file, '{"seq":6,"type":"deci');
    expect((await verifyAudit(file)).faults).toEqual([
      { line: 6, what: expect.stringContaining('not finished') },
    ]);
    const { open } = {
      open: () =>
        openAuditTrail({
          file,
          now: () => new Date(0),
          redact: (text) => text,
          person: 'ada',
          warn: () => undefined,
        }),
    };
    const trail = open();
    trail.observe(decided);
    await trail.close();
    expect(await verifyAudit(file)).toMatchObject({ entries: 7, faults: [] });
  });

  it('says once that it cannot be written, and harms nobody', async () => {
    const { file, warnings, open } = place();
    rmSync(join(file, '..'), { recursive: true });
    const trail = open();
    for (const event of story) trail.observe(event);
    await trail.close();
    expect(warnings).toEqual([expect.stringContaining('cannot be written')]);
  });
});

describe('tampering', () => {
  const tamper = async (change: (lines: string[]) => string[]) => {
    const { file, lines } = await written([story, [committed, decided]]);
    writeFileSync(
      file,
      change([...lines])
        .map((line) => `${line}\n`)
        .join(''),
    );
    return (await verifyAudit(file)).faults;
  };

  it.each<[string, number, (lines: string[]) => string[]]>([
    [
      'a word that is changed',
      3,
      (lines) => lines.with(2, (lines[2] ?? '').replace('GUARD_SECRET', 'GUARD_NOTHING')),
    ],
    ['a line that is taken out', 3, (lines) => lines.toSpliced(2, 1)],
    ['lines that are swapped', 2, (lines) => lines.with(1, lines[2] ?? '').with(2, lines[1] ?? '')],
    ['a line that is there twice', 4, (lines) => lines.toSpliced(3, 0, lines[2] ?? '')],
    ['a line that is put in', 2, (lines) => lines.toSpliced(1, 0, '{"seq":2}')],
    ['a line cut in the middle', 2, (lines) => lines.with(1, (lines[1] ?? '').slice(0, 40))],
    ['an empty line', 2, (lines) => lines.toSpliced(1, 0, '')],
    ['a beginning that is cut off', 1, (lines) => lines.slice(2)],
    ['an end that is cut off', 0, (lines) => lines.slice(0, -1)],
    ['everything that is gone', 0, () => []],
  ])('is found at its place: %s', async (_what, line, change) => {
    const faults = await tamper(change);
    expect(faults[0]).toMatchObject({ line });
  });

  it('is found in a line that was written anew with a hash of its own', async () => {
    const { sealLine } = await import('../../src/telemetry/audit-chain.ts');
    const faults = await tamper((lines) => {
      const { hash = '' } = JSON.parse(lines[1] ?? '') as { hash?: string };
      return lines.with(2, sealLine({ seq: 2, hash }, { type: 'guard:passed' }).line);
    });
    expect(faults).toEqual([{ line: 4, what: expect.stringContaining('another entry 3') }]);
  });

  it('is found in the last line that was written anew', async () => {
    const { sealLine } = await import('../../src/telemetry/audit-chain.ts');
    const faults = await tamper((lines) => {
      const { hash = '' } = JSON.parse(lines.at(-2) ?? '') as { hash?: string };
      return lines.with(-1, sealLine({ seq: lines.length - 1, hash }, { type: 'decision:made' }).line);
    });
    expect(faults).toEqual([{ line: 7, what: expect.stringContaining('another line') }]);
  });

  it('has a head soon, without waiting for an end, that misses what is cut off', async () => {
    const { file, open } = place();
    const trail = open();
    for (const [index, event] of [called, decided].entries()) {
      trail.observe(event);
      while ((await readHead(file))?.seq !== index + 1) await nextTurn();
    }
    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n`);
    expect((await verifyAudit(file)).faults).toMatchObject([
      { line: 0, what: expect.stringContaining('had 2 entries and ends after 1') },
    ]);
    await trail.close();
  });

  it('is found where the end is cut off at any line', async () => {
    const { file, lines } = await written();
    for (let kept = 0; kept < lines.length; kept++) {
      writeFileSync(
        file,
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      expect((await verifyAudit(file)).faults).toEqual([
        { line: 0, what: expect.stringContaining(`had 5 entries and ends after ${kept}`) },
      ]);
    }
  });

  it('is found where the head is gone too, and where it is another trail’s', async () => {
    const { file } = await written([story, [decided]]);
    const other = await written([story]);
    rmSync(`${file}.head`);
    expect((await verifyAudit(file)).faults).toMatchObject([
      { line: 0, what: expect.stringContaining('gone') },
    ]);
    copyFileSync(`${other.file}.head`, `${file}.head`);
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(3).join('\n'));
    expect((await verifyAudit(file)).faults).not.toEqual([]);
  });

  it.each<[string, (file: string, lines: string[]) => void]>([
    ['cut off', (file, lines) => writeFileSync(file, `${lines.slice(0, 2).join('\n')}\n`)],
    ['emptied', (file) => writeFileSync(file, '')],
    ['taken away', (file) => rmSync(file)],
    ['robbed of its head', (file) => rmSync(`${file}.head`)],
  ])('is found although the work went on in a trail that was %s', async (_what, tamperWith) => {
    const { file, lines } = await written();
    tamperWith(file, lines);
    const trail = openAuditTrail({
      file,
      now: () => new Date(0),
      redact: (text) => text,
      person: 'ada',
      warn: () => undefined,
    });
    for (const event of story) trail.observe(event);
    await trail.close();
    const { faults } = await verifyAudit(file);
    expect(faults).toMatchObject([{ what: expect.stringContaining('when the trail was opened here') }]);
  });

  it('is found in a trail that was written anew as a whole, by a line that somebody kept', async () => {
    const { file } = await written();
    const { last } = await verifyAudit(file);
    const forged = await written([[...story.slice(0, 3), decided, committed, decided]]);
    expect((await verifyAudit(forged.file)).faults).toEqual([]);
    expect((await verifyAudit(forged.file, last)).faults).toEqual([
      { line: 5, what: expect.stringContaining('another line') },
    ]);
    expect((await verifyAudit(file, last)).faults).toEqual([]);
  });

  it('is found whatever byte is changed', async () => {
    const { file } = await written();
    const whole = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(whole);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        writeFileSync(file, changed);
        expect((await verifyAudit(file)).faults).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
