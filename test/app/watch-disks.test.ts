import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { watchDisks } from '../../src/app/watch-disks.ts';
import { ticketStates } from '../../src/domain/ticket.ts';
import { manualClock } from '../support/clock.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

function placesIn(root: string) {
  const folders = Object.fromEntries(ticketStates.map((state) => [state, join(root, 'backlog', state)]));
  return {
    folders: folders as Record<(typeof ticketStates)[number], string>,
    state: join(root, '.ticketmill'),
    worktrees: join(root, 'worktrees'),
  };
}

/** What a process in a namespace of its own says of a small disk that is filled and freed, and one that is read-only. */
const script = `
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { watchDisks } from ${JSON.stringify(new URL('../../src/app/watch-disks.ts', import.meta.url).href)};
import { execFileSync } from 'node:child_process';
const root = process.argv[1];
const folders = Object.fromEntries(['todo', 'processing', 'review', 'done', 'failed'].map((state) => [state, root + '/' + state]));
let now = 0;
const disks = watchDisks({ folders, state: root + '/state', worktrees: root + '/worktrees' }, { monotonic: () => (now += 1000) });
const say = async () => console.log((await disks.outage())?.code ?? 'well');
await say();
writeFileSync(root + '/ballast', Buffer.alloc(150 * 1024 * 1024));
await say();
rmSync(root + '/ballast');
await say();
execFileSync('mount', ['-o', 'remount,ro', root]);
await say();
execFileSync('mount', ['-o', 'remount,rw', root]);
await say();
`;

const inNamespace = (...command: string[]) =>
  spawnSync(
    'unshare',
    ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=300m tmpfs "$0" && exec "$@"', ...command],
    {
      encoding: 'utf8',
    },
  );
const canMount = process.platform === 'linux' && inNamespace('/mnt', 'true').status === 0;

describe('the disks', () => {
  it('are well where there is room, also for what is yet to be made', async () => {
    expect(await watchDisks(placesIn(fresh()), manualClock()).outage()).toBeNull();
  });

  (process.getuid?.() === 0 ? it.skip : it)(
    'are not where we must not write, until we may (not as root, who may always)',
    async () => {
      const root = fresh();
      const places = placesIn(root);
      mkdirSync(places.folders.todo, { recursive: true });
      chmodSync(places.folders.todo, 0o500);
      const clock = manualClock();
      const disks = watchDisks(places, clock);
      expect(await disks.outage()).toMatchObject({
        code: 'DISK_UNWRITABLE',
        message: `${places.folders.todo} cannot be read and written (EACCES).`,
      });
      chmodSync(places.folders.todo, 0o700);
      expect(await disks.outage()).toMatchObject({ code: 'DISK_UNWRITABLE' });
      await clock.advance(1000);
      expect(await disks.outage()).toBeNull();
    },
  );

  (canMount ? it : it.skip)(
    'are full, or read-only, for as long as they are (needs mount namespaces)',
    () => {
      const root = fresh();
      const file = join(fresh(), 'ask.mjs');
      writeFileSync(file, script);
      const said = inNamespace(root, process.execPath, '--input-type=module', '-e', script, root);
      expect(said.stderr).not.toContain('Error');
      expect(said.stdout.trim().split('\n')).toEqual([
        'well',
        'DISK_FULL',
        'well',
        'DISK_UNWRITABLE',
        'well',
      ]);
    },
  );
});
