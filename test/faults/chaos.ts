// `npm run test:chaos -- --seconds N --seed S --mills M`: random kills of real daemons, M at a time, each at work in a
// repository of its own; 1 when a promise was broken.
import { parseArgs } from 'node:util';
import { describeChaos } from './chaos/describe-chaos.ts';
import { addReports, runChaos } from './chaos/run-chaos.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    mills: { type: 'string', default: '1' },
  },
});
const order = { seconds: Number(values.seconds), seed: Number(values.seed ?? Date.now() % 1_000_000) };
const mills = Number(values.mills);
if (!(order.seconds > 0 && Number.isInteger(order.seed) && Number.isInteger(mills) && mills > 0))
  throw new TypeError(
    `expected --seconds above 0, a whole --seed and --mills from 1, not ${JSON.stringify(values)}`,
  );

const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const seeds = Array.from({ length: mills }, (_, index) => order.seed + index);
const report = addReports(await Promise.all(seeds.map((seed) => runChaos({ ...order, seed, tell }))));
process.stdout.write(`${describeChaos(order, report)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;
