import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { commandLine } from '../../scripts/demo/place.ts';
import { openMills } from '../support/daemon.ts';

/** `script` of util-linux runs a command on a terminal of its own. */
const asked = spawnSync('script', ['--version'], { encoding: 'utf8' });
const isThere = asked.error === undefined && asked.stdout.includes('util-linux');

(isThere ? describe : describe.skip)('status --watch on a terminal (needs script of util-linux)', () => {
  const mill = openMills();

  it('cancels a ticket at work by two keys, and gives the terminal back, also when it is ended', async () => {
    const { root, env, start, drop } = await mill({
      files: { 'a.js': 'export const a = 1;\n' },
      config: { ollama: { defaultModel: 'ollama/m:7b', warmUp: false }, sandbox: { mode: 'off' } },
      ollama: { models: [{ name: 'm:7b' }], script: () => ({ fault: 'stall', text: 'Thinking.' }) },
    });
    const daemon = start();
    await daemon.until('server:listening');
    await drop('task-1.md', '---\nid: task-1\ntitle: Take for ever\n---\n\nThink.\n');
    await daemon.until('stage:started', ({ stage }) => stage === 'code');

    const watching = onTerminal({ root, env });
    await watching.until(/task-1 +Take for ever +code/);
    watching.type('c');
    await watching.until(/Cancel task-1\?/);
    watching.type('y');
    await watching.until(/Failed/);
    expect(await daemon.until('ticket:settled')).toMatchObject({ to: 'failed', code: 'CANCELLED' });
    watching.type('q');
    const told = await watching.ended;
    expect(told).toMatch(/\u001b\[\?1049l[^\u001b]*ended with 0\r?\n/);
    expect(told).toMatch(/ icanon[^]* echo /);

    const second = onTerminal({ root, env });
    await second.until(/task-1 +Take for ever/);
    process.kill(second.pid(), 'SIGTERM');
    expect(await second.ended).toMatch(/\u001b\[\?1049l[^\u001b]*ended with 130\r?\n[^]* icanon[^]* echo /);
    void daemon.stop();
    await daemon.stop();
  }, 60_000);
});

/** The command on a terminal of 80 by 24; afterwards it says how it ended and what the terminal is set to. */
function onTerminal({ root, env }: { root: string; env: Record<string, string> }) {
  const command = [...commandLine, 'status', '--watch'].map((word) => `'${word}'`).join(' ');
  const line = `stty rows 24 cols 80; sh -c 'echo process $$; exec "$@"' sh ${command}; echo ended with $?; stty -a`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: root,
    env: { ...env, TERM: 'xterm', NO_COLOR: '1' },
  });
  let told = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
    for (const look of watchers) look();
  });
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(told)));
  return {
    ended,
    type: (keys: string) => void child.stdin.write(keys),
    pid: () => Number(/process (\d+)/.exec(told)?.[1]),
    until: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(told)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        void ended.then(() =>
          reject(new Error(`The terminal was closed without ${pattern.source}: ${told}`)),
        );
        look();
      }),
  };
}
