// `npm run demo [-- --prepared]`: tickets of a throw-away repository, taken all the way to their pull requests.
import { parseArgs } from 'node:util';
import { runDemo } from './demo/run-demo.ts';

const { values } = parseArgs({ options: { prepared: { type: 'boolean', default: false } } });
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);

try {
  process.exitCode = await runDemo({
    prepared: values.prepared,
    env: process.env,
    out: process.stdout,
    colours: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    signal: interruption.signal,
  });
} catch (error) {
  process.stderr.write(`\nThe demo broke off: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** The first time asks the daemon to come to an end, the second takes it along. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
}
