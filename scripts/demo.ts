// `npm run demo [-- --prepared]`: tickets of a throw-away repository, taken all the way to their pull requests.
import { parseArgs } from 'node:util';
import { runDemo } from './demo/run-demo.ts';

const { values } = parseArgs({ options: { prepared: { type: 'boolean', default: false } } });
const [interruption, hurry] = [new AbortController(), new AbortController()];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);

try {
  process.exitCode = await runDemo({
    prepared: values.prepared,
    env: process.env,
    out: process.stdout,
    colours: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    signal: interruption.signal,
    hurry: hurry.signal,
  });
} catch (error) {
  process.stderr.write(`\nThe demo broke off: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** The first time asks the daemon to come to an end, the second ends it. */
function interrupt(): void {
  if (interruption.signal.aborted) hurry.abort();
  else interruption.abort();
}
