import { describe, expect, it } from '@jest/globals';
import { alignLines } from '../../src/agent/align-lines.ts';
import { reindent } from '../../src/agent/reindent.ts';

function reindented(file: string[], search: string[], replace: string[]): string[] {
  return reindent({ file, search, replace, kept: alignLines(search, replace) });
}

describe('reindent', () => {
  it.each<[string, string[], string[], string[], string[]]>([
    ['nothing to do', ['  a'], ['  a'], ['b', '  c'], ['b', '  c']],
    [
      'the same shift everywhere',
      ['    a', '      b'],
      ['a', '  b'],
      ['a', '  c', '    d'],
      ['    a', '      c', '        d'],
    ],
    ['a shift that leaves blank lines blank', ['  a'], ['a'], ['x', '', 'y'], ['  x', '', '  y']],
    ['some indentation too little', ['    a'], [' a'], [' a', '     b'], ['    a', '        b']],
    [
      'less indentation than the search',
      ['    a', '      b'],
      ['  a', '    b'],
      ['  a', 'b'],
      ['    a', '  b'],
    ],
    ['tabs where the model left all out', ['\tif x:'], ['if x:'], ['if y:', '    z'], ['\tif y:', '\t\tz']],
    [
      'tabs for steps of spaces',
      ['\ta', '\t\tb'],
      ['    a', '        b'],
      ['    a', '        b', '            c'],
      ['\ta', '\t\tb', '\t\t\tc'],
    ],
    [
      'a cut first line',
      ['    f() {', '      a', '    }'],
      ['f() {', '      a', '    }'],
      ['g() {', '      b', '    }'],
      ['    g() {', '      b', '    }'],
    ],
    [
      'one cut line, more lines indented as in the file',
      ['  a'],
      ['a'],
      ['a', '  b', '    c'],
      ['  a', '  b', '    c'],
    ],
    ['one line, more lines not indented', ['  a'], ['a'], ['a', 'b'], ['  a', '  b']],
    [
      'no indentation at all',
      ['  if {', '    a', '      b', '  }'],
      ['if {', 'a', '  b', '}'],
      ['if {', 'c', '}'],
      ['  if {', '    c', '  }'],
    ],
    [
      'more lines than were found',
      ['  if {', '    a', '  }'],
      ['if {', 'a', '}'],
      ['if {', 'x', 'y', '}'],
      ['  if {', '    x', '    y', '  }'],
    ],
  ])('%s', (...[, file, search, replace, expected]) => {
    expect(reindented(file, search, replace)).toEqual(expected);
  });
});
