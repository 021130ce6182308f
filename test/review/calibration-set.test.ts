import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import { loadCalibrationSet, readCases } from '../../src/review/calibration-set.ts';

const cases = loadCalibrationSet();

describe('the cases that come with the program', () => {
  it('are at least sixty of each sort, in three languages, each under a name of its own', () => {
    const defects = cases.filter(({ seeded }) => seeded !== null);
    expect(defects.length).toBeGreaterThanOrEqual(60);
    expect(cases.length - defects.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    for (const language of ['ts-', 'py-', 'go-'])
      expect(defects.filter(({ id }) => id.startsWith(language)).length).toBeGreaterThanOrEqual(15);
  });

  it('are of every severity, kind and difficulty', () => {
    const seen = cases.flatMap(({ seeded }) => (seeded === null ? [] : [seeded]));
    expect(new Set(seen.map(({ severity }) => severity)).size).toBe(4);
    expect(new Set(seen.map(({ category }) => category)).size).toBe(4);
    for (const difficulty of ['easy', 'medium', 'hard'])
      expect(seen.filter((each) => each.difficulty === difficulty).length).toBeGreaterThanOrEqual(15);
  });

  it.each(cases.map((each) => [each.id, each] as const))('is a change as git shows one: %s', (_id, each) => {
    const files = readDiff(each.diff);
    expect(files.map(({ path }) => path)).toEqual(each.files);
    expect(each.title).not.toBe('');
    for (const { hunks } of files) {
      let end = 0;
      for (const hunk of hunks) {
        expect(hunk.lines.some(({ kind }) => kind !== 'context')).toBe(true);
        expect(hunk.oldStart).toBeGreaterThanOrEqual(end);
        end = hunk.oldStart + hunk.oldLines;
      }
    }
  });

  it('say nothing to the reviewer of what they are', () => {
    const told = cases.map(({ title, brief, diff }) => `${title} ${brief} ${diff}`).join('\n');
    expect(told).not.toMatch(/harmless|seeded|defect|calibrat/i);
  });
});

describe('a case as it is written down', () => {
  it('becomes a diff with counts', () => {
    const [made] = readCases(
      'Words.\n=== x | HIGH bugs easy\nTitle\n\nIn more\nwords.\n@@ a.ts 4\n one\n\n-two\n+three\n+four\n\n@@ a.ts 20\n+five\n@@ b.ts new\n+six\n@@ c.ts gone\n-seven\n',
    );
    expect(made).toEqual({
      id: 'x',
      seeded: { severity: 'HIGH', category: 'bugs', difficulty: 'easy' },
      title: 'Title',
      brief: 'In more\nwords.',
      files: ['a.ts', 'b.ts', 'c.ts'],
      diff: [
        'diff --git a/a.ts b/a.ts',
        '--- a/a.ts',
        '+++ b/a.ts',
        '@@ -4,3 +4,4 @@',
        ' one',
        ' ',
        '-two',
        '+three',
        '+four',
        '@@ -19,0 +21,1 @@',
        '+five',
        'diff --git a/b.ts b/b.ts',
        'new file mode 100644',
        '--- /dev/null',
        '+++ b/b.ts',
        '@@ -0,0 +1,1 @@',
        '+six',
        'diff --git a/c.ts b/c.ts',
        'deleted file mode 100644',
        '--- a/c.ts',
        '+++ /dev/null',
        '@@ -1,1 +0,0 @@',
        '-seven',
        '',
      ].join('\n'),
    });
  });

  it('with an unknown label is refused', () => {
    expect(() => readCases('=== x | GRAVE bugs easy\nTitle\n@@ a 1\n+x\n')).toThrow(/GRAVE/);
  });
});
