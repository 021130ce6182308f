import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBareEllipsis, isElision, isVagueElision } from '../../src/guard/elision.ts';

describe('an elision', () => {
  const lead = fc.constantFrom('// ', '# ', '-- ', '/* ', '<!-- ', '  * ', ';; ', '% ');
  const what = fc.constantFrom(
    'rest of the code',
    'the rest of the file',
    'existing code',
    'remaining methods',
    'other imports',
  );
  const dots = fc.constantFrom('...', '…', '.....');
  const left = fc.constantFrom(
    '',
    ' unchanged',
    ' remains the same',
    ' stays as it is',
    ' here',
    ' omitted for brevity',
  );

  it('is recognised in every comment with dots, whatever is said to stay', () => {
    fc.assert(
      fc.property(lead, dots, what, left, (mark, ellipsis, subject, ending) => {
        expect(isElision(`${mark}${ellipsis} ${subject}${ending}`)).toBe(true);
        expect(isElision(`${mark}${subject}${ending} ${ellipsis}`.toUpperCase())).toBe(true);
      }),
    );
  });

  it('is a whole line, never a part of code', () => {
    fc.assert(
      fc.property(what, left, (subject, ending) => {
        expect(isElision(`call(); // ... ${subject}${ending}`)).toBe(false);
        expect(isElision(`// ${subject} are what this function returns to its caller`)).toBe(false);
      }),
    );
  });

  it.each([
    '( ... rest of the code )', '( rest of the code ... )', '(rest of the code ...)', '(... rest of the code', '(rest of the code unchanged)',
    '[rest of the code unchanged]', '<rest of the code unchanged>', '// ... unchanged', '// ... same as before', '// validation omitted for brevity',
    '// ... rest of the code.', '// ... rest of the code. Unchanged', '// ... rest of (the) code',
  ])('is %s', (line) => expect(isElision(line)).toBe(true)); // prettier-ignore

  it.each([
    '', '// rest of the code.', '// the remaining ... methods', '// 3 lines omitted for brevity', '// unchanged', '// ... existing app.config',
    '- [rest of the code unchanged]', '[the rest of the code](unchanged)', 'rest of the code unchanged',
  ])('is not %s', (line) => expect(isElision(line)).toBe(false)); // prettier-ignore

  it('is short: a long sentence is none, and neither is a line that is drawn', () => {
    const remark = 'omitted for brevity';
    const words = 'abcdefghijklmnopqrstuvwxyz ';
    expect(isElision(`// ${remark.padStart(100, words)}`)).toBe(true);
    expect(isElision(`// ${remark.padStart(100 + words.length, words)}`)).toBe(false);
    const drawn = (length: number) => '// ... rest of the code '.padEnd(length, '-');
    expect([isElision(drawn(200)), isElision(drawn(201))]).toEqual([true, false]);
    const german = (length: number) => `// ${'restlicher code '.padEnd(length, 'x')}`;
    expect([isVagueElision(german(100)), isVagueElision(german(101))]).toEqual([true, false]);
  });

  it('is found or not within a moment, whatever the line', () => {
    const piece = fc.constantFrom(
      '// ',
      '... ',
      'rest of the ',
      'existing ',
      'code ',
      'the same as ',
      'omitted ',
      '[',
      ')',
      'x',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4000 }), (pieces) => {
        expect(typeof isElision(pieces.join(''))).toBe('boolean');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a bare ellipsis', () => {
  it.each(['// ...', '# …', '/* ... */', '<!-- ... -->'])('is %s', (line) =>
    expect(isBareEllipsis(line)).toBe(true),
  );
  it.each(['...', '// x', '//', '', '"..."', '// ... x'])('is not %s', (line) =>
    expect(isBareEllipsis(line)).toBe(false),
  );
});
