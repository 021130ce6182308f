import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/domain/review.ts';
import { writeAnnotations } from '../../src/review/annotations.ts';

const finding: Finding = {
  severity: 'HIGH',
  category: 'bugs',
  file: 'src/a,b:c.ts',
  line: 7,
  message: '100 % wrong: this, too',
};

describe('an annotation', () => {
  it.each<[Partial<Finding>, string]>([
    [{}, '::error file=src/a%2Cb%3Ac.ts,line=7,title=HIGH bugs::100 %25 wrong: this, too'],
    [
      { severity: 'CRITICAL', file: 'a', line: 0 },
      '::error file=a,title=CRITICAL bugs::100 %25 wrong: this, too',
    ],
    [{ severity: 'MEDIUM', file: '', line: 0, message: 'm' }, '::warning title=MEDIUM bugs::m'],
    [
      { severity: 'LOW', file: 'a', message: 'm', suggestion: 'do' },
      '::notice file=a,line=7,title=LOW bugs::m Suggestion: do',
    ],
  ])('of %j', (changes, line) => {
    expect(writeAnnotations([{ ...finding, ...changes }])).toEqual([line]);
  });

  it('is one line with one command, whatever a model wrote', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('x\r\n::set-output name=a::b\n::add-mask::c\u2028::error::d%0A::stop-commands::e'),
    );
    fc.assert(
      fc.property(text, text, (file, message) => {
        const [line = ''] = writeAnnotations([{ ...finding, file, message }]);
        expect(line).toMatch(/^::error (?:file=[^:,]*,)?line=7,title=HIGH bugs::/);
        expect(line).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
        expect(line).not.toMatch(/%(?!25|3A|2C)/);
      }),
    );
  });
});
