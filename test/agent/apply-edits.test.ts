import { describe, expect, it } from '@jest/globals';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { applyEdits, applyReply } from '../../src/agent/apply-edits.ts';
import { applyTo, block, inDirectory, readAll } from './edit-bench.ts';

describe('applyReply', () => {
  it('applies what it can, reports the rest, and leaves other files alone', async () => {
    const before = { 'src/a.ts': 'one\ntwo\n', 'b.txt': 'x\n' };
    const reply = `${block('src/a.ts', 'two', 'zwei')}\n${block('b.txt', 'completely different text', 'y')}`;
    const outcome = await applyTo(before, reply);
    expect(outcome.files).toEqual({ 'src/a.ts': 'one\nzwei\n', 'b.txt': 'x\n' });
    expect(outcome.applied).toEqual([{ path: 'src/a.ts' }]);
    expect(outcome.failed).toEqual([{ path: 'b.txt', reason: 'what to find is not in the file' }]);
    expect(outcome.report).toContain('do not repeat it');
  });

  it('creates files and their folders', async () => {
    const { files, failed } = await applyTo({}, block('new/dir/a.txt', '', 'a\n'));
    expect([files, failed]).toEqual([{ 'new/dir/a.txt': 'a\n' }, []]);
  });

  it('says that a reply holds no edit', async () => {
    const { failed, report } = await applyTo({ a: '' }, 'I would rather not.');
    expect(failed).toEqual([{ path: '', reason: 'the reply holds no edit' }]);
    expect(report).toContain('no edit');
  });

  it('suggests the paths nearest to one that does not exist', async () => {
    const { failed } = await applyTo(
      { 'src/main.ts': 'a\n', 'src/mail.ts': 'a\n' },
      block('source/mains.ts', 'a', 'b'),
    );
    expect(failed[0]?.reason).toBe('there is no such file; did you mean src/main.ts or src/mail.ts?');
  });

  it('counts what is already there as done', async () => {
    const { applied, failed } = await applyTo({ 'a.txt': 'new\n' }, block('a.txt', 'old', 'new'));
    expect([applied, failed]).toEqual([[{ path: 'a.txt', note: 'already there' }], []]);
  });

  it.each([
    ['../x', 'out of its folder'],
    ['/tmp/x', 'absolute'],
    ['.git/config', '.git'],
    ['sub/.GIT/hooks/pre-commit', '.git'],
    ['~/.bashrc', 'home'],
    ['C:\\x\\y.txt', 'drive'],
    ['..\\x.txt', 'out of its folder'],
  ])('refuses %s in every notation', async (path, reason) => {
    const replies = [
      block(path, '', 'x'),
      `${path}\n\`\`\`\nx\n\`\`\`\n`,
      `*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch\n`,
      `--- /dev/null\n+++ ${path}\n@@ -0,0 +1 @@\n+x\n`,
    ];
    for (const reply of replies) {
      const { files, failed } = await applyTo({ 'keep.txt': 'k\n' }, reply);
      expect(failed[0]?.reason).toContain(reason);
      expect(files).toEqual({ 'keep.txt': 'k\n' });
    }
  });

  it('refuses links, binary files and folders', async () => {
    await inDirectory({ 'real.txt': 'a\n', binary: 'a\0', 'dir/x': 'x\n' }, async (directory) => {
      await symlink('real.txt', join(directory, 'link.txt'));
      const reply = ['link.txt', 'binary', 'dir']
        .map((path) => `./${path}\n\`\`\`\nchanged\n\`\`\`\n`)
        .join('\n');
      const { failed } = await applyReply(reply, { directory });
      expect(failed.map(({ path }) => path)).toEqual(['link.txt', 'binary', 'dir']);
      expect((await readAll(directory))['real.txt']).toBe('a\n');
    });
  });
});

