import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../../src/app/house.ts';
import { Failure } from '../../src/domain/failure.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';
import { houseDouble } from '../support/house.ts';
import { writeFiles } from '../support/config-root.ts';
import { typed } from '../support/command-line.ts';

const opened = ticketEvent({ type: 'pull-request:opened', number: 1, url: 'http://forge/1', branch: 'b' });
const ended = (state: 'review' | 'failed') => ({ id: 'task-1', file: 'a.md', state, code: null });
const left = (outage: boolean) => ({ id: 'task-2', file: 'b.md', reason: 'no model answers', outage });

describe('ticketmill start', () => {
  const directory = temporaryDirectories();

  it('tells its address before anything else, then what happens', async () => {
    const house = houseDouble({
      url: 'http://127.0.0.1:3001',
      earlyEvents: [opened],
      events: [claimed, settled],
    });
    const said = await typed(['start'], { cwd: directory(), house });
    expect(said).toMatchObject({ code: 0, out: 'ticketmill listening on http://127.0.0.1:3001\n' });
    expect(said.err).toMatch(/^task-1 {2}pull request #1[\s\S]*taken: Fix the login[\s\S]*review after/);
    expect(house.started).toMatchObject([
      { once: false, only: null, concurrency: null, server: true, console: null },
    ]);
  });

  it('prints the link to its page after its address', async () => {
    const url = 'http://127.0.0.1:3001';
    const house = houseDouble({ url, invitation: `${url}/enter?key=k` });
    const { out } = await typed(['start'], { cwd: directory(), house });
    expect(out.split('\n')).toEqual([
      `ticketmill listening on ${url}`,
      `to act from its page, open once: ${url}/enter?key=k`,
      '',
    ]);
  });

  it('is one JSON object an event with --json', async () => {
    const house = houseDouble({
      url: 'http://127.0.0.1:3001',
      events: [claimed],
      outcome: { settled: [], left: [] },
    });
    const said = await typed(['start', '--once', '--json'], { cwd: directory(), house });
    expect(said.json()).toEqual([
      { type: 'server:listening', url: 'http://127.0.0.1:3001', invitation: null },
      claimed,
      { type: 'outcome', settled: [], left: [] },
    ]);
    expect(said.err).toBe('');
  });

  it('passes its options on, and the log with --verbose', async () => {
    const house = houseDouble({});
    await typed(['start', '--concurrency', '3', '--no-server', '--verbose'], { cwd: directory(), house });
    expect(house.started).toMatchObject([
      { concurrency: 3, server: false, console: expect.anything() as unknown },
    ]);
  });

  it.each(['0', '11', '1.5', 'many'])('refuses a concurrency of %s', async (written) => {
    const said = await typed(['start', '--concurrency', written], {
      cwd: directory(),
      house: houseDouble({}),
    });
    expect(said.code).toBe(2);
    expect(said.err).toContain('Expected a whole number from 1 to 10');
  });

  it.each<[string, Outcome, number]>([
    ['nothing to do', { settled: [], left: [] }, 0],
    ['all done', { settled: [ended('review')], left: [] }, 0],
    ['one failed', { settled: [ended('review'), ended('failed')], left: [left(true)] }, 1],
    ['held by an outage alone', { settled: [ended('review')], left: [left(true)] }, 3],
    ['held by something else too', { settled: [], left: [left(true), left(false)] }, 0],
  ])('with --once ends by what became of the tickets: %s', async (_name, outcome, code) => {
    const said = await typed(['start', '--once'], { cwd: directory(), house: houseDouble({ outcome }) });
    expect(said.code).toBe(code);
    expect(said.err).toBe('b.md stays in todo: no model answers\n'.repeat(outcome.left.length));
  });

  it.each([
    [['start'], 0],
    [['start', '--once'], 130],
  ])('ends when it is interrupted: %j', async (argv, code) => {
    const interruption = new AbortController();
    const house = houseDouble({ untilStopped: true, url: 'http://x' });
    const saying = typed(argv, { cwd: directory(), house, signal: interruption.signal });
    setImmediate(() => interruption.abort());
    const said = await saying;
    expect(said.code).toBe(code);
    expect(said.err).toContain('Ending');
  });

  it('tells the daemon again when it is interrupted again', async () => {
    const [interruption, hurry] = [new AbortController(), new AbortController()];
    const house = houseDouble({ untilStopped: 'twice' });
    const signals = { signal: interruption.signal, hurry: hurry.signal };
    const saying = typed(['start'], { cwd: directory(), house, ...signals });
    setImmediate(() => {
      interruption.abort();
      hurry.abort();
    });
    expect((await saying).code).toBe(0);
  });

  it('ends at once when it was interrupted before it had begun', async () => {
    const house = houseDouble({ untilStopped: true });
    const said = await typed(['start'], { cwd: directory(), house, signal: AbortSignal.abort() });
    expect(said.code).toBe(0);
  });

  it('says why it cannot start', async () => {
    const refusal = new Failure('ALREADY_RUNNING', 'Process 7 serves this backlog.');
    const said = await typed(['start'], { cwd: directory(), house: houseDouble({ refusal }) });
    expect(said).toMatchObject({ code: 3, err: `error: Process 7 serves this backlog.\n${refusal.hint}\n` });
  });

  it('tells what of the config has no effect', async () => {
    const cwd = directory();
    writeFiles(cwd, { 'config.json': { mcp: { servers: {} } } });
    expect((await typed(['start'], { cwd, house: houseDouble({}) })).err).toContain(
      '`mcp` has no meaning here',
    );
  });
});
