import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import type { Finding } from '../../src/domain/review.ts';
import { placeFindings } from '../../src/review/findings.ts';
import { captured } from '../support/captured.ts';

const files = readDiff(
  captured(
    { path: 'src/a.ts', before: '1\n2\n3\n4\n5\n6\n', after: '1\n2\n3\n4\n5\nsix\nseven\n' },
    { path: 'lib/a.ts', before: null, after: 'x\n' },
    { path: 'docs/guide.md', before: 'x\n', after: null },
  ).diff,
);
const at = (file: string, line: number): Finding => ({
  severity: 'HIGH',
  category: 'bugs',
  file,
  line,
  message: 'm',
});
const placed = (file: string, line: number) => placeFindings([at(file, line)], files)[0];

describe('a finding', () => {
  it.each([
    ['src/a.ts', 6, 'src/a.ts', 6],
    ['src/a.ts', 7, 'src/a.ts', 7],
    ['src/a.ts', 3, 'src/a.ts', 3],
    ['b/src/a.ts', 6, 'src/a.ts', 6],
    ['./src/a.ts', 0, 'src/a.ts', 0],
    ['guide.md', 0, 'docs/guide.md', 0],
  ])('at %s:%i is at %s:%i', (file, line, path, number) => {
    expect(placed(file, line)).toEqual({ ...at(path, number) });
  });

  it.each([
    ['src/a.ts', 8],
    ['src/a.ts', 1],
    ['lib/a.ts', 2],
  ])('at a line that is not shown concerns the file: %s:%i', (file, line) => {
    expect(placed(file, line)).toMatchObject({
      file,
      line: 0,
      message: expect.stringContaining(`names line ${line}`),
    });
  });

  it.each(['other.ts', 'a.ts', ''])(
    'about a file that is not in the change is kept, and says so: %j',
    (file) => {
      expect(placed(file, 5)).toMatchObject({
        file,
        line: 0,
        severity: 'HIGH',
        message: expect.stringContaining('does not touch'),
      });
    },
  );
});
