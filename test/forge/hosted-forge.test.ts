import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownName, startFakeForge } from '../support/fake-forge.ts';
import type { Call, FakeForge, Trouble } from '../support/fake-forge.ts';
import { makeRepository } from '../support/git-repository.ts';
import { draftOf, hostedForge } from '../support/hosted-forge.ts';
import { serveRepository } from '../support/https-remote.ts';

let fake: FakeForge;
beforeEach(async () => {
  fake = await startFakeForge();
});
afterEach(() => fake.close());

/** Every write once, whatever becomes of its answer. */
function expectOneOfEach(): void {
  expect(fake.pulls).toHaveLength(1);
  expect(fake.comments).toHaveLength(1);
  expect(fake.pulls[0]?.labels).toEqual([{ name: 'mill' }]);
  expect(fake.pulls[0]?.requested_reviewers).toEqual([{ login: 'ada' }]);
  expect([...fake.statuses.values()].flat()).toHaveLength(1);
}

const wishes = { labels: ['mill'], reviewers: ['ada'] };

describe.each(['github', 'gitea'] as const)('a pull request on %s', (kind) => {
  it('is opened with labels, reviewers, milestone, comments at lines and a status, once however often', async () => {
    fake.milestones.push({ id: 7, number: 7, title: 'v1' });
    const { forge, warnings } = hostedForge(fake, kind, wishes);
    expect(await forge.find('ticket/a')).toBeNull();
    const opened = await forge.open(draftOf('ticket/a', { milestone: 'V1' }));
    expect(opened).toMatchObject({
      number: 1,
      state: 'open',
      branch: 'ticket/a',
      base: 'main',
      head: 'a'.repeat(40),
    });
    await forge.open(draftOf('ticket/a', { milestone: 'V1' }));
    expectOneOfEach();
    expect(fake.pullMilestones.get(1)).toBe(7);
    expect(fake.comments[0]).toMatchObject({ path: 'a.ts', line: 3 });
    expect(await forge.find('ticket/a')).toMatchObject({ number: 1, url: opened?.url });
    expect(warnings).toEqual([]);
  });

  it('gets the label that the forge has, on whatever page that is, and the milestone', async () => {
    fake.labels.push(...Array.from({ length: 120 }, (_, index) => ({ id: index + 1, name: `l${index}` })));
    fake.labels.push({ id: 121, name: 'Mill' });
    fake.milestones.push(
      ...Array.from({ length: 120 }, (_, at) => ({ id: at, number: at, title: `v${at}` })),
    );
    const { forge } = hostedForge(fake, kind, wishes);
    await forge.open(draftOf('ticket/a', kind === 'github' ? { milestone: 'v119' } : {}));
    expect(fake.labels).toHaveLength(121);
    expect(fake.pullMilestones.get(1)).toBe(kind === 'github' ? 119 : undefined);
  });

  it('is one, whichever answer is lost on the way', async () => {
    const lostOnce = new Set<string>();
    fake.trouble = ({ method, path }) => {
      const write = `${method} ${path}`;
      if (method === 'GET' || lostOnce.has(write)) return undefined;
      lostOnce.add(write);
      return 'lost';
    };
    const { forge } = hostedForge(fake, kind, wishes);
    await forge.open(draftOf('ticket/a'));
    expect(lostOnce.size).toBeGreaterThanOrEqual(5);
    expectOneOfEach();
  });

  it('keeps what a person wrote into its body and its title, and renews our part', async () => {
    const { forge } = hostedForge(fake, kind);
    await forge.open(draftOf('ticket/a'));
    const [pull] = fake.pulls;
    if (pull === undefined) throw new Error('none was opened');
    Object.assign(pull, { title: 'My words', body: `Before.\n${pull.body}After.` });
    await forge.open(draftOf('ticket/a', { body: 'Made anew.' }));
    expect(pull.title).toBe('My words');
    expect(pull.body).toMatch(/^Before\.\n[^]*Made anew\.[^]*After\.$/);
    pull.body = 'All mine.';
    await forge.open(draftOf('ticket/a', { body: 'Once more.' }));
    expect(pull.body).toBe('All mine.');
  });

  it('is found in whatever state, the newest, and never the one of a fork', async () => {
    const { forge } = hostedForge(fake, kind);
    const first = await forge.open(draftOf('ticket/a'));
    if (first === null) throw new Error('none was opened');
    expect(await forge.close(first)).toMatchObject({ state: 'closed' });
    expect(await forge.find('ticket/a')).toMatchObject({ number: 1, state: 'closed' });
    expect(await forge.open(draftOf('ticket/a'))).toMatchObject({ number: 1, state: 'closed' });
    const second = await forge.open(draftOf('ticket/a', { head: 'b'.repeat(40) }));
    if (second === null) throw new Error('none was opened');
    await expect(forge.merge(second)).rejects.toThrow(/Head branch was modified/);
    Object.assign(fake.pulls[1]?.head ?? {}, { sha: second.head });
    expect(await forge.merge(second)).toMatchObject({ number: 2, state: 'merged' });
    expect(await forge.merge(second)).toMatchObject({ number: 2, state: 'merged' });
    await forge.open(draftOf('ticket/b'));
    Object.assign(fake.pulls[2] ?? {}, {
      head: { ref: 'ticket/a', sha: 'b', repo: { full_name: 'evil/greeter' } },
    });
    expect(await forge.find('ticket/a')).toMatchObject({ number: 2, state: 'merged' });
    expect(fake.count('PUT', /merge/) + fake.count('POST', /merge/)).toBe(2);
  });

  it('that conflicts, is closed or gone is not merged, and the reason is told', async () => {
    const { forge } = hostedForge(fake, kind);
    const opened = await forge.open(draftOf('ticket/a'));
    if (opened === null) throw new Error('none was opened');
    Object.assign(fake.pulls[0] ?? {}, { mergeable: false });
    await expect(forge.merge(opened)).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
      message: /not mergeable/ as never,
    });
    await forge.close(opened);
    await expect(forge.merge(opened)).rejects.toMatchObject({ code: 'MERGE_REFUSED' });
    await expect(forge.merge({ ...opened, branch: 'ticket/x' })).rejects.toMatchObject({
      code: 'MERGE_REFUSED',
    });
  });

  it('goes without what the forge refuses to add to it', async () => {
    fake.hasLine = (path) => path === 'b.ts';
    fake.trouble = ({ method, path }) =>
      method === 'POST' && path.endsWith('/labels')
        ? { status: 422, body: { message: 'no such label' } }
        : undefined;
    const { forge, warnings } = hostedForge(fake, kind, { labels: ['mill'], reviewers: ['stranger'] });
    const at = { severity: 'LOW', category: 'style', line: 3, message: 'm' } as const;
    const findings = ['a.ts', 'b.ts'].map((file) => ({ ...at, file }));
    await forge.open(draftOf('ticket/a', { findings: [...findings, { ...at, file: 'a.ts', line: 0 }] }));
    expect(fake.comments.map(({ path }) => path)).toEqual(['b.ts']);
    expect(warnings).toEqual([
      expect.stringMatching(/labels .*no such label/),
      expect.stringMatching(/reviewers/),
    ]);
  });
});

