import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTicket } from '../../../src/backlog/parse-ticket.ts';
import type { FastPathSettings } from '../../../src/domain/fast-path/match-ticket.ts';
import { matchTicket } from '../../../src/domain/fast-path/match-ticket.ts';
import type { OwnPattern } from '../../../src/domain/fast-path/own-patterns.ts';
import type { RecipeName } from '../../../src/domain/fast-path/recipe-order.ts';
import { recipeNames } from '../../../src/domain/fast-path/recipe-order.ts';
import type { Ticket } from '../../../src/domain/ticket.ts';
import { makeTicket } from '../../support/make-ticket.ts';

const settings: FastPathSettings = { enabled: true, confidence: 0.85, patterns: [], bot: '@ticketmill' };

const match = (ticket: Partial<Ticket>, different: Partial<FastPathSettings> = {}) =>
  matchTicket(makeTicket(ticket), { ...settings, ...different });

const titles: [string, RecipeName, Record<string, string>][] = [
  ['Rename `getUser` to `fetchUser`', 'rename-symbol', { from: 'getUser', to: 'fetchUser' }],
  [
    'Rename the function getUser() to fetchUser() everywhere.',
    'rename-symbol',
    { from: 'getUser()', to: 'fetchUser()' },
  ],
  ['refactor: rename class `Shop` into `Store`', 'rename-symbol', { from: 'Shop', to: 'Store' }],
  ['Please rename the `Shop` class to `Store`', 'rename-symbol', { from: 'Shop', to: 'Store' }],
  ['Rename `a_b` -> `b_a` throughout the codebase', 'rename-symbol', { from: 'a_b', to: 'b_a' }],
  ['Renmae `getUser` to `fetchUser`', 'rename-symbol', { from: 'getUser', to: 'fetchUser' }],
  ['Rename `src/a.ts` to `src/b.ts`', 'move-file', { from: 'src/a.ts', to: 'src/b.ts' }],
  ['Move src/a.ts to src/lib/', 'move-file', { from: 'src/a.ts', to: 'src/lib/' }],
  ['Replace "Sign in" with "Log in"', 'replace-text', { from: 'Sign in', to: 'Log in' }],
  [
    'Replace “Sign in” by “Log in” in `src/page.html`',
    'replace-text',
    { from: 'Sign in', to: 'Log in', in: 'src/page.html' },
  ],
  ['Change the label `Ok` to `OK` in app.html', 'replace-text', { from: 'Ok', to: 'OK', in: 'app.html' }],
  ['Fix typo: recieve → receive', 'fix-typo', { from: 'recieve', to: 'receive' }],
  [
    'Fix the typo "recieve" in README.md (should be "receive")',
    'fix-typo',
    { from: 'recieve', to: 'receive', in: 'README.md' },
  ],
  ['Correct the spelling of recieve to receive', 'fix-typo', { from: 'recieve', to: 'receive' }],
  [
    'Set `server.port` to `8080` in `config.json`',
    'set-value',
    { key: 'server.port', value: '8080', in: 'config.json' },
  ],
  [
    'Change the value of retries to 5 in deploy/app.yaml',
    'set-value',
    { key: 'retries', value: '5', in: 'deploy/app.yaml' },
  ],
  ['Bump lodash to 4.17.21', 'bump-dependency', { name: 'lodash', version: '4.17.21' }],
  [
    'chore(deps): bump @types/node from 24.1.0 to 24.2.0',
    'bump-dependency',
    { name: '@types/node', version: '24.2.0' },
  ],
  ['Upgrade the package `zod` to version ^4', 'bump-dependency', { name: 'zod', version: '^4' }],
  ['Add the dependency zod@4.0.0', 'add-dependency', { name: 'zod@4.0.0' }],
  ['Remove the unused dependency left-pad', 'remove-dependency', { name: 'left-pad' }],
  [
    'Add docs/adr/0007-use-toml.md from the template docs/adr/template.md',
    'add-file',
    { path: 'docs/adr/0007-use-toml.md', template: 'docs/adr/template.md' },
  ],
  ['Run the formatter', 'format', {}],
  ['Run prettier on the whole codebase'.replace('whole ', ''), 'format', {}],
  ['Run eslint --fix', 'fix-lint', {}],
  ['Fix all auto-fixable lint errors', 'fix-lint', {}],
];

