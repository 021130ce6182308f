import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../files/disk.ts';
import { lookAt } from '../files/stamp.ts';
import { writeAtomic } from '../files/write-atomic.ts';

/** The kill switch: while the file `PAUSE` lies in the backlog, nothing new is begun. Anybody may put it there. */
export type PauseSwitch = {
  isOn: () => Promise<boolean>;
  set: (on: boolean) => Promise<void>;
};

export function openPauseSwitch(backlogRoot: string): PauseSwitch {
  const path = join(backlogRoot, 'PAUSE');
  return {
    isOn: async () => (await lookAt(path)) !== null,
    async set(on) {
      if (on)
        await writeAtomic(
          path,
          'While this file is here, ticketmill begins nothing new. Remove it to go on.\n',
        );
      else await unlink(path).catch(unlessMissing);
    },
  };
}

function unlessMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}
