import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readChat } from '../../../scripts/demo/ollama-wire-chat.ts';
import { prepareAnswers } from '../../../scripts/demo/prepared-answers.ts';
import type { PreparedWork } from '../../../scripts/demo/prepared-answers.ts';
import { verdictSchema } from '../../../src/review/prompt.ts';

const finding = { severity: 'HIGH', category: 'bugs', file: 'a', line: 0, message: 'No test.' } as const;
const prepared: PreparedWork = {
  turns: [{ text: 'first' }, { text: 'second' }],
  review: { summary: 'Sound.', remark: { finding, until: '+++ b/test' } },
};
const answer = prepareAnswers([{ title: 'Say hello', prepared }]);
const task = { role: 'user', content: '# Task task-1: Say hello\n\nPlease.' };
const turn = { role: 'assistant', content: '' };

describe('prepared answers', () => {
  it.each([
    ['a conversation that begins', [task], 'first'],
    ['a conversation that goes on', [task, turn], 'second'],
    ['a conversation longer than what is prepared', [task, turn, turn, turn], 'second'],
    [
      'edits in text, asked for again',
      [{ ...task, content: `${task.content}\n\n# Feedback on the change as it is now\n` }],
      'second',
    ],
  ])('go on turn by turn: %s', (_what, messages, text) => {
    expect(answer(readChat({ messages }))).toEqual({ text });
  });

  it.each([
    ['+++ b/a', { summary: 'No test.', findings: [finding] }],
    ['+++ b/test', { summary: 'Sound.', findings: [] }],
  ])('review what stands in the diff, with the nonce that was asked for: %s', (diff, verdict) => {
    const messages = [{ role: 'user', content: `# Ticket task-1: Say hello\n\n${diff}` }];
    const format = verdictSchema('n-1');
    expect(answer(readChat({ messages, format }))).toEqual({ json: { nonce: 'n-1', ...verdict } });
  });

  it.each([[[]], [[{ role: 'user', content: '# Task task-1: Say hello twice\n' }]]])(
    'refuse whatever else is asked: %j',
    (messages) => {
      expect(answer(readChat({ messages }))).toMatchObject({ status: 500 });
    },
  );

  it('are no part of what is published', () => {
    const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    const { files } = JSON.parse(text) as { files: string[] };
    expect(files.filter((name) => name.startsWith('scripts'))).toEqual(['scripts/ticketmill.cjs']);
  });
});
