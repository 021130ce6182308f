import type { RunCommand } from '../workspace/command.ts';
import { openForkServer } from '../workspace/fork-server.ts';

/** Milliseconds without a ticket after which its memory is worth more than the start of another. */
const idleMs = 30_000;

/** What starts git for whoever works for long; a command that ends soon starts its few calls by itself. */
export function openForks(stack: AsyncDisposableStack): RunCommand {
  const forks = openForkServer({ idleMs });
  stack.defer(() => forks.close());
  return forks.run;
}
