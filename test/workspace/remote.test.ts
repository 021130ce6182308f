import { afterEach, describe, expect, it } from '@jest/globals';
import type { Doing, HttpsRemote, Step } from '../support/https-remote.ts';
import { serveRepository } from '../support/https-remote.ts';
import { makeRepository } from '../support/git-repository.ts';
import { processesAt } from '../support/mill.ts';
import { openTestRepository } from '../support/open-test-repository.ts';

const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A checkout whose remote is behind TLS, with a commit to push; null where no certificate can be made. */
async function open(decide: (step: Step, time: number) => Doing, retries = 0) {
  const user = await makeRepository();
  closers.push(() => user.remove());
  const served = await serveRepository(user.remote ?? '', decide);
  if (served === null) {
    process.stderr.write('skipped: no openssl\n');
    return null;
  }
  closers.push(() => served.close());
  await user.git('remote', 'set-url', 'origin', served.url);
  const repository = await openTestRepository(user, {
    pushRetries: retries,
    token: () => Promise.resolve('a-token'),
    // A second of silence instead of thirty.
    remoteEnv: { GIT_SSL_CAINFO: served.certificate, GIT_HTTP_LOW_SPEED_TIME: '1' },
  });
  const [tree, parent] = [await user.git('rev-parse', 'HEAD^{tree}'), await user.git('rev-parse', 'HEAD')];
  const message = 'one\n\nTicket-Key: k1\n';
  const head = await repository.commit({ branch: 'ticket/a', tree, parent, message });
  return { user, served, head, push: () => repository.push('ticket/a', head, never) };
}

function count({ heard }: HttpsRemote, step: Step): number {
  return heard.filter((each) => each.step === step).length;
}

const atSending =
  (...doings: Doing[]) =>
  (step: Step, time: number): Doing =>
    step === 'send' ? (doings[time - 1] ?? 'work') : 'work';

describe('a remote behind TLS (needs openssl)', () => {
  it('S49: takes a push with the token, which stands in a header alone, and in no list of processes', async () => {
    const processes: string[] = [];
    const opened = await open(() => {
      processes.push(...processesAt(''));
      return 'work';
    });
    if (opened === null) return;
    expect(await opened.push()).toBe(true);
    expect(await opened.user.remoteGit('rev-parse', 'ticket/a')).toBe(opened.head);
    const basic = `Basic ${Buffer.from('x-access-token:a-token').toString('base64')}`;
    expect(new Set(opened.served.heard.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
    const all = processes.join('\n');
    expect([all.includes('a-token'), all.includes(basic.slice(6))]).toEqual([false, false]);
    if (processes.length > 0) expect(all).toContain(opened.served.url);
    expect(await opened.user.git('config', '--list')).not.toMatch(/a-token|extraheader/i);
  });

  it.each([401, 403, 404])('is not asked again after %i', async (status) => {
    const opened = await open((step) => (step === 'look' ? 'work' : status), 3);
    if (opened === null) return;
    await expect(opened.push()).rejects.toMatchObject({
      code: 'PUSH_REJECTED',
      message: expect.stringContaining(opened.served.url),
    });
    // After a 401 git itself asks a second time, with what its helpers know: nothing.
    expect(count(opened.served, 'greet')).toBeLessThanOrEqual(status === 401 ? 2 : 1);
    expect(count(opened.served, 'send')).toBe(0);
  });

  it('is tried again when it has trouble of its own, and when it hangs up on what is sent', async () => {
    const opened = await open(atSending(503, 'cut', 'have no room'), 4);
    if (opened === null) return;
    expect(await opened.push()).toBe(true);
    // What libcurl tries again by itself comes on top.
    expect(count(opened.served, 'send')).toBeGreaterThanOrEqual(4);
    expect(await opened.user.remoteGit('rev-parse', 'ticket/a')).toBe(opened.head);
  });

  it('that falls silent in the middle of a push is given up, and no process waits for it', async () => {
    const opened = await open(atSending('fall silent'));
    if (opened === null) return;
    await expect(opened.push()).rejects.toMatchObject({ code: 'GIT_REMOTE_UNREACHABLE' });
    expect(processesAt(opened.user.home)).toEqual([]);
    expect(await opened.push()).toBe(true);
  });

  it('that did what it was told and lost the answer has one branch at the end', async () => {
    const opened = await open(atSending('do it and cut'), 1);
    if (opened === null) return;
    expect(await opened.push()).toBe(true);
    expect(await opened.user.remoteGit('for-each-ref', '--format=%(refname)', 'refs/heads/ticket')).toBe(
      'refs/heads/ticket/a',
    );
    expect(await opened.user.remoteGit('rev-parse', 'ticket/a')).toBe(opened.head);
  });

  it('whose certificate nobody vouches for is taken for one that is away', async () => {
    const opened = await open(() => 'work');
    if (opened === null) return;
    const repository = await openTestRepository(opened.user);
    await expect(repository.base('main', never)).rejects.toMatchObject({ code: 'GIT_REMOTE_UNREACHABLE' });
  });
});
