import { describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRunFiles } from '../../src/journal/run-files.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { claimed, settled } from '../support/events.ts';

const newDirectory = temporaryDirectories();

function open(directory = newDirectory()) {
  const now = (): Date => new Date('2026-01-02T10:00:00Z');
  const files = openRunFiles({ directory, now, redact: (text) => text.replaceAll('hunter2', '[redacted]') });
  return { directory, files };
}

const time = '2026-01-02T10:00:00.000Z';

describe('a file of a run', () => {
  it('is read as it was kept, without secrets, and is none where none is', async () => {
    const { files } = open();
    await files.keep('run-1', 'diff.patch', '+ hunter2\n');
    expect(await files.read('run-1', 'diff.patch')).toBe('+ [redacted]\n');
    expect(await files.read('run-1', 'review.json')).toBeNull();
    expect(await files.read('../run-1', 'diff.patch')).toBeNull();
  });

  it('that cannot be written does not hold up the run', async () => {
    const { directory, files } = open();
    writeFileSync(join(directory, 'run-1'), 'in the way');
    await expect(files.record('run-1', { type: 'note' })).resolves.toBeUndefined();
  });
});

describe('the files of old runs', () => {
  it('are taken away after their days, and nothing is where no run was', async () => {
    const { directory, files } = open();
    await files.keep('run-old', 'diff.patch', 'x');
    await files.keep('run-new', 'diff.patch', 'x');
    const past = new Date('2025-12-20T00:00:00Z');
    utimesSync(join(directory, 'run-old'), past, past);
    await files.prune(7);
    expect(readdirSync(directory)).toEqual(['run-new']);
    await expect(open(join(directory, 'none')).files.prune(7)).resolves.toBeUndefined();
  });
});

describe('the transcript of a run', () => {
  it('is read from where one wants, as far as one wants', async () => {
    const { files } = open();
    files.observe(claimed);
    files.observe({ type: 'model:text', taskId: '1', runId: 'run-1', key: 'k', model: 'm', text: 'live' });
    files.observe(settled);
    expect(await files.transcript('run-1', 0, 10)).toEqual([
      { time, ...claimed },
      { time, ...settled },
    ]);
    expect(await files.transcript('run-1', 1, 10)).toEqual([{ time, ...settled }]);
    expect(await files.transcript('run-1', 0, 1)).toEqual([{ time, ...claimed }]);
    expect(await files.transcript('run-1', 9, 10)).toEqual([]);
  });

  it('leaves out a line that was not written to its end', async () => {
    const { directory, files } = open();
    files.observe(claimed);
    await files.close();
    appendFileSync(join(directory, 'run-1', 'transcript.jsonl'), '{"time":"2026');
    expect(await files.transcript('run-1', 0, 10)).toEqual([{ time, ...claimed }]);
  });

  it('is none where none is, whatever the run is called', async () => {
    const { directory, files } = open();
    mkdirSync(join(directory, 'run-2'));
    symlinkSync('/etc/passwd', join(directory, 'run-2', 'transcript.jsonl'));
    for (const run of ['run-1', 'run-2', '..', '../../etc', 'a/b', '.'])
      expect(await files.transcript(run, 0, 10)).toBeNull();
  });

  it('holds no secret', async () => {
    const { files } = open();
    files.observe({ ...claimed, title: 'the password is hunter2' } as typeof claimed);
    expect(JSON.stringify(await files.transcript('run-1', 0, 10))).not.toContain('hunter2');
  });
});
