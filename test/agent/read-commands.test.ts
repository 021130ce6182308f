import { describe, expect, it } from '@jest/globals';
import { isEmpty, readCommands } from '../../src/agent/read-commands.ts';

const none = { files: [], reads: [], searches: [], runs: [] };
const read = (text: string) => readCommands(text, { hasEdits: false });

describe('readCommands', () => {
  it.each([
    ['FILES: a.ts, src/b.ts', { files: ['a.ts', 'src/b.ts'] }],
    ['FILES: a.ts\nFILES: ./b.ts', { files: ['a.ts', 'b.ts'] }],
    ['**FILES:**\n- `a.ts`\n2. src/b.ts - the parser\n\nc.ts', { files: ['a.ts', 'src/b.ts'] }],
    ['FILES:\n\n* .gitignore', { files: ['.gitignore'] }],
    ['READ: a.ts', { reads: [{ path: 'a.ts' }] }],
    [
      'READ: a.ts:10-20, b.ts:L5',
      {
        reads: [
          { path: 'a.ts', lines: { from: 10, to: 20 } },
          { path: 'b.ts', lines: { from: 5, to: 204 } },
        ],
      },
    ],
    ['SEARCH: `foo bar`\nRUN: npm test', { searches: ['foo bar'], runs: ['npm test'] }],
    ['> RUN: ls\nRUN:\nSEARCH: ', { runs: ['ls'] }],
    ['```\nREAD: a.ts\n```', { reads: [{ path: 'a.ts' }] }],
    ['I read: a.ts and RUN: it', {}],
  ])('reads %j', (text, commands) => {
    expect(read(text)).toEqual({ ...none, ...commands });
  });

  it('reads nothing inside of edits', () => {
    const text = 'a.txt\n```\nRUN: rm -rf x\n```\n<<<<<<< SEARCH\nREAD: y\n=======\n>>>>>>> REPLACE\nDONE: x';
    expect(isEmpty(readCommands(text, { hasEdits: true }))).toBe(true);
  });

  it('takes only so many', () => {
    const lines = (word: string) => Array.from({ length: 30 }, (_, index) => `${word}: x${index}`).join('\n');
    const { files, reads, searches, runs } = read(['FILES', 'READ', 'SEARCH', 'RUN'].map(lines).join('\n'));
    expect([files.length, reads.length, searches.length, runs.length]).toEqual([8, 8, 5, 3]);
  });

  it('ends soon on many lines of blanks', () => {
    expect(read(`RUN:${'\t'.repeat(1900)}\u2028x\n`.repeat(2000))).toEqual(none);
  });
});
