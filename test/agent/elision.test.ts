import { describe, expect, it } from '@jest/globals';
import { findNewElision, isElision } from '../../src/agent/elision.ts';

describe('isElision', () => {
  it.each([
    '// ...',
    '# …',
    '  // ... rest of code ...',
    '// ... rest of the code remains the same ...',
    '// rest of the function unchanged',
    '# ... existing code ...',
    '// existing code here',
    '// ...existing imports',
    '/* ... other methods ... */',
    '<!-- rest of the file -->',
    '{/* ... remaining component ... */}',
    '-- ... (previous code)',
    '// (unchanged)',
    '# [... same as before ...]',
    '// Existing code remains unchanged',
    '// The rest of your existing code goes here',
    '// Your implementation goes here',
    '// no changes needed',
    '// keep the existing handlers',
    '; ... more ...',
    '""" ... """',
  ])('%s stands for left-out code', (line) => {
    expect(isElision(line)).toBe(true);
  });

  it.each([
    '',
    '...',
    'x = ...',
    'f(...args)',
    '// Other methods',
    '// the rest is silence',
    '// ... and then we try again',
    '// existing users keep their names',
    '// handle the remaining bytes',
    '// more about this in the guide',
    'const code = 1; // ... rest of code',
    '## Contents',
    '---',
    '* ... a list item about code',
    '// unchanged = a - b',
    `// ... ${'rest of code '.repeat(30)}`,
  ])('%s is code or a comment of its own', (line) => {
    expect(isElision(line)).toBe(false);
  });
});

describe('findNewElision', () => {
  it('names the first one that the old text does not hold', () => {
    expect(findNewElision(['a', '// ...', '# ... rest of code'], ['// ...'])).toEqual({
      line: 3,
      text: '# ... rest of code',
    });
    expect(findNewElision(['a', '  // ...'], ['// ...'])).toBeUndefined();
    expect(findNewElision(['a'], [])).toBeUndefined();
  });
});
