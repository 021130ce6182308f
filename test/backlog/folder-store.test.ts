import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ReadingDisk } from '../../src/files/reading-disk.ts';
import { patientDisk } from '../../src/files/reading-disk.ts';
import type { ErrorReport } from '../../src/ports.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { openBacklog } from '../support/folder-store.ts';

const fresh = temporaryDirectories();
const nowhere: ReadonlySet<string> = new Set();
const ticket = '---\nid: task-7\ntitle: Fix it\nstatus: To Do\n---\nPlease.\n';

const report: ErrorReport = {
  taskId: 'task-7',
  timestamp: '2026-01-02T10:00:00.000Z',
  error: 'too slow',
  errorType: 'transient',
  code: 'MODEL_TIMEOUT',
  stage: 'code',
  retryCount: 1,
  model: 'qwen2.5-coder:7b',
  retryable: true,
  runId: 'run-1',
  attempts: [
    { model: 'qwen2.5-coder:7b', attempt: 1, code: 'MODEL_TIMEOUT', error: 'too slow', elapsedMs: 12 },
  ],
  inputHash: 'abc',
  hint: 'Use a smaller model.',
};

describe('an id', () => {
  it('is taken by a ticket in any folder, and is nobody else’s', async () => {
    const { store, save } = await openBacklog(fresh());
    save('done', 'task-7.md', ticket);
    expect(await Promise.all(['task-7', 'TASK-007', 'task-8'].map((id) => store.isTaken(id)))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await store.stranger('task-7')).toBeNull();
  });
});

