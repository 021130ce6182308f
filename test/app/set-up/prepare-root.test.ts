import { expect, it } from '@jest/globals';
import { withLines } from '../../../src/app/set-up/prepare-root.ts';

it.each([
  ['', ['a/'], '# ticketmill\na/\n'],
  ['x\n', ['a/'], 'x\n\n# ticketmill\na/\n'],
  ['x', ['a/'], 'x\n\n# ticketmill\na/\n'],
  ['x\r\ny\r\n', ['a/'], 'x\r\ny\r\n\r\n# ticketmill\r\na/\r\n'],
  ['/a\n', ['a/'], '/a\n'],
  ['logs/**\n', ['logs/*', 'b'], 'logs/**\n\n# ticketmill\nb\n'],
  ['#a/\n', ['a/'], '#a/\n\n# ticketmill\na/\n'],
])('%j with %j is %j', (text, lines, expected) => {
  expect(withLines(text, lines)).toBe(expected);
});