describe('a mechanical ticket', () => {
  it.each(titles)('%s', (title, recipe, args) => {
    expect(match({ title })).toMatchObject({ recipe, args });
  });

  it('there is for every recipe', () => {
    expect(new Set(titles.map(([, recipe]) => recipe))).toEqual(new Set(recipeNames));
  });

  it('may have a heading in place of a title', () => {
    expect(match({ rawContent: '# Run the formatter\n' })).toMatchObject({ recipe: 'format', confidence: 1 });
  });

  it('is less sure the more is guessed', () => {
    expect(match({ title: 'Rename `getUser` to `fetchUser`' })?.confidence).toBe(1);
    expect(match({ title: 'Rename getUser to fetchUser' })?.confidence).toBe(0.9);
    for (const slip of ['Renmae', 'Renamme', 'Renme'])
      expect(match({ title: `${slip} getUser to fetchUser` })?.confidence).toBe(0.85);
    expect(match({ title: 'Rename getUser to fetchUser' }, { confidence: 0.95 })).toBeNull();
  });

  it.each([
    'Rename `getUser` to `fetchUser`.',
    'No behaviour changes.',
    'Because the name lies: it makes a request.',
    'Why: the server calls it so.',
    '`getUser` no longer occurs anywhere. All tests pass.',
    '- All call sites are updated\n- The build is green',
  ])('may say besides: %s', (brief) => {
    expect(match({ title: 'Rename `getUser` to `fetchUser`', brief })).not.toBeNull();
  });
});

describe('a ticket for a model', () => {
  it.each([
    'Rename utils to helpers',
    'Rename the project to Millwork',
    'Rename `getUser` to something better',
    'Rename `getUser` to `fetchUser` and make it async',
    'Rename `getUser` to `fetchUser`, or drop it',
    'Renamed `getUser` to `fetchUser`',
    'Renaxme `getUser` to `fetchUser`',
    'Renames `getUser` to `fetchUser`',
    'Reneme `getUser` to `fetchUser`',
    'Rnema `getUser` to `fetchUser`',
    'Renaming `getUser` to `fetchUser` breaks the build',
    'Do not rename `getUser` to `fetchUser`',
    'Rename `getUser` to `fetchUser` in `src/a.ts`',
    'Move `getUser` to `src/users.ts`',
    'Move to `vite`',
    'Replace `moment` with `dayjs`',
    'Replace `var` with `const`',
    'Replace the spinner with a skeleton',
    'Change `timeout` to `30`',
    'Charge the label `Ok` to `OK` in app.html',
    'Fix typo in README',
    'Fix typos',
    'Set up `eslint` in `config.json`',
    'Set `port` to `8080`',
    'Dump lodash to 4.17.21',
    'Bump lodash',
    'Bump lodash to the latest version',
    'Upgrade to React 19',
    'Update the README to 2.0 style',
    'Add a dependency injection container',
    'Remove the dependency between cart and user',
    'Remove dependency on lodash',
    'Add tests for the formatter',
    'Format dates in the user’s locale',
    'Fix lint errors',
    'Run the formatter in CI',
    'Add `docs/usage.md`',
    '',
  ])('%s', (title) => {
    expect(match({ title })).toBeNull();
  });

  it.each<[string, Partial<Ticket>]>([
    ['asks for more in its description', { brief: 'Rename it. Callers that pass null should get an error.' }],
    [
      'asks for more in a criterion',
      { acceptanceCriteriaItems: [{ index: 1, text: 'It returns a promise', checked: false }] },
    ],
    ['asks for more in its plan', { implementationPlan: 'Then make it async.' }],
    ['was talked about', { comments: [{ index: 1, author: 'ada', body: 'Only in src, please.' }] }],
    ['names its model', { wishes: { suggestedModels: [], model: 'ollama/x' } }],
    ['names its agent', { wishes: { suggestedModels: [], agent: 'codex' } }],
    ['says the same of something else', { brief: 'Rename `getCart` to `fetchCart`.' }],
  ])('is one that %s', (_what, more) => {
    expect(match({ title: 'Rename `getUser` to `fetchUser`', ...more })).toBeNull();
  });

  it('is every one where the fast path is off', () => {
    expect(match({ title: 'Run the formatter' }, { enabled: false })).toBeNull();
  });

  it('may still hold what we wrote into it ourselves', () => {
    const comments = [{ index: 1, author: '@ticketmill', body: 'CHECKS_BROKEN' }];
    expect(match({ title: 'Run the formatter', comments })).not.toBeNull();
  });
});

