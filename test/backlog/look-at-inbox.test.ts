import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Candidate } from '../../src/domain/admission.ts';
import { temporaryDirectories } from '../support/directory.ts';
import type { Backlog } from '../support/folder-store.ts';
import { openBacklog } from '../support/folder-store.ts';

const fresh = temporaryDirectories();
const whole = { arrivedByRename: () => true };
const ticket = '---\nid: task-7\ntitle: Fix it\n---\nPlease.\n';

function named(candidates: Candidate[], file: string): Candidate | undefined {
  return candidates.find((candidate) => candidate.file === file);
}

/** Looks twice with the time of quiet in between. */
async function settled(backlog: Backlog): Promise<Candidate[]> {
  await backlog.store.candidates();
  await backlog.clock.advance(2000);
  return backlog.store.candidates();
}

describe('looking at the inbox', () => {
  it('takes a file written in place after the time of quiet, over two looks', async () => {
    const backlog = await openBacklog(fresh());
    backlog.save('todo', 'a.md', ticket);
    expect(await backlog.store.candidates()).toEqual([
      { file: 'a.md', id: 'a', ticket: null, problem: null, settled: false, waitSeconds: 0 },
    ]);
    await backlog.clock.advance(1999);
    expect((await backlog.store.candidates())[0]?.settled).toBe(false);
    await backlog.clock.advance(1);
    const [candidate] = await backlog.store.candidates();
    expect(candidate).toMatchObject({ file: 'a.md', id: 'task-7', problem: null, settled: true });
    expect(candidate?.ticket?.title).toBe('Fix it');
  });

  it('takes a file that arrived by rename at first sight', async () => {
    const backlog = await openBacklog(fresh(), whole);
    backlog.drop('a.md', ticket);
    expect((await backlog.store.candidates())[0]).toMatchObject({ id: 'task-7', settled: true });
  });

  (process.platform === 'linux' ? it : it.skip)('sees a rename by the times of the file alone', async () => {
    const backlog = await openBacklog(fresh());
    mkdirSync(join(backlog.root, 'elsewhere'));
    const source = join(backlog.root, 'elsewhere', 'a.md');
    // Written long before it is moved: its times say so.
    execFileSync('sh', ['-c', `printf 'x' > '${source}' && touch -d '2020-01-01' '${source}'`]);
    execFileSync('mv', [source, backlog.path('todo', 'a.md')]);
    expect((await backlog.store.candidates())[0]?.settled).toBe(true);
  });

  it.each(['1970-01-01T00:00:00Z', '2099-12-31T23:59:59Z'])(
    'takes a file whose time is %s like any other',
    async (time) => {
      const backlog = await openBacklog(fresh());
      backlog.save('todo', 'a.md', ticket);
      utimesSync(backlog.path('todo', 'a.md'), new Date(time), new Date(time));
      expect((await settled(backlog))[0]).toMatchObject({ id: 'task-7', settled: true });
    },
  );

  it('never takes the half of a slow writer', async () => {
    const backlog = await openBacklog(fresh());
    const seen: (Candidate | undefined)[] = [];
    for (const part of ['---\nid: ta', 'sk-7\ntitle: Fi', 'x it\n-', '--\nPlease.\n']) {
      appendFileSync(backlog.path('todo', 'a.md'), part);
      seen.push(named(await backlog.store.candidates(), 'a.md'));
      await backlog.clock.advance(1500);
      seen.push(named(await backlog.store.candidates(), 'a.md'));
    }
    expect(seen.every((candidate) => candidate?.settled === false && candidate.ticket === null)).toBe(true);
    await backlog.clock.advance(500);
    expect((await backlog.store.candidates())[0]).toMatchObject({ id: 'task-7', settled: true });
  });

  it('holds a writer that pauses within the front matter, and takes the file once it is complete', async () => {
    const backlog = await openBacklog(fresh());
    backlog.save('todo', 'a.md', '---\nid: task-7\nti');
    const [paused] = await settled(backlog);
    expect(paused).toMatchObject({ ticket: null, settled: true });
    expect(paused?.problem).toMatch(/^the front matter opened/);
    backlog.save('todo', 'a.md', ticket);
    expect((await settled(backlog))[0]).toMatchObject({ id: 'task-7', problem: null });
  });

  it('waits with an empty file, and with one of NULs, and then says what is wrong', async () => {
    const backlog = await openBacklog(fresh(), whole);
    backlog.save('todo', 'empty.md', '');
    expect((await backlog.store.candidates())[0]?.settled).toBe(false);
    truncateSync(backlog.path('todo', 'empty.md'), 4096);
    const [nul] = await settled(backlog);
    expect(nul?.ticket).toBeNull();
    expect(nul?.problem).toContain('NUL');
  });

  it('leaves alone what is no ticket', async () => {
    const backlog = await openBacklog(fresh(), whole);
    for (const name of ['.a.md', 'a.md~', 'a.md.tmp', 'a.txt', '.a.md.1.ticketmill-tmp'])
      backlog.save('todo', name, ticket);
    mkdirSync(backlog.path('todo', 'folder.md'));
    writeFileSync(join(backlog.path('todo', 'folder.md'), 'inner.md'), ticket);
    expect(await backlog.store.candidates()).toEqual([]);
  });

  it.each<[string, (path: string) => void, string]>([
    ['a symbolic link', (path) => symlinkSync('/etc/passwd', path), 'symbolic link'],
    ['a dangling link', (path) => symlinkSync('nowhere', path), 'symbolic link'],
    ['a FIFO', (path) => execFileSync('mkfifo', [path]), 'pipe'],
    [
      '256 KiB and one byte',
      (path) => writeFileSync(path, Buffer.alloc(256 * 1024 + 1, 'a')),
      '262145 bytes',
    ],
    [
      'a sparse gigabyte',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 1024 ** 3);
      },
      '1073741824 bytes',
    ],
    [
      'a hard link',
      (path) => {
        writeFileSync(`${path}.other`, ticket);
        linkSync(`${path}.other`, path);
      },
      'hard link',
    ],
    [
      'an id that leads elsewhere',
      (path) => writeFileSync(path, '---\nid: ../x\n---\n'),
      'id is "../x", expected',
    ],
    ['text that is no UTF-8', (path) => writeFileSync(path, Buffer.from([0x61, 0xff, 0xfe])), 'UTF-8'],
    [
      'front matter that runs code',
      (path) => writeFileSync(path, '---js\n({})\n---\n'),
      'front matter begins',
    ],
  ])('holds %s with the reason', async (_what, create, reason) => {
    const backlog = await openBacklog(fresh(), whole);
    create(backlog.path('todo', 'x.md'));
    const candidate = named(await backlog.store.candidates(), 'x.md');
    expect(candidate).toMatchObject({ ticket: null, settled: true });
    expect(candidate?.problem).toContain(reason);
  });

  it('holds a socket', async () => {
    const backlog = await openBacklog(fresh());
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(backlog.path('todo', 'x.md'), resolve));
    expect((await backlog.store.candidates())[0]?.problem).toContain('socket');
    await new Promise((resolve) => server.close(resolve));
  });

  it('reads a file of exactly 256 KiB, and one with CRLF', async () => {
    const backlog = await openBacklog(fresh(), whole);
    const head = '---\ntitle: Long\n---\n';
    backlog.save('todo', 'long.md', head + 'a'.repeat(256 * 1024 - head.length));
    backlog.save('todo', 'crlf.md', ticket.replaceAll('\n', '\r\n'));
    const candidates = await backlog.store.candidates();
    expect(named(candidates, 'long.md')?.ticket?.title).toBe('Long');
    expect(named(candidates, 'crlf.md')).toMatchObject({ id: 'task-7', problem: null });
  });

  it('takes the id from the name when none is declared, and asks for the wait of each file', async () => {
    const backlog = await openBacklog(fresh(), {
      ...whole,
      waitSeconds: (file) => (file === 'idea.md' ? 30 : 0),
    });
    backlog.save('todo', 'task-12 - Fix-login.md', 'Fix the login.');
    backlog.save('todo', 'idea.md', 'An idea.');
    const candidates = await backlog.store.candidates();
    expect(named(candidates, 'task-12 - Fix-login.md')).toMatchObject({ id: 'task-12', waitSeconds: 0 });
    expect(named(candidates, 'idea.md')).toMatchObject({ id: 'idea', waitSeconds: 30 });
  });

  it('sees a changed file anew and forgets one that left', async () => {
    const backlog = await openBacklog(fresh());
    backlog.save('todo', 'a.md', ticket);
    await settled(backlog);
    backlog.save('todo', 'a.md', ticket.replace('task-7', 'task-8'));
    expect((await backlog.store.candidates())[0]).toMatchObject({ settled: false, ticket: null });
    await backlog.clock.advance(2000);
    expect((await backlog.store.candidates())[0]?.id).toBe('task-8');
    rmSync(backlog.path('todo', 'a.md'));
    expect(await backlog.store.candidates()).toEqual([]);
  });

  it('gives the same parsed ticket while the file is the same', async () => {
    const backlog = await openBacklog(fresh(), whole);
    backlog.save('todo', 'a.md', ticket);
    const [first] = await backlog.store.candidates();
    const [second] = await backlog.store.candidates();
    expect(second?.ticket).toBe(first?.ticket);
  });

  it('shares one look between callers that overlap', async () => {
    const backlog = await openBacklog(fresh(), whole);
    backlog.save('todo', 'a.md', ticket);
    const [first, second] = await Promise.all([backlog.store.candidates(), backlog.store.candidates()]);
    expect(second).toBe(first);
  });

  it('makes the folder again when it was removed', async () => {
    const backlog = await openBacklog(fresh(), whole);
    rmSync(join(backlog.root, 'todo'), { recursive: true });
    expect(await backlog.store.candidates()).toEqual([]);
    backlog.save('todo', 'a.md', ticket);
    expect(await backlog.store.candidates()).toHaveLength(1);
  });

  it('survives a thousand files that come and go while it looks', async () => {
    const backlog = await openBacklog(fresh(), whole);
    for (let n = 0; n < 1000; n += 1) backlog.save('todo', `t-${n}.md`, ticket);
    const looking = backlog.store.candidates();
    for (let n = 0; n < 1000; n += 2) rmSync(backlog.path('todo', `t-${n}.md`));
    expect((await looking).length).toBeLessThanOrEqual(1000);
    expect(await backlog.store.candidates()).toHaveLength(500);
  });
});
