import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startFakeForge } from '../support/fake-forge.ts';
import type { FakeForge } from '../support/fake-forge.ts';
import { makeRepository } from '../support/git-repository.ts';
import { draftOf, hostedForge } from '../support/hosted-forge.ts';
import { serveRepository } from '../support/https-remote.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

// `TICKETS=1000 npm run test:faults -- forge-duplicates` takes the figure anew, with the branches of as many tickets.
const asked = process.env['TICKETS'];
const tickets = Number(asked ?? 300);

let fake: FakeForge;
beforeEach(async () => {
  fake = await startFakeForge();
});
afterEach(() => fake.close());

/** Says of one in a hundred that it is lost, and of how many it did. */
function losses(): { isLost: () => boolean; count: () => number } {
  let calls = 0;
  let lost = 0;
  return {
    isLost() {
      calls += 1;
      if (calls % 97 !== 0) return false;
      lost += 1;
      return true;
    },
    count: () => lost,
  };
}

it.each(['github', 'gitea'] as const)(
  'F74: many tickets on %s with one answer in a hundred lost leave two of nothing',
  async (kind) => {
    const { isLost, count } = losses();
    fake.trouble = () => (isLost() ? 'lost' : undefined);
    const { forge } = hostedForge(fake, kind, { labels: ['mill'] });
    // Gitea is asked for all pull requests to find one, which a fake of thousands is slow at.
    const many = kind === 'github' ? tickets : Math.ceil(tickets / 10);
    for (let number = 0; number < many; number += 1)
      await forge.open(draftOf(`ticket/${number}`, { head: number.toString(16).padStart(40, '0') }));
    expect(count()).toBeGreaterThan(many / 20);
    expect(new Set(fake.pulls.map(({ head }) => head.ref)).size).toBe(many);
    expect([fake.pulls.length, fake.comments.length]).toEqual([many, many]);
    expect(fake.pulls.filter(({ labels }) => labels.length !== 1)).toEqual([]);
    expect([...fake.statuses.values()].filter(({ length }) => length !== 1)).toEqual([]);
  },
  600_000,
);

(asked === undefined ? it.skip : it)(
  'F57: as many pushes with one answer in a hundred lost leave one branch each (asked for by TICKETS)',
  async () => {
    const user = await makeRepository();
    const { isLost, count } = losses();
    const served = await serveRepository(user.remote ?? '', (step) =>
      step === 'send' && isLost() ? 'do it and cut' : 'work',
    );
    if (served === null) throw new Error('there is no openssl to make a certificate with');
    try {
      await user.git('remote', 'set-url', 'origin', served.url);
      const repository = await openTestRepository(user, {
        pushRetries: 3,
        token: () => Promise.resolve('a-token'),
        remoteEnv: { GIT_SSL_CAINFO: served.certificate },
      });
      const [tree, parent] = [
        await user.git('rev-parse', 'HEAD^{tree}'),
        await user.git('rev-parse', 'HEAD'),
      ];
      const pushed: string[] = [];
      for (let number = 0; number < tickets; number += 1) {
        const branch = `ticket/${number}`;
        const message = `${number}\n\nTicket-Key: ${number}\n`;
        const head = await repository.commit({ branch, tree, parent, message });
        await repository.push(branch, head, new AbortController().signal);
        pushed.push(`${head} refs/heads/${branch}`);
      }
      const listed = await user.remoteGit('for-each-ref', '--format=%(objectname) %(refname)', 'refs/');
      const there = listed.split('\n').filter((line) => !line.endsWith('/main'));
      expect(there.sort()).toEqual(pushed.sort());
      expect(count()).toBeGreaterThanOrEqual(Math.floor(tickets / 97));
    } finally {
      await served.close();
      await user.remove();
    }
  },
  3_600_000,
);
