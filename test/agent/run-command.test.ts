import { describe, expect, it } from '@jest/globals';
import { handsAt } from '../../src/agent/hands.ts';
import { runForModel } from '../../src/agent/run-command.ts';
import { plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

async function run(command: string, seconds?: number) {
  const workspace = await plainWorkspace(directory(), { 'a.txt': 'x\n' });
  const hands = handsAt(workspace, { network: false, longestOutput: () => 9000 });
  const result = await runForModel(hands, { command, seconds }, new AbortController().signal);
  return { ...result, hands, workspace };
}

describe('runForModel', () => {
  it('gives output and exit code', async () => {
    expect(await run('cat a.txt; echo err >&2; exit 2')).toMatchObject({
      ok: false,
      text: 'x\nerr\nexit code 2',
    });
    expect(await run('true')).toMatchObject({ ok: true, text: '(no output)\nexit code 0' });
  });

  it('takes colours off and keeps the beginning and the end of long output', async () => {
    expect((await run("printf '\\033[31mred\\033[0m'")).text).toBe('red\nexit code 0');
    const { text } = await run('seq 1 5000');
    expect(text.startsWith('1\n2\n')).toBe(true);
    expect(text.endsWith('5000\nexit code 0')).toBe(true);
    expect(text).toMatch(/\[… \d+ characters left out …\]/);
    expect(text.length).toBeLessThan(8200);
  });

  it('stops what does not end, within the allowed time', async () => {
    const { ok, text, workspace } = await run('echo begun; sleep 60', 1);
    expect([ok, text]).toEqual([false, 'begun\nStopped after 1 s: it did not end by itself.']);
    expect(workspace.commands[0]?.timeoutMs).toBe(1000);
    expect((await run('true', 9999)).workspace.commands[0]?.timeoutMs).toBe(300_000);
  });

  it('says why a command is not run, and remembers only those that were', async () => {
    const refused = await run('git push');
    expect(refused).toMatchObject({ ok: false, text: expect.stringContaining('git is done by the host') });
    expect([refused.hands.ranCommand, (await run('true')).hands.ranCommand]).toEqual([false, true]);
  });
});
