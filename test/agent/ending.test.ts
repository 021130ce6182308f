import { describe, expect, it } from '@jest/globals';
import { statedEnding } from '../../src/agent/ending.ts';

describe('statedEnding', () => {
  it.each([
    ['NO CHANGE NEEDED: it is so already.', { end: 'no-change-needed', reason: 'it is so already.' }],
    ['- **NO_CHANGES_NEEDED**: why', { end: 'no-change-needed', reason: 'why' }],
    ['NO CHANGE IS NEEDED:', { end: 'no-change-needed', reason: 'The model gave no reason.' }],
    ['QUESTION: which\none?\n\nThanks', { end: 'question', question: 'which\none?' }],
    ['I looked.\nDONE: all of it', { end: 'finished', summary: 'all of it' }],
    ['DONE: x\nQUESTION: y', { end: 'question', question: 'y' }],
    ['NO CHANGE NEEDED: a\nDONE: b', { end: 'no-change-needed', reason: 'a' }],
  ])('reads %j', (text, ending) => {
    expect(statedEnding(text)).toMatchObject(ending);
  });

  it.each(['I have no question: it is clear.', 'No change needed here, but there', 'QUESTION:', 'done: x'])(
    'reads nothing from %j',
    (text) => {
      expect(statedEnding(text)).toBeUndefined();
    },
  );
});
