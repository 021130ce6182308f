import { describe, expect, it } from '@jest/globals';
import { findPlaceholders } from '../../src/guard/placeholders.ts';
import { captured, type Edit } from '../support/captured.ts';
import { inspected } from '../support/inspected.ts';

const lines = (edit: Edit) => findPlaceholders(inspected(captured(edit))).map((refusal) => refusal.line);
const body = Array.from({ length: 12 }, (_, at) => `line ${at}`).join('\n');

describe('a placeholder', () => {
  it.each([
    ['a.ts', '// ... rest of code unchanged ...'],
    ['a.ts', '  // ... existing code ...'],
    ['a.ts', '// …'],
    ['a.js', '/* rest of the file remains the same */'],
    ['a.jsx', '{/* ... existing components ... */}'],
    ['a.py', '# ... (rest of the function remains unchanged)'],
    ['a.py', '    # keep the existing methods'],
    ['a.rb', '# Remaining methods stay the same'],
    ['a.sql', '-- rest of the code here'],
    ['a.lisp', ';; ... rest of file ...'],
    ['a.tex', '% rest of the document unchanged'],
    ['a.html', '<!-- rest of the markup as before -->'],
    ['a.ml', '(* ... same as before ... *)'],
    ['a.hs', '{- rest of the module omitted -}'],
    ['a.bat', 'REM ... rest of the script ...'],
    ['a.css', '/* ... other styles ... */'],
    ['a.ts', '... rest of code unchanged ...'],
    ['a.ts', '[rest of the code unchanged]'],
    ['a.go', '// other imports omitted for brevity'],
    ['a.java', '// ... your existing code here ...'],
    ['a.java', '// add your code here'],
    ['a.c', '// implementation goes here'],
    ['README.md', '... rest of the document unchanged ...'],
    ['README.md', '<!-- remaining content stays the same -->'],
  ])('in place of code is refused: %s %s', (path, line) => {
    expect(lines({ path, before: body, after: `line 0\n${line}\nline z\n` })).toEqual([2]);
  });

  it.each([
    ['a.ts', '// The rest of the arguments go to the command.'],
    ['a.ts', '// existing code calls this twice, so it must be idempotent'],
    ['a.ts', '// rest'],
    ['a.ts', '// same as above, but for files'],
    ['a.ts', '// other tests'],
    ['a.ts', 'const rest = [...existing, ...code];'],
    ['a.ts', '...existingCode,'],
    ['a.ts', "  '... rest of code unchanged ...',"],
    ['a.py', '    ...'],
    ['a.py', '# Remaining items are handled by the caller'],
    ['a.py', '# The remaining 3 rows stay where they are.'],
    ['a.md', 'The rest of the code is unchanged.'],
    ['a.ts', '// keep the existing order: callers rely on it'],
    ['a.yml', '# no changes needed here for staging'],
  ])('is not seen in everyday comments: %s %s', (path, line) => {
    expect(lines({ path, before: body, after: `${line}\n${body}\n` })).toEqual([]);
  });

  it('may stay where it was', () => {
    const line = '// ... existing code ...';
    expect(lines({ path: 'a.ts', before: `a\n${line}\nb\n`, after: `c\n  ${line}\nd\n` })).toEqual([]);
  });

  it('in an example of a document that grows is an example', () => {
    expect(lines({ path: 'README.md', before: body, after: `${body}\n// ... existing code ...\n` })).toEqual(
      [],
    );
  });
});

describe('a file', () => {
  it.each([
    ['emptied', '', 1],
    ['with blank lines left', '\n  \n', 1],
    ['with something left', 'line 3\n', 0],
  ])('%s', (_what, after, refusals) => {
    expect(lines({ path: 'a.ts', before: body, after })).toEqual(Array(refusals).fill(0));
  });

  it.each([
    ['a handful of lines', 'footer.html', '<div>\n  <p>ads</p>\n</div>\n'],
    ['what marks a package of Python', 'a/__init__.py', body],
  ])('may be emptied where it held %s', (_what, path, before) => {
    expect(lines({ path, before, after: '' })).toEqual([]);
  });

  it('may be deleted, and may be new and empty', () => {
    expect(lines({ path: 'a.ts', before: body, after: null })).toEqual([]);
    expect(lines({ path: 'a/__init__.py', before: null, after: '' })).toEqual([]);
  });
});
