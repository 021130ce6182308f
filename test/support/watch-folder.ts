// A process of its own that watches a folder with few inotify resources: `node watch-folder.ts FOLDER`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchFolders } from '../../src/backlog/watch.ts';
import { realClock } from './real-clock.ts';

const [folder = ''] = process.argv.slice(2);
const found = Promise.withResolvers<undefined>();
const watch = await watchFolders({
  directories: [folder],
  clock: realClock,
  rescanMs: 50,
  onChange: () => found.resolve(undefined),
  onDegraded: (mode, reason) => process.stdout.write(`${mode}: ${reason}\n`),
});
writeFileSync(join(folder, 'a.md'), 'x');
await found.promise;
process.stdout.write('looked\n');
await watch.close();
