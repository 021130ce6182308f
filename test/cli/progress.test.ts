import { describe, expect, it } from '@jest/globals';
import { openOutput } from '../../src/cli/output.ts';
import { openProgress } from '../../src/cli/progress.ts';
import type { Shell } from '../../src/cli/shell.ts';
import { PassThrough } from 'node:stream';
import { manualClock } from '../support/clock.ts';
import { claimed, settled, ticketEvent } from '../support/events.ts';

const code = ticketEvent({ type: 'stage:started', stage: 'code' });
const step = ticketEvent({ type: 'agent:step', step: 1, action: 'read', detail: 'a' });
const text = ticketEvent({ type: 'model:text', model: 'm', text: 'x' });

function open(options: { json?: boolean; quiet?: boolean; verbose?: boolean }, terminal: boolean) {
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const clock = manualClock();
  const isTerminal = { stdin: terminal, stdout: terminal, stderr: terminal };
  const shell = { stdout, stderr, isTerminal, env: { NO_COLOR: '1' } } as unknown as Shell;
  const output = openOutput(shell, options);
  const read = (stream: PassThrough) => (stream.read() as string | null) ?? '';
  const progress = openProgress({ output, clock, columns: () => 80 });
  return { clock, progress, out: () => read(stdout), err: () => read(stderr) };
}

describe('progress', () => {
  it('without a terminal is a line an event of interest', () => {
    const { progress, out, err } = open({}, false);
    [claimed, code, step, text, settled].forEach(progress.observe);
    progress.end();
    expect(err()).toBe(
      'task-1  taken: Fix the login\ntask-1  code\ntask-1  review after 1:05 min: pull request #1\n',
    );
    expect(out()).toBe('');
  });

  it('with --verbose tells everything', () => {
    const { progress, err } = open({ verbose: true }, true);
    [claimed, step].forEach(progress.observe);
    expect(err()).toBe('task-1  taken: Fix the login\ntask-1  step 1: read a\n');
  });

  it('with --quiet is silent', () => {
    const { progress, out, err } = open({ quiet: true }, true);
    [claimed, settled].forEach(progress.observe);
    expect(out() + err()).toBe('');
  });

  it('with --json is one object an event, but for the text of the model', () => {
    const { progress, out, err } = open({ json: true }, true);
    [claimed, text].forEach(progress.observe);
    expect(JSON.parse(out())).toEqual(claimed);
    expect(err()).toBe('');
  });

  it('on a terminal redraws one line a running ticket, and leaves the news', async () => {
    const { clock, progress, err } = open({}, true);
    progress.observe(claimed);
    expect(err()).toBe('\u001b[Jtask-1  taken: Fix the login\ntask-1  0 s\n');
    progress.observe(code);
    expect(err()).toBe('');
    await clock.advance(1000);
    expect(err()).toBe('\r\u001b[1A\u001b[Jtask-1  code 1 s\n');
    await clock.advance(250);
    progress.observe(step);
    expect(err()).toBe('\r\u001b[1A\u001b[Jtask-1  code 1.2 s  step 1 read a\n');
    progress.observe(settled);
    expect(err()).toBe('\r\u001b[1A\u001b[Jtask-1  review after 1:05 min: pull request #1\n');
    progress.end();
    progress.observe(claimed);
    await clock.advance(2000);
    expect(err()).toBe('\u001b[J');
    expect(clock.waiting()).toBe(0);
  });
});
