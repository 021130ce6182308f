// `npm run demo [-- --prepared]`: tickets of a throw-away repository, taken all the way to their pull requests.
import { parseArgs } from 'node:util';
import { runDemo } from './demo/run-demo.ts';

const { values } = parseArgs({ options: { prepared: { type: 'boolean', default: false } } });
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

process.exitCode = await runDemo({
  prepared: values.prepared,
  env: process.env,
  out: process.stdout,
  colours: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  signal: interruption.signal,
});
