import type { Command } from 'commander';
import { Failure } from '../domain/failure.ts';
import { concurrencyOf } from './concurrency.ts';
import { examples } from './examples.ts';
import { followUntilEnded } from './follow-daemon.ts';
import type { Run, Session } from './session.ts';

export function addWorkerCommand(program: Command, run: Run): void {
  program
    .command('worker')
    .description('make changes for a daemon on another machine, through Redis, until it is stopped')
    .option('--concurrency <n>', 'changes at the same time, 1 to 10 (default: as configured)', concurrencyOf)
    .addHelpText('after', examples('worker', 'worker --root /srv/mill --concurrency 4'))
    .action(run(work));
}

async function work(
  session: Session,
  { concurrency = null }: { concurrency?: number | null },
): Promise<number> {
  const loaded = session.load();
  for (const notice of loaded.notices) session.output.say(notice);
  if (loaded.config.queue.driver !== 'bullmq')
    throw new Failure(
      'BAD_USAGE',
      `\`queue.driver\` is ${JSON.stringify(loaded.config.queue.driver)}, expected "bullmq": a worker and its daemon meet in Redis at \`queue.url\`.`,
    );
  const house = await session.house(loaded);
  await followUntilEnded(session, async (options) => {
    const worker = await house.work({ ...options, concurrency });
    session.output.say('Ready: this worker waits for changes to make.');
    return worker;
  });
  return 0;
}