describe('trouble with GitHub', () => {
  const troubled = (trouble: (call: Call) => Trouble | undefined, timeoutMs?: number) => {
    fake.trouble = trouble;
    return hostedForge(fake, 'github', timeoutMs === undefined ? {} : { timeoutMs });
  };
  const onPost = (trouble: Trouble) => (call: Call) =>
    call.method === 'POST' && call.path.endsWith('/pulls') ? trouble : undefined;

  it('F63: nothing is asked with a refused token for a minute, and at once with another', async () => {
    const { forge, api, clock, token } = troubled(({ token: given }) =>
      given === 'token first' ? { status: 401, body: { message: 'Bad credentials' } } : undefined,
    );
    const refused = { code: 'FORGE_UNAUTHORIZED', isInfrastructure: true };
    for (let tries = 0; tries < 3; tries += 1)
      await expect(forge.find('ticket/a')).rejects.toMatchObject(refused);
    expect(fake.calls).toHaveLength(1);
    expect(api.outage()).toMatchObject(refused);
    await clock.advance(60_000);
    await expect(forge.find('ticket/a')).rejects.toMatchObject(refused);
    expect(fake.calls).toHaveLength(2);
    token.value = 'second';
    expect(await forge.find('ticket/a')).toBeNull();
    token.value = null;
    await expect(forge.find('ticket/a')).rejects.toMatchObject({ code: 'FORGE_UNAUTHORIZED' });
  });

  it('F64: a missing permission is no outage and not tried again', async () => {
    const trouble = { status: 403, body: { message: 'Resource not accessible by personal access token' } };
    const { forge, api } = troubled(onPost(trouble));
    await expect(forge.open(draftOf('ticket/a'))).rejects.toMatchObject({
      code: 'FORGE_FORBIDDEN',
      isInfrastructure: false,
    });
    expect(fake.count('POST', /pulls$/)).toBe(1);
    expect(api.outage()).toBeNull();
  });

  it('F65: a used up limit is waited for by the clock of the server', async () => {
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '1000030',
      date: new Date(1_000_000_000).toUTCString(),
    };
    const { forge, api, clock } = troubled(() => ({
      status: 403,
      headers,
      body: { message: 'API rate limit exceeded' },
    }));
    await expect(forge.find('ticket/a')).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      retryAfterSeconds: 31,
    });
    await clock.advance(30_000);
    await expect(forge.find('ticket/a')).rejects.toMatchObject({
      code: 'FORGE_RATE_LIMITED',
      retryAfterSeconds: 1,
    });
    expect(fake.calls).toHaveLength(1);
    await clock.advance(1000);
    fake.trouble = () => undefined;
    expect(await forge.find('ticket/a')).toBeNull();
    expect(api.outage()).toBeNull();
  });

  it('F66: a secondary limit is waited for as long as it says, else a minute, doubling', async () => {
    const body = { message: 'You have exceeded a secondary rate limit.' };
    const { forge, clock } = troubled(() => ({ status: 429, headers: { 'retry-after': '7' }, body }));
    await expect(forge.find('a')).rejects.toMatchObject({ code: 'FORGE_RATE_LIMITED', retryAfterSeconds: 7 });
    await clock.advance(7000);
    fake.trouble = () => ({ status: 403, body });
    for (const seconds of [60, 120, 240]) {
      await expect(forge.find('a')).rejects.toThrow(/secondary/);
      await expect(forge.find('a')).rejects.toMatchObject({ retryAfterSeconds: seconds });
      await clock.advance(seconds * 1000);
    }
    expect(fake.calls).toHaveLength(4);
  });

  it('F67: a repository that is gone or hidden holds everything back, with what may be wrong', async () => {
    const { forge, api } = troubled(() => ({ status: 404, body: { message: 'Not Found' } }));
    await expect(forge.find('ticket/a')).rejects.toMatchObject({
      code: 'FORGE_NOT_FOUND',
      isInfrastructure: true,
    });
    expect(api.outage()?.hint).toMatch(/gone, or the token may not see it/);
  });

  it('F68: one that exists already is adopted, although it was not seen before', async () => {
    const { forge } = hostedForge(fake, 'github');
    await forge.open(draftOf('ticket/a'));
    let looks = 0;
    fake.trouble = ({ method, path }) =>
      method === 'GET' && path.endsWith('/pulls') && (looks += 1) === 1
        ? { status: 200, body: [] }
        : undefined;
    expect(await forge.open(draftOf('ticket/a'))).toMatchObject({ number: 1 });
    expect(fake.pulls).toHaveLength(1);
  });

  it('F69, F70, F71: nothing between, no head, and other refusals are told apart', async () => {
    const saying = (message: string) =>
      onPost({ status: 422, body: { message: 'Validation Failed', errors: [{ message }] } });
    const { forge } = troubled(saying('No commits between main and ticket/a'));
    expect(await forge.open(draftOf('ticket/a'))).toBeNull();
    fake.trouble = () => undefined;
    fake.branches = new Set();
    await expect(forge.open(draftOf('ticket/a'))).rejects.toMatchObject({ code: 'FORGE_HEAD_MISSING' });
    fake.trouble = saying('title is too long (maximum is 256 characters)');
    await expect(forge.open(draftOf('ticket/a'))).rejects.toMatchObject({ code: 'FORGE_REFUSED' });
    fake.branches = null;
    fake.trouble = (call) =>
      call.body['draft'] === true
        ? { status: 422, body: { message: 'Draft pull requests are not supported' } }
        : undefined;
    expect(await forge.open(draftOf('ticket/a', { draft: true }))).toMatchObject({ number: 1 });
  });

  it.each([500, 502, 503, 504])('F72: a %i is tried again, and looked before', async (status) => {
    let left = 3;
    const { forge, waited } = troubled(({ method }) =>
      method === 'POST' && (left -= 1) >= 0 ? { status } : undefined,
    );
    await forge.open(draftOf('ticket/a', { findings: [] }));
    expect(fake.pulls).toHaveLength(1);
    expect(waited.length).toBe(3);
  });

  it('F72: a long outage ends the try, and says that it is one', async () => {
    const { forge, waited } = troubled(() => ({ status: 503 }));
    await expect(forge.find('ticket/a')).rejects.toMatchObject({
      code: 'FORGE_UNREACHABLE',
      isInfrastructure: true,
    });
    expect(waited).toEqual([500, 1000, 2000, 4000]);
  });

  it.each(['silent', 'trickle'] as const)('F73: an answer that is %s ends in time', async (trouble) => {
    const { forge } = troubled(() => trouble, 50);
    await expect(forge.find('ticket/a')).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
  });

  it.each([
    ['HTML', '<html>proxy</html>'],
    ['nothing', ''],
    ['half of a list', '[{"number": 1, "ht'],
    ['an object', {}],
    ['another list', [{ number: 'one' }]],
    ['too much', [{ text: 'x'.repeat(6 * 1024 * 1024) }]],
  ])('F75: %s is no answer', async (_name, body) => {
    const { forge } = troubled(() => ({ status: 200, body }));
    await expect(forge.find('ticket/a')).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
  });

  it('F76: a renamed repository is followed on its own host, and the token goes to no other', async () => {
    const other = await startFakeForge();
    try {
      const { forge } = troubled(() => ({
        status: 301,
        headers: { location: `${other.url}/repos/${ownName}/pulls` },
      }));
      await expect(forge.find('ticket/a')).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE' });
      expect(other.calls).toEqual([]);
      fake.trouble = ({ query }) =>
        query.has('moved')
          ? undefined
          : { status: 307, headers: { location: `/repos/${ownName}/pulls?moved=1` } };
      expect(await forge.find('ticket/a')).toBeNull();
      fake.trouble = () => ({ status: 302, headers: { location: '/again' } });
      await expect(forge.find('ticket/a')).rejects.toThrow(/circle/);
    } finally {
      await other.close();
    }
  });

  it('F76: a name that nobody has, a server without TLS or with a strange certificate, and nobody there are outages', async () => {
    const at = (url: string) => hostedForge({ ...fake, url }, 'github').forge.find('ticket/a');
    const nobody = await startFakeForge();
    await nobody.close();
    const user = await makeRepository();
    const strange = await serveRepository(user.remote ?? '', () => 'work');
    try {
      const urls = [
        'http://nobody.invalid',
        fake.url.replace('http:', 'https:'),
        nobody.url,
        strange?.url ?? nobody.url,
      ];
      for (const url of urls)
        await expect(at(url)).rejects.toMatchObject({ code: 'FORGE_UNREACHABLE', isInfrastructure: true });
      expect(strange?.heard ?? []).toEqual([]);
    } finally {
      await strange?.close();
      await user.remove();
    }
  });

  it('F74: of many tickets with one answer in seven lost none leaves two of anything', async () => {
    let calls = 0;
    const { forge } = troubled(() => ((calls += 1) % 7 === 0 ? 'lost' : undefined));
    for (let number = 0; number < 40; number += 1)
      await forge.open(draftOf(`ticket/${number}`, { head: number.toString(16).padStart(40, '0') }));
    expect(new Set(fake.pulls.map(({ head }) => head.ref)).size).toBe(40);
    expect([fake.pulls.length, fake.comments.length]).toEqual([40, 40]);
    expect([...fake.statuses.values()].map(({ length }) => length)).toEqual(Array(40).fill(1));
  });
});
