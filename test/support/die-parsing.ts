import { statSync } from 'node:fs';
import { openSuspects } from '../../src/backlog/mark-suspect.ts';

/** A process that ends, with nothing to catch, while it parses a file: `node die-parsing.ts DIRECTORY CORRUPT FILE`. */
const [, , directory = '', corrupt = '', file = ''] = process.argv;
const suspects = openSuspects({
  directory,
  corrupt: { directory: corrupt, now: () => new Date() },
  warn: (message) => void process.stdout.write(`${message}\n`),
});
await suspects.judge();
try {
  suspects.during(file, statSync(file, { bigint: true }), () => process.abort());
} catch {
  process.stdout.write('the file is gone\n');
}
