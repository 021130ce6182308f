import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import { describeNewDependencies } from '../../src/guard/dependencies.ts';
import { findForeignDownloads } from '../../src/guard/lock-downloads.ts';
import { readManifests, type Manifest } from '../../src/guard/manifests.ts';
import { newDependencies } from '../../src/guard/new-dependencies.ts';
import { findRunsLater } from '../../src/guard/runs-later.ts';
import { captured, type Edit } from '../support/captured.ts';
import { contentsOf, inspected } from '../support/inspected.ts';

const changed = (path: string, before: string | null, after: string | null): Manifest => ({
  path,
  before,
  after,
});

describe('what a lock file fetches', () => {
  const npm = (name: string, url: string, more = '') =>
    `{"packages":{\n"node_modules/${name}": {${more}\n"resolved": "${url}"\n}}}`;
  const reasons = (path: string, before: string | null, after: string | null) =>
    findForeignDownloads(changed(path, before, after)).map(({ line, reason }) => [
      line,
      reason.split(';')[0],
    ]);
  const tarball = 'https://registry.npmjs.org/zod/-/zod-4.0.0.tgz';

  it.each([
    ['its package', npm('zod', tarball)],
    ['a package with its scope', npm('@a/b', 'https://registry.npmjs.org/@a%2fb/-/b-1.0.0.tgz')],
    ['what an alias stands for', npm('schema', tarball, '\n"name": "zod",')],
    ['what is no archive', npm('zod', 'https://registry.npmjs.org/zod')],
    ['what nothing names', `"resolved": "${tarball}"`],
  ])('may be %s', (_what, after) => {
    expect(reasons('package-lock.json', null, after)).toEqual([]);
  });

  it('may stay what it was, wherever it comes from', () => {
    const own = npm('zod', 'https://npm.corp.example/zod/-/zod-4.0.0.tgz');
    expect(reasons('package-lock.json', own, `${own}\n`)).toEqual([]);
    expect(reasons('package-lock.json', own, own.replace('4.0.0', '4.1.0'))).toEqual([]);
    expect(reasons('package-lock.json', own, null)).toEqual([]);
  });

  it.each([
    ['another package', npm('zod', tarball.replace('/zod/', '/evil/')), 'fetches evil where it says zod'],
    [
      'another host',
      npm('zod', 'https://evil.example/zod.tgz'),
      'fetches from evil.example, which it did not before',
    ],
    [
      'no encryption',
      npm('zod', tarball.replace('https', 'http')),
      'fetches from registry.npmjs.org without encryption',
    ],
  ])('is refused where it is %s', (_what, after, reason) => {
    expect(reasons('package-lock.json', npm('a', tarball), after)).toEqual([[3, `this lock file ${reason}`]]);
  });

  it('is read from yarn too, by its headings', () => {
    const entry = (heading: string, name: string) =>
      `${heading}:\n  version "4.0.0"\n  resolved "https://registry.yarnpkg.com/${name}/-/${name}-4.0.0.tgz#ab"\n`;
    expect(reasons('yarn.lock', '', entry('zod@^4.0.0', 'zod'))).toEqual([]);
    expect(reasons('yarn.lock', '', entry('"schema@npm:zod@^4.0.0"', 'zod'))).toEqual([]);
    expect(reasons('yarn.lock', '', entry('zod@^4.0.0', 'evil'))).toEqual([
      [3, 'this lock file fetches evil where it says zod'],
    ]);
  });
});

describe('what a manifest brings', () => {
  const names = (path: string, before: string | null, after: string | null) =>
    newDependencies([changed(path, before, after)]).map(({ name, spec, was }) => [name, spec, was]);

  it('is what was not there, or has another version', () => {
    expect(
      names(
        'package.json',
        '{"dependencies":{"a":"1","b":"1"}}',
        '{"dependencies":{"a":"1","b":"2","c":"1"}}',
      ),
    ).toEqual([
      ['b', '2', '1'],
      ['c', '1', null],
    ]);
    expect(names('package.json', '{}', null)).toEqual([]);
  });

  it('is read where a version is no text, and overrides within overrides', () => {
    expect(names('package.json', null, '{"dependencies":{"a":{"x":1}}}')).toEqual([['a', '{"x":1}', null]]);
    expect(
      names(
        'package.json',
        null,
        '{"overrides":{"a":3,"b":{"c>d@^1":"npm:e@1"}},"resolutions":{"f":"2.0.0"}}',
      ),
    ).toEqual([['d', 'npm:e@1', null]]);
  });

  it('is read from requirements, whatever else stands there', () => {
    const text = '# a\n-r other.txt\n./local\nFlask_Login[x]==1.0 # b\n\nrich\n';
    expect(names('requirements.txt', null, text)).toEqual([
      ['flask-login', '==1.0', null],
      ['rich', '', null],
    ]);
  });

  it('is told with the licence that the lock file repeats', () => {
    const manifests = [
      changed('package.json', '{}', '{"dependencies":{"zod":"^4.0.0","odd":"1"}}'),
      changed('package-lock.json', '{}', '{"packages":{"node_modules/zod":{"license":"MIT"}}}'),
    ];
    expect(describeNewDependencies(inspected(captured(), { manifests })).map(({ text }) => text)).toEqual([
      'new dependency zod ^4.0.0: licence MIT',
      'new dependency odd 1: its licence is not known here',
    ]);
  });
});

describe('the manifests of a change', () => {
  const read = (...edits: Edit[]) =>
    readManifests(readDiff(captured(...edits).diff), 'tree', contentsOf(edits));

  it('are given with what they held before', async () => {
    const [before, after] = ['{\n"a": 1,\n"b": 2\n}\n', '{\n"b": 2,\n"c": 3\n}\n'];
    expect(await read({ path: 'package.json', before, after })).toEqual([
      changed('package.json', before, after),
    ]);
    expect(await read({ path: 'go.mod', before: null, after })).toEqual([changed('go.mod', null, after)]);
    expect(await read({ path: 'go.mod', before, after: null })).toMatchObject([
      { before: before.trimEnd(), after: null },
    ]);
    expect(await read({ path: 'go.mod', before, after: '' })).toMatchObject([{ after: '' }]);
    expect(await read({ path: 'src/a.ts', before, after })).toEqual([]);
  });

  it('are not read where nobody wrote them', async () => {
    const after = ' '.repeat(20 * 1024 * 1024);
    const at = (text: string) =>
      readManifests(readDiff(captured({ path: 'yarn.lock', before: null, after: 'a\n' }).diff), 'tree', {
        ...contentsOf(),
        read: () => Promise.resolve(text),
      });
    expect((await at(after))[0]?.after).toHaveLength(after.length);
    expect(await at(`${after} `)).toEqual([changed('yarn.lock', null, null)]);
  });

  it('must stay what a package manager can read', () => {
    const run = (before: string | null, after: string | null) =>
      findRunsLater(inspected(captured(), { manifests: [changed('package.json', before, after)] }));
    expect(run('{}', '{')).toEqual([
      {
        code: 'GUARD_RUNS_LATER',
        path: 'package.json',
        line: 0,
        reason: 'this is no JSON any more; mend it',
      },
    ]);
    expect([run('{', '{'), run(null, '{'), run('{}', null)]).toEqual([[], [], []]);
  });
});