describe('whole files', () => {
  const old = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const whole = (path: string, content: string): string => `${path}\n\`\`\`\n${content}\`\`\`\n`;

  it.each([
    ['CRLF', 'a\r\nb\r\n', 'a\nc\n', 'a\r\nc\r\n'],
    ['a byte order mark', '\uFEFFa\n', 'b\n', '\uFEFFb\n'],
    ['a missing final newline', 'a\nb', 'a\nc\n', 'a\nc'],
    ['mixed line endings', 'a\r\nb\nc\n', 'a\nb\nd\n', 'a\r\nb\nd\n'],
  ])('keep %s', async (_, before, content, after) => {
    const { files } = await applyTo({ 'f.txt': before }, whole('f.txt', content));
    expect(files['f.txt']).toBe(after);
  });

  it('fill an empty file and may empty one', async () => {
    expect((await applyTo({ 'f.txt': '' }, whole('f.txt', 'a\n'))).files['f.txt']).toBe('a\n');
    expect((await applyTo({ 'f.txt': 'a\n' }, whole('f.txt', ''))).files['f.txt']).toBe('');
  });

  it('are refused when a comment stands for code left out', async () => {
    const before = { 'a.ts': 'function a() {\n  b();\n}\n' };
    const { files, failed } = await applyTo(
      before,
      whole('a.ts', 'function c() {}\n// ... rest of code ...\n'),
    );
    expect(files).toEqual(before);
    expect(failed[0]?.reason).toContain('line 2');
  });

  it('may hold such a comment when the file has it already', async () => {
    const { files } = await applyTo({ 'a.ts': 'a\n// ...\n' }, whole('a.ts', 'b\n// ...\n'));
    expect(files['a.ts']).toBe('b\n// ...\n');
  });

  it('are refused when they look like an excerpt under a sentence', async () => {
    const before = { 'f.txt': `${old.join('\n')}\n` };
    const { files, failed } = await applyTo(before, 'Change `f.txt` so:\n\n```\nline 3 changed\n```\n');
    expect(files).toEqual(before);
    expect(failed[0]?.reason).toContain('excerpt');
    expect((await applyTo(before, whole('f.txt', 'short\n'))).files).toEqual({ 'f.txt': 'short\n' });
  });

  it('are refused when they have next to no line of the file, under a sentence', async () => {
    const before = { 'f.txt': 'a\nb\nc\nd\n' };
    expect((await applyTo(before, 'In `f.txt`, add:\n\n```\nw\nx\ny\nz\n```\n')).files).toEqual(before);
    const changed = await applyTo(before, 'The new `f.txt`:\n\n```\na\nb\nx\ny\n```\n');
    expect(changed.files).toEqual({ 'f.txt': 'a\nb\nx\ny\n' });
  });

  it('lose a comment with their name unless the file has it', async () => {
    const reply = '```py\n# x.py\nb = 1\n```\n';
    expect((await applyTo({ 'x.py': '# x.py\na = 1\n' }, reply)).files['x.py']).toBe('# x.py\nb = 1\n');
    expect((await applyTo({ 'x.py': 'a = 1\n' }, reply)).files['x.py']).toBe('b = 1\n');
  });

  it('whose folder was left out are recognised by their lines', async () => {
    const before = { 'src/deep/f.txt': `${old.join('\n')}\n` };
    const changed = `${old.join('\n')}\nmore\n`;
    expect((await applyTo(before, whole('f.txt', changed))).files).toEqual({ 'src/deep/f.txt': changed });
    expect(Object.keys((await applyTo(before, whole('f.txt', 'nothing alike\n'))).files)).toEqual([
      'f.txt',
      'src/deep/f.txt',
    ]);
  });

  it('that are there already are counted as done', async () => {
    expect((await applyTo({ 'f.txt': 'a\n' }, whole('f.txt', 'a\n'))).applied).toEqual([
      { path: 'f.txt', note: 'already there' },
    ]);
  });
});

describe('several edits of one file', () => {
  it('are made in their order: a whole file, then blocks in it', async () => {
    const reply = `f.txt\n\`\`\`\na\nb\n\`\`\`\n\n${block('f.txt', 'b', 'c')}`;
    expect((await applyTo({ 'f.txt': 'old\n' }, reply)).files).toEqual({ 'f.txt': 'a\nc\n' });
  });

  it('create it with the first block and change it with the next', async () => {
    const reply = block('f.txt', '', 'a\nb\n') + block('f.txt', 'b', 'c');
    const { files, failed } = await applyTo({}, reply);
    expect([files, failed]).toEqual([{ 'f.txt': 'a\nc\n' }, []]);
  });

  it('resolve a divider by what is in the file', async () => {
    const before = { 'a.rst': 'Title\n=======\n\ntext\n' };
    const reply =
      'a.rst\n<<<<<<< SEARCH\nTitle\n=======\n\n=======\nNew title\n=======\n\nmore\n\n>>>>>>> REPLACE\n';
    expect((await applyTo(before, reply)).files).toEqual({ 'a.rst': 'New title\n=======\n\nmore\n\ntext\n' });
  });

  it('can be resolved conflicts', async () => {
    const conflict = '<<<<<<< HEAD\na\n=======\nb\n>>>>>>> branch\n';
    const reply = `f.txt\n<<<<<<< SEARCH\n${conflict}=======\na\nb\n>>>>>>> REPLACE\n`;
    expect((await applyTo({ 'f.txt': `x\n${conflict}y\n` }, reply)).files).toEqual({
      'f.txt': 'x\na\nb\ny\n',
    });
  });
});

