import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { openMills } from '../support/daemon.ts';
import { processesAt } from '../support/mill.ts';
import type { FakeAnswer } from '../support/fake-ollama.ts';

const mill = openMills();

const describeHere = existsSync('/proc') ? describe : describe.skip;

describeHere('a daemon that is interrupted twice while a check runs (needs /proc)', () => {
  it.each(['auto', 'off'])(
    'takes along everything the check started, and puts the ticket back (sandbox %s)',
    async (mode) => {
      const endless = 'sleep 600 & sleep 600';
      const { repository, ...m } = await mill({
        files: { 'a.js': 'export const a = 1;\n' },
        config: {
          ollama: { defaultModel: 'coder:7b', warmUp: false },
          sandbox: { mode },
          checks: { endless: { run: ['sh', '-c', endless] } },
        },
        ollama: { script: changeA },
      });
      const daemon = m.start();
      await m.drop('change-a.md', '# Change a\n');
      await daemon.until('stage:started', ({ stage }) => stage === 'check');
      await seen(() => processesAt(repository.home).some((words) => words.includes('sleep 600')));

      void daemon.stop('SIGINT');
      expect(await daemon.stop('SIGTERM')).toBe(0);

      expect(processesAt(repository.home)).toEqual([]);
      expect(m.listFolder('todo')).toEqual(['change-a.md']);
      expect(m.listFolder('processing')).toEqual([]);
    },
    60_000,
  );
});

/** Nobody tells of a process that has started; it is looked for until it is there. */
async function seen(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setImmediate(resolve));
}

function changeA({ messages }: WireChat): FakeAnswer {
  return messages.some(({ role }) => role === 'assistant')
    ? { toolCalls: [{ name: 'done', arguments: { summary: 'a is 2 now.' } }] }
    : { toolCalls: [{ name: 'edit', arguments: { path: 'a.js', old: '= 1', new: '= 2' } }] };
}