describe('moving a ticket', () => {
  it('moves it and says the name it has there', async () => {
    const { store, save, files } = await openBacklog(fresh());
    save('todo', 'a.md', ticket);
    expect(await store.transition('a.md', 'todo', 'processing')).toBe('a.md');
    expect(files()).toEqual({ processing: ['a.md'] });
  });

  it('numbers it where its name is taken', async () => {
    const { store, save, files, path } = await openBacklog(fresh());
    save('done', 'a.md', 'first');
    save('done', 'a-2.md', 'second');
    save('review', 'a.md', 'third');
    expect(await store.transition('a.md', 'review', 'done')).toBe('a-3.md');
    expect(files()).toEqual({ done: ['a-2.md', 'a-3.md', 'a.md'] });
    expect(['a.md', 'a-2.md', 'a-3.md'].map((file) => readFileSync(path('done', file), 'utf8'))).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('finishes a move that was cut short under a number', async () => {
    const { store, save, files, path } = await openBacklog(fresh());
    save('done', 'a.md', 'other');
    save('review', 'a.md', ticket);
    linkSync(path('review', 'a.md'), path('done', 'a-2.md'));
    expect(await store.transition('a.md', 'review', 'done')).toBe('a-2.md');
    expect(files()).toEqual({ done: ['a-2.md', 'a.md'] });
  });

  it('is null when a person moved it', async () => {
    const { store, save, path, files } = await openBacklog(fresh());
    save('processing', 'a.md', ticket);
    renameSync(path('processing', 'a.md'), path('failed', 'a.md'));
    expect(await store.transition('a.md', 'processing', 'review')).toBeNull();
    expect(files()).toEqual({ failed: ['a.md'] });
  });

  it('makes the destination again when it was removed', async () => {
    const { root, store, save, files } = await openBacklog(fresh());
    save('todo', 'a.md', ticket);
    rmSync(join(root, 'processing'), { recursive: true });
    expect(await store.transition('a.md', 'todo', 'processing')).toBe('a.md');
    expect(files()).toEqual({ processing: ['a.md'] });
  });
});

describe('reading tickets', () => {
  it('reads one with the hash of its bytes', async () => {
    const { store, save } = await openBacklog(fresh());
    save('processing', 'a.md', ticket);
    const stored = await store.read('a.md', 'processing');
    expect(stored).toMatchObject({ file: 'a.md', state: 'processing', id: 'task-7' });
    expect(stored?.sha256).toMatch(/^[0-9a-f]{64}$/);
    save('processing', 'a.md', `${ticket}more`);
    expect((await store.read('a.md', 'processing'))?.sha256).not.toBe(stored?.sha256);
    expect(await store.read('b.md', 'processing')).toBeNull();
  });

  it.each(['todo', 'processing', 'review', 'done', 'failed'] as const)(
    'lists those of %s and leaves out what is none',
    async (state) => {
      const { store, save } = await openBacklog(fresh());
      save(state, 'b.md', ticket);
      save(state, 'a.md', 'Just text.');
      save(state, 'broken.md', '---\nnever closed');
      save(state, 'a.error.json', '{}');
      const ids = async (): Promise<string[]> => (await store.list(state)).map((stored) => stored.id);
      expect(await ids()).toEqual(['a', 'task-7']);
      save(state, 'b.md', ticket.replace('task-7', 'task-8'));
      expect(await ids()).toEqual(['a', 'task-8']);
    },
  );

  it('knows the finished ones among those asked for', async () => {
    const { store, save, root } = await openBacklog(fresh());
    save('done', 'x.md', ticket);
    save('done', 'task-12 - Old.md', 'Without an id.');
    save('done', 'task-13 - Broken.md', '---\nnever closed');
    expect(await store.finished(['TASK-07', 'task-12', 'task-13', 'task-99'], nowhere)).toEqual(
      new Set(['task-7', 'task-12', 'task-13']),
    );
    save('done', 'y.md', ticket.replace('task-7', 'task-99'));
    expect(await store.finished(['task-99'], nowhere)).toEqual(new Set(['task-99']));
    rmSync(join(root, 'done', 'x.md'));
    expect(await store.finished(['task-7', 'task-99'], nowhere)).toEqual(new Set(['task-99']));
    expect(await store.finished([], nowhere)).toEqual(new Set());
  });

  it('reads no finished ticket but those that are named after what is asked for, or all when no name tells', async () => {
    const opened: string[] = [];
    const open: ReadingDisk['open'] = (path, flags) => {
      opened.push(basename(path));
      return patientDisk.open(path, flags);
    };
    const { store, save } = await openBacklog(fresh(), { disk: { ...patientDisk, open } });
    save('done', 'task-7 - Named.md', ticket);
    save('done', 'task-8 - Another.md', ticket.replace('task-7', 'task-8'));
    save('done', 'x.md', ticket.replace('task-7', 'task-9'));
    const elsewhere = new Set(['task-3']);
    expect(await store.finished(['TASK-7', 'task-3'], elsewhere)).toEqual(new Set(['task-7']));
    expect(opened).toEqual(['task-7 - Named.md']);
    expect(await store.finished(['TASK-7', 'task-9'], elsewhere)).toEqual(new Set(['task-7', 'task-9']));
    expect(opened.sort()).toEqual(['task-7 - Named.md', 'task-8 - Another.md', 'x.md']);
  });
});

describe('editing a ticket', () => {
  it('changes what was asked for and keeps every other byte, and the mode', async () => {
    const { store, save, path } = await openBacklog(fresh());
    save('processing', 'a.md', ticket.replaceAll('\n', '\r\n'));
    const { mode } = statSync(path('processing', 'a.md'));
    expect(await store.edit('a.md', 'processing', { status: 'In Progress' })).toBe(true);
    expect(readFileSync(path('processing', 'a.md'), 'utf8')).toBe(
      ticket.replace('To Do', 'In Progress').replaceAll('\n', '\r\n'),
    );
    expect(statSync(path('processing', 'a.md')).mode).toBe(mode);
  });

  it('does not touch a file that already says so', async () => {
    const { store, save, path } = await openBacklog(fresh());
    save('processing', 'a.md', ticket);
    const { ino } = statSync(path('processing', 'a.md'));
    expect(await store.edit('a.md', 'processing', { status: 'To Do' })).toBe(true);
    expect(statSync(path('processing', 'a.md')).ino).toBe(ino);
  });

  it('is false when the ticket is gone, and creates nothing', async () => {
    const { store, files } = await openBacklog(fresh());
    expect(await store.edit('a.md', 'processing', { status: 'Done' })).toBe(false);
    expect(files()).toEqual({});
  });

  it('refuses what is no plain file any more', async () => {
    const { store, path } = await openBacklog(fresh());
    mkdirSync(path('processing', 'a.md'));
    await expect(store.edit('a.md', 'processing', { status: 'Done' })).rejects.toMatchObject({
      code: 'TICKET_INVALID',
    });
  });
});

describe('the report of a failure', () => {
  it('lies beside its ticket and is taken away once', async () => {
    const { store, files, path } = await openBacklog(fresh());
    await store.writeError('task-7 - Fix.md', report);
    expect(files()).toEqual({ failed: ['task-7 - Fix.error.json'] });
    expect(JSON.parse(readFileSync(path('failed', 'task-7 - Fix.error.json'), 'utf8'))).toEqual(report);
    expect(await store.takeError('task-7 - Fix.md')).toEqual(report);
    expect(await store.takeError('task-7 - Fix.md')).toBeNull();
    expect(files()).toEqual({});
  });

  it('is foreign when it is no plain file', async () => {
    const { store, save, path } = await openBacklog(fresh());
    save('failed', 'a.md', ticket);
    symlinkSync('/etc/passwd', path('failed', 'a.error.json'));
    expect(await store.readError('a.md')).toMatchObject({ kind: 'foreign', reason: 'it is a symbolic link' });
  });

  it('of the earlier processor is understood', async () => {
    const { store, save } = await openBacklog(fresh());
    const { taskId, timestamp, error, errorType, retryCount } = report;
    save('failed', 'a.error.json', JSON.stringify({ taskId, timestamp, error, errorType, retryCount }));
    expect(await store.takeError('a.md')).toMatchObject({
      taskId,
      error,
      retryCount: 1,
      code: 'INTERNAL',
      attempts: [],
    });
  });

  it.each(['', 'null', '[]', '{"taskId":1}'])('that says %j is put aside', async (text) => {
    const { root, store, save, files } = await openBacklog(fresh());
    save('failed', 'a.error.json', text);
    expect(await store.takeError('a.md')).toBeNull();
    expect(files()).toEqual({});
    const kept = join(root, 'corrupt', '2026-01-02T10-00-00.000Z-a.error.json');
    expect(readFileSync(kept, 'utf8')).toBe(text);
  });
});

describe('recovery', () => {
  it.each([
    [{ from: 'todo', to: 'processing' } as const, { processing: ['a.md'] }],
    [{ from: 'processing', to: 'todo' } as const, { todo: ['a.md'] }],
    [null, { processing: ['a.md'] }],
  ])('ends a half-done move as intended (%j)', async (move, expected) => {
    const { store, save, path, files } = await openBacklog(fresh());
    save('todo', 'a.md', ticket);
    linkSync(path('todo', 'a.md'), path('processing', 'a.md'));
    await store.recover(() => move);
    expect(files()).toEqual(expected);
    await store.recover(() => move);
    expect(files()).toEqual(expected);
  });

  it('knows a half-done move by its file, whatever number its name got', async () => {
    const { store, save, path, files } = await openBacklog(fresh());
    save('failed', 'a.md', ticket);
    save('todo', 'a.md', 'another');
    linkSync(path('failed', 'a.md'), path('todo', 'a-2.md'));
    await store.recover((file) => (file === 'a.md' ? { from: 'failed', to: 'todo' } : null));
    expect(files()).toEqual({ todo: ['a-2.md', 'a.md'] });
  });

  it('leaves two different files of one name, and two names a person gave one file', async () => {
    const { store, save, path, files } = await openBacklog(fresh());
    save('todo', 'a.md', 'one');
    save('processing', 'a.md', 'two');
    save('done', 'b.md', 'three');
    linkSync(path('done', 'b.md'), path('done', 'c.md'));
    writeFileSync(join(path('done', '..'), 'outside.md'), 'four');
    linkSync(join(path('done', '..'), 'outside.md'), path('review', 'd.md'));
    await store.recover(() => null);
    expect(files()).toEqual({
      todo: ['a.md'],
      processing: ['a.md'],
      done: ['b.md', 'c.md'],
      review: ['d.md'],
    });
  });

  it('removes our unfinished writing and nothing else', async () => {
    const { store, save, files } = await openBacklog(fresh());
    save('processing', '.a.md.0123456789ab.ticketmill-tmp', 'half');
    save('processing', '.a.md.swp', 'an editor');
    save('processing', 'a.tmp', 'somebody');
    await store.recover(() => null);
    expect(files()).toEqual({ processing: ['.a.md.swp', 'a.tmp'] });
  });
});

describe('looking at the folders', () => {
  it('counts what could be tickets, and makes a folder again that is gone', async () => {
    const { store, save, root } = await openBacklog(fresh());
    save('todo', 'a.md', ticket);
    save('todo', '.hidden.md', ticket);
    rmSync(join(root, 'done'), { recursive: true });
    expect(await store.counts()).toEqual({ todo: 1, processing: 0, review: 0, done: 0, failed: 0 });
    expect(existsSync(join(root, 'done'))).toBe(true);
  });

  it('does not take a folder for empty that cannot be read', async () => {
    const { store, root } = await openBacklog(fresh());
    rmSync(join(root, 'done'), { recursive: true });
    writeFileSync(join(root, 'done'), 'in the way');
    await expect(store.counts()).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('opening', () => {
  it('makes the folders that are missing', async () => {
    const root = join(fresh(), 'deep', 'backlog');
    await openBacklog(root);
    expect(
      ['todo', 'processing', 'review', 'done', 'failed'].every((state) => existsSync(join(root, state))),
    ).toBe(true);
  });

  const elsewhere = '/dev/shm';
  const isOther = existsSync(elsewhere) && statSync(elsewhere).dev !== statSync(tmpdir()).dev;
  (isOther ? it : it.skip)(
    'refuses two file systems and names the folders (needs a second one)',
    async () => {
      const root = fresh();
      const states = ['todo', 'processing', 'review', 'done', 'failed'] as const;
      const folders = Object.fromEntries(states.map((state) => [state, join(root, state)])) as Record<
        (typeof states)[number],
        string
      >;
      folders.done = elsewhere;
      await expect(openBacklog(root, { folders })).rejects.toMatchObject({
        code: 'FOLDERS_SPLIT',
        message: `${join(root, 'todo')} and ${elsewhere} are on two file systems; expected one`,
      });
    },
  );
});
