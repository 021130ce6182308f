// A process of its own that takes the lock and keeps it: `node hold-lock.ts LOCKED STATE`.
import { acquireLock } from '../../src/control/acquire-lock.ts';
import { controlAddress } from '../../src/control/control-address.ts';

const [locked = '', state = ''] = process.argv.slice(2);
const lock = await acquireLock(await controlAddress({ locked, state }));
if (lock.kind === 'acquired') {
  lock.serve({
    echo: (args) => Promise.resolve(args),
    die: () => {
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  });
}
process.stdout.write(`${JSON.stringify(lock)}\n`);
