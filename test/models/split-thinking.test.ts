import { describe, expect, it } from '@jest/globals';
import { splitThinking } from '../../src/models/split-thinking.ts';

describe('splitting reasoning from an answer', () => {
  it.each([
    ['no tags', 'plain answer\n', 'plain answer\n', ''],
    ['a block at the start', '<think>\nhm\n</think>\n\nanswer', 'answer', 'hm'],
    ['space before the block', '\n <think>hm</think>answer', 'answer', 'hm'],
    ['the longer tag', '<thinking>hm</thinking>answer', 'answer', 'hm'],
    ['two blocks', '<think>a</think>\n<think>b</think>c', 'c', 'a\n\nb'],
    ['an empty block', '<think>\n\n</think>\n\nanswer', 'answer', ''],
    ['an unclosed block', '<think>hm, and then', '', 'hm, and then'],
    ['only a closing tag', 'hm, so\n</think>\n\nanswer', 'answer', 'hm, so'],
    ['tags inside the answer', 'write `<think>x</think>` here', 'write `<think>x</think>` here', ''],
    ['tags inside code', '```\n<think>\n</think>\n```', '```\n<think>\n</think>\n```', ''],
    ['a closing tag inside code', '```html\n</think>\n```', '```html\n</think>\n```', ''],
    ['nothing', '', '', ''],
  ])('%s', (_, content, text, thinking) => {
    expect(splitThinking(content)).toEqual({ text, thinking });
  });
});
