import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Disk } from '../../src/files/disk.ts';
import { realDisk } from '../../src/files/disk.ts';
import { move } from '../../src/files/move.ts';
import { lookAt, stampOf } from '../../src/files/stamp.ts';
import { writeAtomic } from '../../src/files/write-atomic.ts';
import { temporaryDirectories } from '../support/directory.ts';

/** What reaches a disk: names by directory, contents by file. */
type Effect =
  | { kind: 'link'; from: string; to: string }
  | { kind: 'rename'; from: string; to: string }
  | { kind: 'unlink'; path: string }
  | { kind: 'create'; path: string }
  | { kind: 'write'; path: string; text: string }
  | { kind: 'sync'; path: string };

type File = { text: string };
const torn = 'torn';

const fresh = temporaryDirectories();

describe('a power cut at any moment, with everything unsynced lost or not', () => {
  it('loses no ticket that is moved', async () => {
    const { todo, done } = folders();
    writeFileSync(join(todo, 'a.md'), 'a ticket');
    const { disk, effects } = recorder();
    await move(join(todo, 'a.md'), join(done, 'a.md'), disk);
    const states = statesAfterCut({ [join(todo, 'a.md')]: 'a ticket' }, effects);
    expect(states.length).toBeGreaterThan(8);
    for (const state of states) expect(Object.values(state)).toContain('a ticket');
  });

  it.each([
    ['over an earlier version', 'before', false],
    ['over an earlier version and no other', 'before', true],
    ['anew', null, false],
  ])('leaves what is written whole or as it was: %s', async (_what, before, isOver) => {
    const { done } = folders();
    const path = join(done, 'record.json');
    if (before !== null) writeFileSync(path, before);
    const { disk, effects } = recorder();
    const there = isOver ? await lookAt(path) : null;
    await writeAtomic(path, 'after', { disk, ...(there === null ? {} : { over: stampOf(there) }) });
    const states = statesAfterCut(before === null ? {} : { [path]: before }, effects);
    expect(states.length).toBeGreaterThan(5);
    for (const state of states) expect([before, 'after']).toContain(state[path] ?? null);
    // When it returns, it is there to stay.
    expect(states.at(-1)?.[path]).toBe('after');
  });

  it('shows what would be lost by another order', () => {
    const [from, to] = ['/todo/a.md', '/done/a.md'];
    const states = statesAfterCut({ [from]: 'a ticket' }, [
      { kind: 'link', from, to },
      { kind: 'unlink', path: from },
      { kind: 'sync', path: '/todo' },
      { kind: 'sync', path: '/done' },
    ]);
    expect(states).toContainEqual({});
  });
});

function folders(): { todo: string; done: string } {
  const root = fresh();
  const made = { todo: join(root, 'todo'), done: join(root, 'done') };
  for (const directory of Object.values(made)) mkdirSync(directory);
  return made;
}

/** The real disk, and what it was told to do. */
function recorder(): { disk: Disk; effects: Effect[] } {
  const effects: Effect[] = [];
  const disk: Disk = {
    ...realDisk,
    async link(from, to) {
      await realDisk.link(from, to);
      effects.push({ kind: 'link', from: String(from), to: String(to) });
    },
    async rename(from, to) {
      await realDisk.rename(from, to);
      effects.push({ kind: 'rename', from: String(from), to: String(to) });
    },
    renameSync(from, to) {
      realDisk.renameSync(from, to);
      effects.push({ kind: 'rename', from: String(from), to: String(to) });
    },
    unlinkSync(path) {
      realDisk.unlinkSync(path);
      effects.push({ kind: 'unlink', path: String(path) });
    },
    async open(path, flags, mode) {
      const handle = await realDisk.open(path, flags, mode);
      if (flags === 'wx') effects.push({ kind: 'create', path: String(path) });
      const told: Partial<Record<string | symbol, (text: unknown) => Effect>> = {
        writeFile: (text) => ({ kind: 'write', path: String(path), text: String(text) }),
        sync: () => ({ kind: 'sync', path: String(path) }),
      };
      return new Proxy(handle, {
        get(target, name) {
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== 'function') return method;
          return async (...args: unknown[]) => {
            const result: unknown = await Reflect.apply(method, target, args);
            const effect = told[name]?.(args[0]);
            if (effect !== undefined) effects.push(effect);
            return result;
          };
        },
      });
    },
  };
  return { disk, effects };
}

/**
 * Every state that the disk may be in after a cut between two effects: of each directory the changes of its names up
 * to some moment since its last sync, and of each file that was not synced perhaps nothing.
 */
function statesAfterCut(
  before: Record<string, string>,
  effects: readonly Effect[],
): Record<string, string>[] {
  return Array.from({ length: effects.length + 1 }, (_, at) => cutAfter(before, effects.slice(0, at))).flat();
}

function cutAfter(before: Record<string, string>, done: readonly Effect[]): Record<string, string>[] {
  const directories = [
    ...new Set([...Object.keys(before), ...done.flatMap(pathsOf)].map((path) => dirname(path))),
  ];
  const synced = (path: string): number =>
    done.findLastIndex((each) => each.kind === 'sync' && each.path === path);
  const moments = directories.map((directory) =>
    Array.from({ length: done.length - synced(directory) }, (_, index) => synced(directory) + index),
  );
  return combinations(moments).map((upTo) =>
    replay(before, done, (path, index) => index <= (upTo[directories.indexOf(dirname(path))] ?? -1)),
  );
}

/** `isKept`: whether the change of a name, the `index`th effect, reached the disk. */
function replay(
  before: Record<string, string>,
  done: readonly Effect[],
  isKept: (path: string, index: number) => boolean,
): Record<string, string> {
  const seen = new Map<string, File>(Object.entries(before).map(([path, text]) => [path, { text }]));
  const kept = new Map(seen);
  done.forEach((effect, index) => {
    const change = (path: string, file: File | undefined): void => {
      for (const names of isKept(path, index) ? [seen, kept] : [seen])
        if (file === undefined) names.delete(path);
        else names.set(path, file);
    };
    if (effect.kind === 'create') change(effect.path, { text: torn });
    if (effect.kind === 'link' || effect.kind === 'rename') change(effect.to, seen.get(effect.from));
    if (effect.kind === 'rename') change(effect.from, undefined);
    if (effect.kind === 'unlink') change(effect.path, undefined);
    if (effect.kind !== 'write') return;
    const file = seen.get(effect.path);
    const isSynced = done.slice(index).some((each) => each.kind === 'sync' && each.path === effect.path);
    if (file !== undefined && isSynced) file.text = effect.text;
  });
  return Object.fromEntries([...kept].map(([path, { text }]) => [path, text]));
}

function pathsOf(effect: Effect): string[] {
  return 'path' in effect ? (effect.kind === 'sync' ? [] : [effect.path]) : [effect.from, effect.to];
}

function combinations(choices: readonly number[][]): number[][] {
  return choices.reduce<number[][]>(
    (sofar, each) => sofar.flatMap((chosen) => each.map((one) => [...chosen, one])),
    [[]],
  );
}
