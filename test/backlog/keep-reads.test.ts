import {
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeepOptions } from '../../src/backlog/keep-reads.ts';
import { keepReads } from '../../src/backlog/keep-reads.ts';
import type { TicketFile } from '../../src/backlog/read-ticket-file.ts';
import { readTicketFile } from '../../src/backlog/read-ticket-file.ts';
import { immediateDisk } from '../../src/files/reading-disk.ts';
import { lookAt, stampOf } from '../../src/files/stamp.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { openBacklog } from '../support/folder-store.ts';

const fresh = temporaryDirectories();
const data = process.env['TICKETMILL_TEST_DATA'];

const count = 70;
/** As many new ones are worth keeping. */
const worthKeeping = 50;

/** All that lies there has long been left alone. */
const later = (directory: string) => ({ dev: statSync(directory, { bigint: true }).dev, ns: 2n ** 62n });

let root: string;
let folder: string;
let kept: string;
beforeEach(() => {
  root = fresh();
  folder = join(root, 'tickets');
  kept = join(root, 'parsed');
  mkdirSync(folder);
  mkdirSync(kept);
});

const nameOf = (number: number): string => `task-${String(number).padStart(3, '0')} - Say-hello.md`;
const textOf = (title: string): string => `---\ntitle: ${title}\n---\nPlease.\n`;
const pathOf = (number: number): string => join(folder, nameOf(number));

function fill(upTo = count): void {
  for (let number = 1; number <= upTo; number += 1) writeFileSync(pathOf(number), textOf(`Say ${number}`));
}

type Look = { found: TicketFile[]; parsed: string[] };

/** One process that looks over the whole folder: what it finds, and which files it had to read for that. */
async function look(given: Partial<KeepOptions> = {}, names = readdirSync(folder).sort()): Promise<Look> {
  const parsed: string[] = [];
  const read = (path: string): Promise<TicketFile> => {
    parsed.push(path.slice(folder.length + 1));
    return readTicketFile(path);
  };
  const options = {
    directory: kept,
    version: '1.0.0',
    disk: immediateDisk,
    now: () => later(root),
    ...given,
  };
  const readMany = keepReads(read, options)({ path: folder, name: 'todo' });
  const found = await readMany(async (readOne) => {
    const files: TicketFile[] = [];
    for (const name of names) files.push(await readOne(join(folder, name)));
    return files;
  });
  return { found, parsed };
}

/** The order of keys counts too: a hash is made over it. */
function expectSame(found: unknown, expected: unknown): void {
  expect(found).toStrictEqual(expected);
  expect(inspect(found, { depth: 9 })).toBe(inspect(expected, { depth: 9 }));
}

/** What is said of the files when nothing is kept. */
async function truth(): Promise<TicketFile[]> {
  const names = readdirSync(folder).sort();
  return Promise.all(names.map((name) => readTicketFile(join(folder, name))));
}

