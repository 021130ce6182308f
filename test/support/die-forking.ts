// A process that starts a program through a small one, tells its pid, and is killed by whoever reads that.
import { openForkServer } from '../../src/workspace/fork-server.ts';
import { shellLine, untilForked } from './until-forked.ts';

const { run } = openForkServer({ idleMs: 60_000 });
const forks = await untilForked(run);
const [directory = ''] = process.argv.slice(2);
const sleeping = run(shellLine(`echo $$ > '${directory}/pid'; exec sleep 300`), new AbortController().signal);
process.stdout.write(`${forks}\n`);
await sleeping;
