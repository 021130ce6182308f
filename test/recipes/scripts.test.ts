import { describe, expect, it } from '@jest/globals';
import { temporaryDirectories } from '../support/directory.ts';
import { cook } from '../support/recipe-bench.ts';

const shop = {
  'src/users.ts': `/** What getUser needs. */
export type Key = string;

// getUser asks the server.
export function getUser(key: Key): string {
  return \`user \${key}\`;
}
`,
  'src/page.ts': `import { getUser } from './users.ts';

export const page = (): string => getUser('ada');
`,
  'src/again.ts': `export { getUser } from './users.ts';
export * as users from './users.ts';
`,
  'test/users.test.ts': `import * as users from '../src/users.ts';

describe('getUser', () => {
  it('getUser greets', () => {
    users.getUser('x');
  });
});
`,
  'README.md': 'Call `getUser` once.\n',
  'package-lock.json': '{ "getUser": 1 }\n',
};

describe('renaming a symbol', () => {
  const directory = temporaryDirectories();
  const rename = (files: Record<string, string>, from = 'getUser', to = 'fetchUser') =>
    cook(directory(), { files }, 'rename-symbol', { from, to });

  it('follows it through every script, its comments, titles of tests and texts', async () => {
    const { declined, files, summary, steps } = await rename(shop);
    expect(declined).toBeNull();
    for (const path of ['src/users.ts', 'src/page.ts', 'src/again.ts', 'test/users.test.ts', 'README.md']) {
      expect(files[path]).toBe(shop[path as keyof typeof shop].replaceAll('getUser', 'fetchUser'));
    }
    expect(files['package-lock.json']).toBe(shop['package-lock.json']);
    expect(summary).toContain('src/users.ts: 1, 4, 5; test/users.test.ts: 3, 4, 5');
    expect(steps).toEqual(['rename-symbol']);
  });

  it('takes a plain word too, where it is one thing alone, and leaves prose as it is', async () => {
    const files = {
      'a.js': 'export class Shop {}\n// A Shop sells.\n',
      'b.js': "import { Shop } from './a.js';\nnew Shop();\n",
      'README.md': 'Shop well.\n',
    };
    const cooked = await rename(files, 'Shop', 'Store');
    expect(cooked.files).toEqual({
      'a.js': 'export class Store {}\n// A Shop sells.\n',
      'b.js': "import { Store } from './a.js';\nnew Store();\n",
      'README.md': 'Shop well.\n',
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['is nowhere', { 'a.ts': 'export {};\n' }, 'getUser is nowhere'],
    ['stands in texts alone', { 'README.md': 'getUser\n' }, 'in no code'],
    [
      'has another thing of the new name',
      { 'a.ts': 'function getUser() {}\nfunction fetchUser() {}\n' },
      'fetchUser is there already, in a.ts:2',
    ],
    [
      'is two things',
      { 'a.ts': 'export function getUser() {}\n', 'b.ts': 'export const o = { getUser: 1 };\n' },
      'is another thing',
    ],
    [
      'is two local things',
      {
        'a.ts':
          'export function f() { const getUser = 1; return getUser; }\nexport function g() { const getUser = 2; return getUser; }\n',
      },
      'is another thing',
    ],
    ['may be data', { 'a.ts': "function getUser() {}\nconst name = 'getUser';\n" }, 'where it may be data'],
    [
      'is in a regular expression',
      { 'a.ts': 'function getUser() {}\nconst name = /getUser/;\n' },
      'where it may be data',
    ],
    [
      'is a property by its name',
      { 'a.ts': 'function getUser() {}\nexport const api = { getUser };\n' },
      'a property and a variable at once',
    ],
    [
      'is taken out of an object',
      { 'a.ts': 'const { getUser } = globalThis as never;\n' },
      'a property and a variable at once',
    ],
    [
      'is configured',
      { 'a.ts': 'function getUser() {}\n', 'b.json': '{ "getUser": 1 }\n' },
      'files of several kinds',
    ],
    ['is no name in any script', { 'a.ts': '// getUser\n' }, 'is no name in any script'],
    [
      'is plain in another language',
      { 'a.py': 'def user(): pass\n' },
      'user is nowhere'.replace('user', 'getUser'),
    ],
  ])('is declined where it %s', async (_what, files, reason) => {
    const cooked = await rename(files);
    expect(cooked.declined).toContain(reason);
    expect(cooked.declined).toContain('recipe/rename-symbol hands it on');
    expect(cooked.files).toEqual(files);
  });

  it('renames whole words of one other language, where they are distinct and never quoted', async () => {
    const files = {
      'a.py': 'def get_user(): pass\n',
      'b.py': 'from a import get_user  # get_users\n',
      'x.md': 'get_user\n',
    };
    expect((await rename(files, 'get_user', 'fetch_user')).files).toEqual({
      'a.py': 'def fetch_user(): pass\n',
      'b.py': 'from a import fetch_user  # get_users\n',
      'x.md': 'fetch_user\n',
    });
    expect((await rename({ 'a.py': 'def user(): pass\n' }, 'user', 'person')).declined).toContain(
      'more than one thing',
    );
    const quoted = await rename({ 'c.py': "getattr(o, 'get_cart')\n" }, 'get_cart', 'fetch_cart');
    expect(quoted.declined).toContain('in quotes');
  });
});

describe('moving a file', () => {
  const directory = temporaryDirectories();
  const move = (files: Record<string, string>, from: string, to: string) =>
    cook(directory(), { files }, 'move-file', { from, to });

  it('follows imports, its own and those of it, links and paths', async () => {
    const { declined, files, summary } = await move(
      {
        ...shop,
        'src/deep/use.ts': "import { getUser } from '../users.ts';\nexport const u = getUser;\n",
        'docs/guide.md': 'See [users](../src/users.ts) and `src/users.ts`.\n',
        'src/users.ts': `import { page } from './page.ts';\n${shop['src/users.ts']}export const p = page;\n`,
      },
      'src/users.ts',
      'src/people/people.ts',
    );
    expect(declined).toBeNull();
    expect(files['src/users.ts']).toBeUndefined();
    expect(files['src/people/people.ts']).toContain("import { page } from '../page.ts';");
    expect(files['src/page.ts']).toContain("from './people/people.ts'");
    expect(files['src/again.ts']).toContain("export * as users from './people/people.ts'");
    expect(files['src/deep/use.ts']).toContain("from '../people/people.ts'");
    expect(files['test/users.test.ts']).toContain("from '../src/people/people.ts'");
    expect(files['docs/guide.md']).toBe('See [users](../src/people/people.ts) and `src/people/people.ts`.\n');
    expect(summary).toContain('Followed in: ');
  });

  it('moves what nothing names, into a folder or beside', async () => {
    const into = await move({ 'a/b.txt': 'x\n' }, 'a/b.txt', 'c/');
    expect(into).toMatchObject({
      files: { 'c/b.txt': 'x\n' },
      summary: 'Moved a/b.txt to c/b.txt. Nothing else named it.',
    });
    expect((await move({ 'd/b.txt': 'y\n' }, 'd/b.txt', 'e.txt')).files).toMatchObject({ 'd/e.txt': 'y\n' });
  });

  it.each<[string, Record<string, string>, string, string, string]>([
    ['is not there', {}, 'a.ts', 'b.ts', 'There is no file a.ts'],
    ['has its new name taken', { 'a.ts': '', 'b.ts': '' }, 'a.ts', 'b.ts', 'b.ts is there already'],
    ['would be of another kind', { 'a.ts': '' }, 'a.ts', 'a.md', 'different kinds'],
    [
      'is named in a way of its own',
      { 'src/a.py': 'x = 1\n', 'run.sh': 'cd src && python a.py\n' },
      'src/a.py',
      'src/b.py',
      'run.sh names a.py',
    ],
  ])('is declined where it %s', async (...[, files, from, to, reason]) => {
    const cooked = await move(files, from, to);
    expect(cooked.declined).toContain(reason);
    expect(cooked.files).toEqual(files);
  });
});
