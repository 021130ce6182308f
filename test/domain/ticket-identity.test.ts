import { describe, expect, it } from '@jest/globals';
import { checkIdentity, displayTitle } from '../../src/domain/ticket-identity.ts';

describe('displayTitle', () => {
  it.each([
    ['title', ' A title ', '# Heading', 'task-1 - x.md', 'A title'],
    ['first heading', '', 'text\n```\n# code\n```\n# Real one \nx', 'x.md', 'Real one'],
    ['first heading outside fences of either kind', '', '~~~\n```\n# code\n~~~\n# Real', 'x.md', 'Real'],
    ['file name without its id', '', 'text', 'task-12 - Fix-the-login.md', 'Fix the login'],
    ['file name without a dotted id', '', '', 'task-2.1-sub_task.md', 'sub task'],
    ['whole file name', '', '#no heading', 'my idea.md', 'my idea'],
    ['id when nothing else is left', '', '', 'task-12.md', 'task-12'],
    ['file name of nothing but dashes', '', '', '---.md', '---'],
  ])('is the %s', (...[, title, rawContent, file, expected]) => {
    expect(displayTitle({ title, rawContent }, file)).toBe(expected);
  });
});

describe('checkIdentity', () => {
  it.each(['', 'TASK-12', 'task-epic-11.25', '13', 'a_b', 'x'.repeat(64)])('lets %j pass', (id) => {
    expect(checkIdentity({ id }, 'task-12 - Fix «it».md')).toBeNull();
  });

  it.each([
    '../../x',
    '/etc/x',
    '..',
    '.git',
    'con',
    'NUL.txt',
    'a\0b',
    'x'.repeat(65),
    '🚀',
    'a\u202eb',
    'a.',
    'a..b',
    'a.lock',
    'a b',
    '-x',
  ])('holds %j', (id) => {
    expect(checkIdentity({ id }, 'a.md')).toMatch(/^id is .*expected/);
  });

  it('holds an id that YAML read as something else', () => {
    expect(checkIdentity({ id: '83', idAsWritten: '0123' }, 'a.md')).toMatch('"0123" but YAML reads "83"');
  });

  it.each(['a/b.md', 'a\\b.md', 'a\nb.md'])('holds the file name %j', (file) => {
    expect(checkIdentity({ id: 'T-1' }, file)).toMatch(/^the file name/);
  });
});
