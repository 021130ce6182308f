import { describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectLeftovers } from '../../../src/app/doctor/inspect-leftovers.ts';
import type { Paths } from '../../../src/config/paths.ts';
import { writeDaemonInfo } from '../../../src/control/daemon-info.ts';

describe('inspectLeftovers', () => {
  it('tells of prepared worktrees that nobody took, as long as no daemon is at work on them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ticketmill-leftovers-'));
    try {
      const at = (name: string) => join(root, name);
      const paths: Paths = {
        ...{ root, backlogRoot: at('backlog'), state: at('state'), logs: at('logs'), worktrees: at('trees') },
        folders: { todo: at('t'), processing: at('p'), review: at('r'), done: at('d'), failed: at('f') },
      };
      const clock = { now: () => new Date('2026-01-02T03:04:05Z') };
      await mkdir(at('state'));
      for (const name of ['spare-1', 'spare-2', 'abc']) await mkdir(at(`trees/${name}`), { recursive: true });
      await writeFile(at('trees/spare-2/workspace.json'), '{ "key": "of-a-ticket" }');
      const told = await inspectLeftovers(paths, clock);
      expect(told).toMatchObject([{ name: 'leftovers', state: 'warn' }]);
      expect(told[0]?.detail).toBe(`1 prepared by a process that ended: ${at('trees/spare-1')}`);
      const info = { version: '0.0.0', startedAt: '2026-01-02T03:04:05Z', url: null };
      await writeDaemonInfo(at('state'), { ...info, pid: process.pid });
      expect(await inspectLeftovers(paths, clock)).toEqual([]);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
