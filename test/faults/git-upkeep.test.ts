import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { assertInvariants } from '../support/invariants.ts';
import { openMill } from '../support/mill.ts';
import { openRandom } from './chaos/random.ts';
import { answerAll, writeTicket } from './chaos/tickets.ts';

const stack = new AsyncDisposableStack();
afterAll(() => stack.disposeAsync());

/** Not `--prune=now`: git's own manual warns of it while somebody writes, since it takes what has no ref yet. */
const upkeep = [
  ['gc', '--quiet'],
  ['repack', '-q', '-a', '-d'],
  ['worktree', 'prune', '--expire', 'now'],
  ['pack-refs', '--all'],
];

describe('a repository that its user tidies up all the time', () => {
  it('loses nothing of ours that no branch holds yet', async () => {
    const config = {
      ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
      codeReview: { model: 'ollama/coder:7b' },
      processing: { concurrency: 2 },
      worktree: { directory: '../worktrees', keepFailed: false },
      checks: { slow: { run: ['sh', '-c', 'sleep 0.3'] } },
    };
    const ollama = answerAll(openRandom(1), { delayMs: 200, secret: 'a word' });
    const mill = await openMill({ files: { 'README.md': '# Notes\n' }, config, ollama }, stack);
    const { repository, root } = mill;
    const fingerprint = await repository.fingerprint();
    const promised = [1, 2, 3, 4].map((number) => writeTicket(number, 'plain'));
    const daemon = mill.start();
    for (const { file, text } of promised) await mill.drop(file, text);
    const settled = Promise.all(
      promised.map(({ id }) => daemon.until('ticket:settled', ({ taskId }) => taskId === id)),
    ).then(() => true);
    let rounds = 0;
    let tidying = tidy();
    for (; !(await Promise.race([settled, tidying])); rounds += 1) tidying = tidy();
    await tidying;
    expect(await daemon.stop()).toBe(0);
    expect(rounds).toBeGreaterThan(2);
    const folder = (state: string): string => join(root, 'backlog', state);
    await assertInvariants(
      { repository, folder, state: join(root, '.ticketmill') },
      { promised, fingerprint },
    );

    /** git itself may refuse one of them in the moment in which a worktree is added. */
    async function tidy(): Promise<false> {
      for (const [command = '', ...args] of upkeep)
        await repository.git(command, ...args).catch(() => undefined);
      return false;
    }
  }, 180_000);
});
