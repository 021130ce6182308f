import { describe, expect, it } from '@jest/globals';
import { footprintOf, mayBeSame, namedFiles } from '../../src/domain/footprint.ts';
import type { Ticket } from '../../src/domain/ticket.ts';
import { summarise } from '../../src/domain/ticket-summary.ts';
import { similarWork } from '../../src/domain/similar-work.ts';
import { makeTicket } from '../support/make-ticket.ts';

describe('file names in a text', () => {
  it.each([
    ['Fix src/forge/github.ts, then README.md.', ['src/forge/github.ts', 'README.md']],
    ['In `app.config.js` and (lib/a.py:12)', ['app.config.js', 'lib/a.py']],
    ['./docs/a-b.md and ../x/y.go', ['docs/a-b.md', 'x/y.go']],
    ['app/[id]/page.tsx, .github/workflows/ci.yml', ['app/[id]/page.tsx', '.github/workflows/ci.yml']],
    ['The Dockerfile', ['Dockerfile']],
    ['a.ts(--)', ['a.ts']],
    ['Use Node.js 24.1 or Vue.js, e.g. user.name, and/or foo.bar()', []],
    ['See https://example.org/a/b.ts and git@example.org:a/b.git', []],
    ['[lib/a.py](https://example.org/a.py) by a@example.org', ['lib/a.py']],
    ['(b.ts)https://example.org:8080/a/b.ts?c=d/e.ts', ['b.ts']],
    ['@acme/kit:lib/a.ts and  icons@2x.css', ['lib/a.ts', 'icons@2x.css']],
    [`x/${'b'.repeat(252)}.ts x/${'b'.repeat(253)}.ts v/a.min-1`, [`x/${'b'.repeat(252)}.ts`]],
    ['', []],
  ])('of %j', (text, expected) => {
    expect(namedFiles(text).map((path) => path.replace(/^(?:\.{0,2}\/)+/, ''))).toEqual(expected);
  });

  it.each(['a', 'a@', 'a.', 'a/', '-', 'a:', '@:', 'a://', 'a/['])('end soon among many of %j', (part) => {
    const many = part.repeat(200_000);
    expect(namedFiles(`${many} src/a.ts ${many}b x/${many}!`)).toContain('src/a.ts');
  });
});

describe('what a ticket is likely to touch', () => {
  const past = [
    { title: 'Greet people warmly', files: ['src/greet.ts'] },
    { title: 'Note 12 for people', files: ['notes/12.md'] },
    { title: 'Rewrite the whole thing', files: Array.from({ length: 30 }, (_, index) => `src/${index}.ts`) },
  ];

  const likely = (ticket: Partial<Ticket>) =>
    footprintOf(summarise(makeTicket(ticket), { file: 'a.md', sha256: '' }), past);

  it('is what it says that it modifies, and every file that its text names', () => {
    const ticket = {
      title: 'Mend a.ts',
      brief: `As ./src/B.ts does. ${'It failed. '.repeat(2000)} at log.ts`,
      modifiedFiles: ['src\\c.ts', ' .//./lib/f.ts ', ' '],
      implementationPlan: 'Begin with d.ts',
      acceptanceCriteriaItems: [{ index: 1, text: '`e.ts` is new', checked: false }],
    };
    expect(likely(ticket)).toEqual({
      repo: 'default',
      files: ['src/c.ts', 'lib/f.ts', 'a.ts', 'e.ts', 'd.ts', 'src/b.ts'],
    });
  });

  it('is what became of its like, where it names nothing', () => {
    const wishes = { suggestedModels: [], repo: 'web' };
    expect(likely({ title: 'Greet the people, warmly!', wishes })).toEqual({
      repo: 'web',
      files: ['src/greet.ts'],
    });
    expect(likely({ title: 'Greet people in a.md' }).files).toEqual(['a.md']);
  });

  it.each(['Note 13 for people', 'Greet', 'Something else', 'Rewrite the whole thing', ''])(
    'is not guessed from work that is unlike %j',
    (title) => expect(similarWork(title, past)).toEqual([]),
  );

  it('is guessed from the last of equals', () => {
    const again = [...past, { title: 'Greet people warmly', files: ['src/hello.ts'] }];
    expect(similarWork('Greet people warmly', again)).toEqual(['src/hello.ts']);
  });
});

it('one file may be named in two ways', () => {
  expect(mayBeSame('src/a.ts', 'a.ts')).toBe(true);
  expect(mayBeSame('a.ts', 'src/a.ts')).toBe(true);
  expect(mayBeSame('src/a.ts', 'lib/a.ts')).toBe(false);
  expect(mayBeSame('extra.ts', 'a.ts')).toBe(false);
});
