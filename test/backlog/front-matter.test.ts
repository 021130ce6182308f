import { describe, expect, it } from '@jest/globals';
import { readFrontMatter } from '../../src/backlog/front-matter.ts';
import { layOut } from '../../src/backlog/layout.ts';

function read(block: string, fence = '---') {
  const layout = layOut(`${fence}\n${block}\n---\n`);
  if (layout.kind !== 'fenced') throw new Error(`not fenced: ${block}`);
  return readFrontMatter(layout);
}

describe('readFrontMatter', () => {
  it.each([
    ['assignee: @bob', { assignee: '@bob' }],
    ['assignee: @bob # c', { assignee: '@bob # c' }],
    ['assignee: null', { assignee: 'null' }],
    ['assignee: [@a, "b", @c, ] # d', { assignee: ['@a', 'b', '@c'] }],
    ['assignee: "@q"', { assignee: '@q' }],
    ['assignee:\n  - "@a"', { assignee: ['@a'] }],
    ['reporter: a\\"b', { reporter: 'a\\"b' }],
    ['due_date: 2026-08-10 # soon', { due_date: '2026-08-10' }],
    ['"due_date" : 2026-08-10', { due_date: '2026-08-10' }],
    ['due_date: ~', { due_date: null }],
    ["due_date: '2026-08-10'", { due_date: '2026-08-10' }],
  ])('quotes people and due dates before YAML: %j', (block, data) => {
    expect(read(block)).toEqual({ ok: true, data, recovered: false, warnings: [] });
  });

  it('leaves them alone behind a fence with blanks, and on lines with odd breaks, as Backlog.md does', () => {
    expect(read('assignee: null', '--- ')).toMatchObject({ data: { assignee: null } });
    expect(read('reporter: a\u2028b')).toMatchObject({ data: { reporter: 'a\u2028b' } });
  });

  it.each([
    ['title: Fix: login', { title: 'Fix: login' }],
    ['title: @mention first', { title: '@mention first' }],
    ['title: `code` first', { title: '`code` first' }],
    ["title: 'it's broken'", { title: "it's broken" }],
    ['title: Fix: a\n  second line', { title: 'Fix: a second line' }],
    ['title: >-\n  ok\nstatus: a: b', { title: 'ok', status: 'a: b' }],
    ['title: | x\n y', { title: '| x y' }],
    ['title: >-\n  ok: a\nstatus: @b\nlabels:', { title: 'ok: a', status: '@b' }],
    ['assignee:\n  - @alice\n  - "@bob"', { assignee: ['@alice', '@bob'] }],
    ['labels: [a, @b\ntitle: x', { labels: ['a', '@b'], title: 'x' }],
    ['labels: @a, b', { labels: ['@a, b'] }],
    ['labels:\n  -\n  - @a', { labels: ['@a'] }],
    ['acceptanceCriteria:\n  - [ ] one\n  - two: a: b', { acceptanceCriteria: ['[ ] one', 'two: a: b'] }],
    ['stray words\ntitle: x\nunknown: a: b', { title: 'x' }],
  ])('recovers what a person would plainly write: %j', (block, data) => {
    expect(read(block)).toMatchObject({ ok: true, data, recovered: true, warnings: [expect.any(String)] });
  });

  it('keeps the YAML values of the lines that are right', () => {
    expect(read('title: a: b\nbudget: {usd: 1}\nordinal: 5')).toMatchObject({
      data: { title: 'a: b', budget: { usd: 1 }, ordinal: 5 },
    });
  });

  it.each([
    ['nothing in it means anything', 'what: is: this'],
    ['a key stands there twice', 'title: a: b\nstatus: x\nstatus: y'],
    ['a part is hostile', `title: a: b\nlabels: ${'['.repeat(99)}`],
  ])('gives up where %s', (_, block) => {
    expect(read(block)).toMatchObject({ ok: false });
  });
});
