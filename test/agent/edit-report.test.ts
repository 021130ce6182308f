import { describe, expect, it } from '@jest/globals';
import { reportEdits } from '../../src/agent/edit-report.ts';

describe('reportEdits', () => {
  it('names the files when all is well, and what was forgiven', () => {
    const blocks = [
      { path: 'a.ts', at: 1 },
      { path: 'b.ts', at: 9, note: 'already there' },
    ];
    expect(reportEdits(blocks)).toBe('2 blocks were applied to a.ts, b.ts.\nb.ts: already there.');
  });

  it('asks for the failed blocks alone when others were applied', () => {
    const blocks = [
      { path: 'a.ts', at: 1 },
      { path: 'b.ts', at: 9, reason: 'what to find is not in the file' },
      { path: 'a.ts', at: 20 },
    ];
    expect(reportEdits(blocks)).toBe(
      [
        '1 of 3 blocks could not be applied.',
        '',
        'Block 2 (b.ts): what to find is not in the file',
        '',
        'The other 2 blocks were applied to a.ts: do not repeat them.',
        'Answer only with corrected blocks for the ones that failed.',
      ].join('\n'),
    );
  });

  it('does not speak of others when there are none', () => {
    expect(reportEdits([{ path: '', at: 3, reason: 'no name' }])).toBe(
      '1 of 1 block could not be applied.\n\nBlock 1: no name\n\nAnswer only with corrected blocks for the ones that failed.',
    );
  });
});