describe('what was read of a folder', () => {
  it('is not read again by the next process', async () => {
    fill();
    expect((await look()).parsed).toHaveLength(count);
    const { found, parsed } = await look();
    expect(parsed).toEqual([]);
    expectSame(found, await truth());
  });

  it('is found by what whoever asks has seen already, without another look', async () => {
    fill();
    await look();
    const disk = { lstat: () => Promise.reject(new Error('looked')) };
    const readMany = keepReads((path) => readTicketFile(path), { directory: kept, version: '1.0.0', disk });
    const stats = await lookAt(pathOf(60));
    if (stats === null) throw new Error('it is gone');
    const found = await readMany({ path: folder, name: 'todo' })((read) => read(pathOf(60), stampOf(stats)));
    expect(found).toStrictEqual(await readTicketFile(pathOf(60)));
  });

  it('is left as it is while little is new, and written anew when much is', async () => {
    fill();
    await look();
    const before = readFileSync(join(kept, 'todo'));
    for (let number = 1; number < worthKeeping; number += 1)
      writeFileSync(pathOf(number), textOf(`Say more of ${number}`));
    await look();
    expect(readFileSync(join(kept, 'todo'))).toEqual(before);
    writeFileSync(pathOf(70), textOf('Say more of 70'));
    await look();
    expect((await look()).parsed).toEqual([]);
  });

  it('goes with its files when it is written anew, and what is old and still true stays', async () => {
    fill();
    await look();
    for (let number = 61; number <= 70; number += 1) rmSync(pathOf(number));
    for (let number = 71; number <= count + worthKeeping; number += 1)
      writeFileSync(pathOf(number), textOf(`Say ${number}`));
    await look();
    const text = readFileSync(join(kept, 'todo'), 'utf8');
    expect([text.includes('Say 60'), text.includes('Say 61'), text.includes('Say 120')]).toEqual([
      true,
      false,
      true,
    ]);
    const { found, parsed } = await look();
    expect(parsed).toEqual([]);
    expectSame(found, await truth());
  });

  it('is written anew without what is damaged, and without what nobody asked for', async () => {
    fill();
    await look();
    const whole = readFileSync(join(kept, 'todo'));
    whole[whole.indexOf('Say 60')] = 0;
    writeFileSync(join(kept, 'todo'), whole);
    writeFileSync(join(folder, 'notes.txt'), 'Mine.');
    const more = Array.from({ length: worthKeeping }, (_, index) => count + 1 + index);
    for (const number of more) writeFileSync(pathOf(number), textOf(`Say ${number}`));
    await look({}, more.map(nameOf));
    expect((await look()).parsed).toEqual(['notes.txt', nameOf(60)]);
  });

  it('may be longer than what is read or written at once', async () => {
    fill();
    writeFileSync(pathOf(40), textOf('Say 40') + 'Please do so.\n'.repeat(15_000));
    await look();
    const { found, parsed } = await look();
    expect(parsed).toEqual([]);
    expect(found).toStrictEqual(await truth());
  });

  it('is not asked for a file that is gone', async () => {
    fill();
    await look();
    rmSync(pathOf(70));
    const names = Array.from({ length: 70 }, (_, index) => nameOf(index + 1));
    expect((await look({}, names)).found.at(-1)).toEqual({ kind: 'gone' });
  });

  it('is asked for by later looks of the same process once more than a few are new to it', async () => {
    fill();
    await look();
    const parsed: string[] = [];
    const read = (path: string): Promise<TicketFile> => {
      parsed.push(path);
      return readTicketFile(path);
    };
    const readMany = keepReads(read, { directory: kept, version: '1.0.0', disk: immediateDisk })({
      path: folder,
      name: 'todo',
    });
    await readMany((readOne) => readOne(pathOf(1)));
    expect(parsed).toEqual([]);
    await readMany((readOne) => readOne(pathOf(1)));
    expect(parsed).toEqual([pathOf(1)]);
    await readMany(async (readOne) => {
      for (let number = 1; number <= count; number += 1) await readOne(pathOf(number));
    });
    expect(parsed).toHaveLength(1 + 20);
  });

  it('keeps nothing of a small folder', async () => {
    fill(worthKeeping - 1);
    await look();
    await look();
    expect(readdirSync(kept)).toEqual([]);
  });
});

describe('a file that changed since it was read', () => {
  const titleOf = ({ found }: Look, number: number): unknown => {
    const file = found[number - 1];
    return file?.kind === 'ticket' ? file.ticket.title : file;
  };

  beforeEach(async () => {
    fill();
    await look();
  });

  it('is read again after an edit in place', async () => {
    writeFileSync(pathOf(60), textOf('Say much more'));
    expect(titleOf(await look(), 60)).toBe('Say much more');
  });

  it('is read again although its size is the same and its time was set back', async () => {
    const { atime, mtime } = statSync(pathOf(60));
    writeFileSync(pathOf(60), textOf('Sag 60'));
    utimesSync(pathOf(60), atime, mtime);
    expect(titleOf(await look(), 60)).toBe('Sag 60');
  });

  it('is read again when another one took its place', async () => {
    const { atime, mtime } = statSync(pathOf(60));
    writeFileSync(join(root, 'other'), textOf('Sag 60'));
    utimesSync(join(root, 'other'), atime, mtime);
    renameSync(join(root, 'other'), pathOf(60));
    expect(titleOf(await look(), 60)).toBe('Sag 60');
  });

  it('is read again when it changed its name: an id may be made of it', async () => {
    renameSync(pathOf(60), join(folder, 'task-999 - Say-hello.md'));
    const { found } = await look();
    expect(found.at(-1)).toMatchObject({ kind: 'ticket', id: 'task-999' });
    expectSame(found, await truth());
  });
});

describe('a file that was written a moment ago', () => {
  const lookNow = async (): Promise<void> => {
    const options = { directory: kept, version: '1.0.0', disk: immediateDisk };
    const readMany = keepReads((path) => readTicketFile(path), options)({ path: folder, name: 'todo' });
    const found = await readMany((read) =>
      Promise.all(readdirSync(folder).map((name) => read(join(folder, name)))),
    );
    expect(found).toHaveLength(count);
  };

  it('is not kept: it may change once more and look the same', async () => {
    fill();
    await lookNow();
    expect(readdirSync(kept)).toEqual([]);
  });

  it('is read like any other where nobody can tell what time it is', async () => {
    fill();
    rmSync(kept, { recursive: true });
    writeFileSync(kept, 'no directory');
    await lookNow();
  });

  it.each([
    ['two seconds later', 0n, 0n, true],
    ['a nanosecond before that', -1n, 0n, false],
    ['by the clock of another disk', 0n, 1n, false],
  ])('is kept or not %s', async (_when, more, otherDisk, isKept) => {
    fill();
    const files = readdirSync(folder).map((name) => ({
      name,
      at: lstatSync(join(folder, name), { bigint: true }).ctimeNs,
    }));
    const newest = files.reduce((a, b) => (a.at > b.at ? a : b));
    const now = () => ({ dev: later(root).dev + otherDisk, ns: newest.at + 2_000_000_000n + more });
    await look({ now });
    expect((await look({ now })).parsed.includes(newest.name)).toBe(!isKept);
  });
});