/** A file whose lines are all different, and a change of it: some lines replaced, removed, or put between. */
const change = fc
  .record({
    lines: fc.array(
      fc.constantFrom(
        'const a = 1;',
        '  return x;',
        '\tif (y) {',
        '}',
        '“quoted” — text',
        '=======',
        '```',
        '@@',
        '-- note',
        '',
      ),
      { minLength: 2, maxLength: 15 },
    ),
    start: fc.nat(14),
    length: fc.nat(3),
    fresh: fc.array(fc.constantFrom('let b;', '    deep();', '', '// note', '> quote', '+ plus', '# head'), {
      maxLength: 4,
    }),
    eol: fc.constantFrom('\n', '\r\n'),
    ended: fc.boolean(),
    bom: fc.boolean(),
  })
  .map(({ lines, start, length, fresh, eol, ended, bom }) => {
    const before = lines.map((line, index) => `${line} ${index}`);
    const at = Math.min(start, before.length - 1);
    const after = [...before.slice(0, at), ...fresh, ...before.slice(at + length)];
    const join = (all: string[]): string =>
      (bom ? '\uFEFF' : '') +
      all
        .map((line) => line + eol)
        .join('')
        .slice(0, ended ? undefined : -eol.length);
    return { before, after, at, length, fresh, join };
  })
  .filter(({ before, after }) => before.join('\n') !== after.join('\n') && after.length > 0);

type Change = { before: string[]; after: string[]; at: number; length: number; fresh: string[] };

const renderings: Record<string, (change: Change) => string> = {
  'SEARCH/REPLACE': ({ before, at, length, fresh }) => {
    const [from, to] = [Math.max(0, at - 1), Math.min(before.length, at + length + 1)];
    const search = before.slice(from, to);
    const replace = [...before.slice(from, at), ...fresh, ...before.slice(at + length, to)];
    return `f.txt\n<<<<<<< SEARCH\n${ended(search)}=======\n${ended(replace)}>>>>>>> REPLACE\n`;
  },
  'a codex patch': ({ before, at, length, fresh }) => {
    const [from, to] = [Math.max(0, at - 2), Math.min(before.length, at + length + 2)];
    const lines = [
      ...before.slice(from, at).map((line) => ` ${line}`),
      ...before.slice(at, at + length).map((line) => `-${line}`),
      ...fresh.map((line) => `+${line}`),
      ...before.slice(at + length, to).map((line) => ` ${line}`),
    ];
    return `*** Begin Patch\n*** Update File: f.txt\n@@\n${ended(lines)}*** End Patch\n`;
  },
  'a unified diff': ({ before, after }) => {
    const diff = createTwoFilesPatch('a/f.txt', 'b/f.txt', ended(before), ended(after), '', '', {
      context: 2,
    });
    return `\`\`\`diff\n${diff.slice(diff.indexOf('--- '))}\`\`\`\n`;
  },
  'a whole file': ({ after }) => `f.txt\n\`\`\`\`\n${ended(after)}\`\`\`\`\n`,
};

function ended(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

describe('a change written in any notation', () => {
  it.each(Object.entries(renderings))('is made by %s', async (_, render) => {
    await fc.assert(
      fc.asyncProperty(change, async (made) => {
        const { files, failed } = await applyTo({ 'f.txt': made.join(made.before) }, render(made));
        expect(failed).toEqual([]);
        expect(files['f.txt']).toBe(made.join(made.after));
      }),
      { numRuns: 150 },
    );
  });

  it('never throws, whatever the reply, and writes nothing outside', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'f.txt',
        '../x',
        '.git/x',
        '```',
        '<<<<<<< SEARCH',
        '=======',
        '>>>>>>> REPLACE',
        'a',
        'b',
        '...',
      ),
      fc.constantFrom(
        '*** Begin Patch',
        '*** Delete File: f.txt',
        '*** Update File: f.txt',
        '*** Move to: ../y',
        '*** Move to: g.txt',
        '@@',
        '-a',
        '+b',
      ),
      fc.constantFrom('--- f.txt', '+++ f.txt', '+++ /dev/null', '@@ -1 +1 @@'),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        await inDirectory({ 'root/f.txt': 'a\nb\n', x: 'keep\n' }, async (directory) => {
          await applyReply(pieces.join('\n'), { directory: join(directory, 'root') });
          const names = Object.keys(await readAll(directory));
          expect(names.filter((name) => !name.startsWith('root/'))).toEqual(['x']);
          expect(names.filter((name) => name.startsWith('root/.git/'))).toEqual([]);
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('applyEdits', () => {
  it('applies what was parsed elsewhere, without knowing other files', async () => {
    await inDirectory({ 'a.txt': 'a\n' }, async (directory) => {
      const edits = [
        { kind: 'replace' as const, path: 'a.txt', at: 1, search: 'a\n', replace: 'b\n' },
        { kind: 'delete' as const, path: 'none.txt', at: 5 },
        { kind: 'replace' as const, path: 'zzz.txt', at: 9, search: 'a\n', replace: 'b\n' },
      ];
      const { applied, failed } = await applyEdits({ edits, malformed: [] }, { directory });
      expect(applied).toEqual([{ path: 'a.txt' }]);
      expect(failed.map(({ reason }) => reason)).toEqual(['there is no such file', 'there is no such file']);
    });
  });
});
