// `npm run test:chaos -- --seconds N --seed S`: random kills of the real daemon; 1 when a promise was broken.
import { parseArgs } from 'node:util';
import { describeChaos } from './chaos/describe-chaos.ts';
import { runChaos } from './chaos/run-chaos.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const order = { seconds: Number(values.seconds), seed: Number(values.seed ?? Date.now() % 1_000_000) };
if (!(order.seconds > 0 && Number.isInteger(order.seed)))
  throw new TypeError(`expected --seconds above 0 and a whole --seed, not ${JSON.stringify(values)}`);

const report = await runChaos({ ...order, tell: (line) => void process.stderr.write(`${line}\n`) });
process.stdout.write(`${describeChaos(order, report)}\n`);
process.exitCode = report.violations.length === 0 ? 0 : 1;