describe('what is kept', () => {
  beforeEach(fill.bind(null, undefined));

  it('may be cut off anywhere, and may hold anything', async () => {
    await look();
    const whole = readFileSync(join(kept, 'todo'));
    const expected = await truth();
    const damage = fc.oneof(
      fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
      fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ change;
        return bytes;
      }),
      fc.uint8Array({ maxLength: 400 }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        writeFileSync(join(kept, 'todo'), bytes);
        expect((await look()).found).toStrictEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('is asked for nothing but the text that is damaged', async () => {
    await look();
    const whole = readFileSync(join(kept, 'todo'));
    whole[whole.indexOf('Say 70')] = 0;
    writeFileSync(join(kept, 'todo'), whole);
    expect((await look()).parsed).toEqual([nameOf(70)]);
  });

  it('is as good as none where its list of names is damaged', async () => {
    await look();
    const whole = readFileSync(join(kept, 'todo'));
    whole[whole.lastIndexOf(nameOf(1))] = 0;
    writeFileSync(join(kept, 'todo'), whole);
    expect((await look()).parsed).toHaveLength(count);
  });

  it('is nothing to another version of the program, which writes its own', async () => {
    await look();
    expect((await look({ version: '1.0.1' })).parsed).toHaveLength(count);
    expect((await look({ version: '1.0.1' })).parsed).toEqual([]);
  });

  it.each<[string, () => void]>([
    [
      'nothing can be written',
      () => {
        rmSync(kept, { recursive: true });
        writeFileSync(kept, 'no directory');
      },
    ],
    ['a directory is in its place', () => mkdirSync(join(kept, 'todo'), { recursive: true })],
    ['it cannot be written to its end', () => mkdirSync(join(kept, 'todo.new'), { recursive: true })],
  ])('changes nothing where %s', async (_what, arrange) => {
    arrange();
    await look();
    const { found, parsed } = await look();
    expect(parsed).toHaveLength(count);
    expectSame(found, await truth());
  });

  it('survives a process that died while it wrote', async () => {
    await look();
    const whole = readFileSync(join(kept, 'todo'));
    writeFileSync(join(kept, 'todo.new'), whole.subarray(0, 1000));
    expect((await look()).parsed).toEqual([]);
    for (let number = 21; number <= 70; number += 1) writeFileSync(pathOf(number), textOf(`Sag ${number}`));
    await look();
    expect(readdirSync(kept)).toEqual(['todo']);
    expect((await look()).parsed).toEqual([]);
  });

  it('goes when a look fails as well, without hiding why', async () => {
    const readMany = keepReads((path) => readTicketFile(path), {
      directory: kept,
      version: '1.0.0',
      disk: immediateDisk,
    })({ path: folder, name: 'todo' });
    await expect(readMany(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  });
});

(data ? describe : describe.skip)('tickets of others (needs TICKETMILL_TEST_DATA)', () => {
  it('are kept as they are read', async () => {
    const corpus = join(data ?? '', 'backlog-corpus');
    const texts = globSync('**/*.md', { cwd: corpus }).sort();
    texts.forEach((file, index) => {
      writeFileSync(
        join(folder, `${index + 1000}-${file.replaceAll('/', '-')}`),
        readFileSync(join(corpus, file)),
      );
    });
    await look();
    const { found, parsed } = await look();
    // One whose `ordinal` is no number: there is no JSON for that.
    expect(parsed).toHaveLength(1);
    expectSame(found, await truth());
  });
});

describe('a backlog', () => {
  it('tells the same whether its tickets were read before or not', async () => {
    const parsed = { directory: kept, version: '1.0.0', now: () => later(root) };
    const tell = async () => {
      const { store, save } = await openBacklog(root, { parsed, arrivedByRename: () => true });
      return {
        save,
        told: async () => [await store.candidates(), await store.index(), await store.list('done')],
      };
    };
    const before = await tell();
    for (let number = 1; number <= 71; number += 1)
      for (const state of ['todo', 'done'] as const)
        before.save(state, nameOf(number), number === 71 ? '---\nid: [\n---\n' : textOf(`Say ${number}`));
    const told = await before.told();
    expect(readdirSync(kept).sort()).toEqual(['done', 'todo']);
    expect(await (await tell()).told()).toStrictEqual(told);
  });
});
