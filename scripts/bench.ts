// `npm run bench [-- --json] [--full] [--only NAME] [--write] [--check]`: what ticketmill costs, beside what could not cost less.
import { parseArgs } from 'node:util';
import { runBench } from './bench/run-bench.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});

process.exitCode = await runBench(values);