describe('patterns of people’s own', () => {
  const year: OwnPattern = {
    regex: '^copyright (?<year>\\d{4})(?: of (?<file>\\S+))?$',
    recipe: 'replace-text',
    args: { from: '2025', to: '{year}', in: 'LICENSE' },
  };
  const flip: OwnPattern = {
    phrase: 'Turn the feature flag {flag} on',
    threshold: 0.8,
    recipe: 'set-value',
    args: { key: 'flags.{flag}', value: 'true', in: 'config.json', note: '{unknown}' },
  };
  const patterns = [year, flip];

  it('fill the arguments from named groups', () => {
    expect(match({ title: 'Copyright 2026' }, { patterns })).toEqual({
      recipe: 'replace-text',
      args: { year: '2026', from: '2025', to: '2026', in: 'LICENSE' },
      pattern: year.regex,
      confidence: 1,
    });
  });

  it('come near a phrase, as near as they must', () => {
    const near = match({ title: 'Turn feature flag `dark` on' }, { patterns, confidence: 0.8 });
    expect(near).toMatchObject({ recipe: 'set-value', args: { key: 'flags.dark', note: '{unknown}' } });
    expect(near?.confidence).toBeLessThan(1);
    expect(match({ title: 'Turn the feature flag "dark" on.' }, { patterns })?.confidence).toBe(1);
    expect(match({ title: 'Turn the lights `dark` off' }, { patterns })).toBeNull();
    expect(match({ title: 'Turn the feature flag on' }, { patterns })).toBeNull();
  });

  it('take a title without a letter for a phrase without one', () => {
    const marks: OwnPattern = { phrase: '!?', threshold: 1, recipe: 'format', args: {} };
    expect(match({ title: '…' }, { patterns: [{ ...marks, phrase: '…' }] })?.confidence).toBe(1);
    expect(match({ title: '.' }, { patterns: [marks] })?.confidence).toBe(1);
  });

  it('go before the built-in ones', () => {
    const own: OwnPattern = { regex: '^run the formatter$', recipe: 'fix-lint', args: {} };
    expect(match({ title: 'Run the formatter' }, { patterns: [own] })?.recipe).toBe('fix-lint');
  });

  it('are not tried on what is too long for a mechanical change, whatever that costs', () => {
    const own: OwnPattern = { regex: '(a+)+$', recipe: 'fix-lint', args: {} };
    expect(match({ title: 'a'.repeat(500) }, { patterns: [own] })?.recipe).toBe('fix-lint');
    expect(match({ title: `${'a'.repeat(500)}!` }, { patterns: [own] })).toBeNull();
  });
});

const data = process.env['TICKETMILL_TEST_DATA'];
(data ? describe : describe.skip)('real tickets (need TICKETMILL_TEST_DATA)', () => {
  it('are none of them mechanical, so none goes the fast path', () => {
    const entries = readdirSync(join(data ?? '', 'backlog-corpus'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
    const tickets = files.flatMap(({ parentPath, name }) => {
      const parsed = parseTicket(readFileSync(join(parentPath, name)), name);
      return parsed.ok ? [{ name, ticket: parsed.ticket }] : [];
    });
    expect(tickets.length).toBeGreaterThan(300);
    const fired = tickets.filter(
      ({ ticket }) => matchTicket(ticket, { ...settings, confidence: 0.5 }) !== null,
    );
    expect(fired.map(({ name }) => name)).toEqual([]);
  });
});

describe('a hostile ticket', () => {
  it.each(['!', ')', ':', '.', '“ ', '`'])('of %j is read soon', (mark) => {
    const long = mark.repeat(250_000);
    expect(match({ title: `${long}x` })).toBeNull();
    expect(match({ title: 'Rename `getUser` to `fetchUser`', brief: `${long}x` })).toBeNull();
  });
});
