import type { Disk } from '../../src/files/disk.ts';
import { realDisk } from '../../src/files/disk.ts';

export type Call = 'link' | 'lstat' | 'open' | 'rename' | 'unlink' | 'write' | 'sync' | 'chmod';

/** The real disk, except that `fault` is asked before each call and may name the error it ends with. */
export function faultyDisk(fault: (call: Call, path: string) => string | null): Disk {
  const check = (call: Call, path: string): void => {
    const code = fault(call, path);
    if (code !== null) throw Object.assign(new Error(`${code}: injected, ${call} '${path}'`), { code });
  };
  return {
    link: async (from, to) => {
      check('link', String(to));
      await realDisk.link(from, to);
    },
    lstat: (async (path: string, options: { bigint: true }) => {
      check('lstat', path);
      return realDisk.lstat(path, options);
    }) as Disk['lstat'],
    rename: async (from, to) => {
      check('rename', String(to));
      await realDisk.rename(from, to);
    },
    unlink: async (path) => {
      check('unlink', String(path));
      await realDisk.unlink(path);
    },
    lstatSync: (path, options) => {
      check('lstat', path);
      return realDisk.lstatSync(path, options);
    },
    renameSync: (from, to) => {
      check('rename', String(to));
      realDisk.renameSync(from, to);
    },
    unlinkSync: (path) => {
      check('unlink', String(path));
      realDisk.unlinkSync(path);
    },
    open: async (path, flags, mode) => {
      check('open', String(path));
      const opened = await realDisk.open(path, flags, mode);
      const faults: Partial<Record<string | symbol, Call>> = {
        sync: 'sync',
        writeFile: 'write',
        chmod: 'chmod',
      };
      return new Proxy(opened, {
        get(handle, name) {
          const call = faults[name];
          const method: unknown = Reflect.get(handle, name);
          if (typeof method !== 'function') return method;
          return async (...given: unknown[]) => {
            if (call !== undefined) check(call, String(path));
            return (await Reflect.apply(method, handle, given)) as unknown;
          };
        },
      });
    },
  };
}

/** Fails the call number `n` of those asked about, counted from 1; `tripped` tells whether it came to that. */
export function failNth(n: number, code: string): { disk: Disk; tripped: () => boolean } {
  let calls = 0;
  const disk = faultyDisk(() => {
    calls += 1;
    return calls === n ? code : null;
  });
  return { disk, tripped: () => calls >= n };
}

/** The real disk, and a person who does something as soon as anybody has looked and another gets a turn; once. */
export function disturbedAfterLooks(person: () => void): Disk {
  let left = 1;
  const disturb = (): void => {
    if (left-- > 0) queueMicrotask(person);
  };
  return {
    ...realDisk,
    lstat: (async (path: string, options: { bigint: true }) => {
      const stats = await realDisk.lstat(path, options);
      disturb();
      return stats;
    }) as Disk['lstat'],
    lstatSync: (path, options) => {
      const stats = realDisk.lstatSync(path, options);
      disturb();
      return stats;
    },
  };
}
