import { describe, expect, it } from '@jest/globals';
import { readDiff } from '../../src/domain/read-diff.ts';
import { changedPackages } from '../../src/guard/changed-packages.ts';
import { describeNewDependencies, findDependencyFaults } from '../../src/guard/dependencies.ts';
import { findNewSources, findUrlImports } from '../../src/guard/dependency-sources.ts';
import { findForeignDownloads } from '../../src/guard/lock-downloads.ts';
import { lookalikeOf } from '../../src/guard/lookalike-name.ts';
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

  it('is told once, and with no licence that something else than its lock file claims', () => {
    const told = (...manifests: Manifest[]) =>
      describeNewDependencies(inspected(captured(), { manifests })).map(({ text }) => text);
    const before = '{"dependencies":{"zod":"^4.0.0"}}';
    const claim =
      '{"dependencies":{"zod":"^4.1.0","odd":"1"},"packages":{"node_modules/odd":{"license":"MIT"}}}';
    const unknown = 'its licence is not known here';
    expect(told(changed('package.json', before, claim))).toEqual([`new dependency odd 1: ${unknown}`]);
    for (const lock of [
      '{',
      '{}',
      '{"packages":{}}',
      '{"packages":{"node_modules/odd":{"license":["MIT"]}}}',
    ])
      expect(told(changed('package-lock.json', null, lock), changed('package.json', before, claim))).toEqual([
        `new dependency odd 1: ${unknown}`,
      ]);
    expect(
      told(
        changed('requirements.txt', '', 'rich==1.0\n'),
        changed('package-lock.json', null, '{"packages":{"node_modules/rich":{"license":"MIT"}}}'),
      ),
    ).toEqual([`new dependency rich ==1.0: ${unknown}`]);
  });
});

describe('the packages that a change brings, those of its dependencies too', () => {
  const brought = (path: string, before: string, after: string) => [
    ...changedPackages([changed(path, before, after)]),
  ];
  const cargo = (name: string, version: string) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`;
  const ruby = '    rails (7.1.0)\n      deep (>= 1.0)\n';
  const packages = (held: object) => JSON.stringify({ packages: held });
  const [old, fresh] = [{ version: '1.0.0' }, { version: '2.0.0' }];

  it.each<[string, string, string, string[]]>([
    ['Cargo.lock', cargo('a', '1.0.0'), cargo('a', '1.0.0') + cargo('rand', '1.0.0'), ['rand']],
    ['uv.lock', cargo('rich', '1.0.0'), cargo('rich', '1.0.1').replaceAll('\n', '\r\n'), ['rich']],
    ['poetry.lock', '', cargo('a', '1.0.0').replace('name', 'filename'), []],
    ['lib/Gemfile.lock', '', ruby, ['rails']],
    ['lib/Gemfile.lock', ruby, ruby.replace('7.1.0', '7.1.1'), ['rails']],
    [
      'package-lock.json',
      packages({ 'node_modules/a': old }),
      packages({ 'node_modules/a': old, 'node_modules/a/node_modules/@b/c': fresh, 'node_modules/d': null }),
      ['@b/c', 'd'],
    ],
    ['package-lock.json', packages({ 'node_modules/a': old }), packages({ 'node_modules/a': fresh }), ['a']],
    ['package-lock.json', packages({ 'node_modules/a': old }), '{', []],
    ['package-lock.json.txt', '{}', packages({ 'node_modules/a': fresh }), []],
    ['Cargo.lock.txt', '', cargo('rand', '1.0.0'), []],
    ['tsconfig.json', '{}', packages({ 'node_modules/a': fresh }), []],
  ])('are read from %s', (path, before, after, names) => expect(brought(path, before, after)).toEqual(names));
});

describe('a dependency that is not what it says', () => {
  const faults = (path: string, before: string | null, after: string | null) =>
    findDependencyFaults(inspected(captured(), { manifests: [changed(path, before, after)] })).map(
      ({ code, line, reason }) => [code, line, reason.split(';')[0]],
    );
  const named = (was: Record<string, string>, is: Record<string, string>) =>
    faults('package.json', JSON.stringify({ dependencies: was }), JSON.stringify({ dependencies: is }));

  it('is refused by its name', () => {
    expect(named({}, { lodash: 'npm:evil@1' })).toEqual([
      ['GUARD_DEPENDENCY_NAME', 1, 'what is called lodash here is evil'],
    ]);
    expect(named({ own: '1' }, { own: 'npm:@evil/own@1' })).toEqual([
      ['GUARD_DEPENDENCY_NAME', 1, 'what is called own here is @evil/own'],
    ]);
    expect(named({}, { lodahs: '1' })).toEqual([
      ['GUARD_DEPENDENCY_NAME', 1, 'the new dependency lodahs is named like lodash and is not it'],
    ]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['a new alias that nobody takes for another', {}, { schema: 'npm:zod@4' }],
    ['another version behind an alias', { own: 'npm:thing@1' }, { own: 'npm:thing@2' }],
    ['itself under its own name', { lodash: '4' }, { lodash: 'npm:lodash@4' }],
    ['another version of what was there', { lodahs: '1' }, { lodahs: '2' }],
  ])('is none: %s', (_what, was, is) => expect(named(was, is)).toEqual([]));

  it('is looked for in lock files alone where it is about downloads', () => {
    expect(faults('package.json', '{}', '{\n"resolved": "https://evil.example/a.tgz"\n}')).toEqual([]);
  });
});

describe('a name that looks like another', () => {
  it.each([
    ['@babel/cores', '@babel/core'],
    ['@nest/core', '@nestjs/core'],
    ['@fist/core', '@jest/core'],
    ['types-node', '@types/node'],
    ['js-chalk', 'chalk'],
    ['lodas', 'lodash'],
    ['loadsh', 'lodash'],
    ['l0dash', 'lodash'],
  ])('%s is told with what it is taken for, %s', (name, known) =>
    expect(lookalikeOf(name, 'npm')).toBe(known),
  );

  it.each([
    ['lodash', 'what it is'],
    ['kob', 'too short to speak of likeness'],
    ['chal', 'shorter than what it is like'],
    ['koa-js', 'a word beside a short name'],
    ['official', 'a word that says nothing, and beside nothing'],
    ['express-handlebars', 'a word that only ends like such a one'],
    ['react-nodegui', 'a word that only begins like such a one'],
    ['@babel/core-js', 'another package of its scope'],
    ['@nest/testing', 'another package of a scope that is like one'],
    ['@acme/core', 'a package of its name, of quite another scope'],
    ['@foe/cli', 'a package of its name, of a short scope'],
    ['lodaxy', 'two letters further'],
    ['lodahx', 'two letters further, one of them moved'],
    ['lodaxs', 'two letters further, the other one moved'],
  ])('%s is none: it is %s', (name) => expect(lookalikeOf(name, 'npm')).toBeNull());

  it('is one only where packages are known', () => {
    expect(lookalikeOf('reqeusts', 'pypi')).toBe('requests');
    expect([lookalikeOf('reqeusts', 'npm'), lookalikeOf('reqeusts', 'go')]).toEqual([null, null]);
  });
});

describe('where packages come from', () => {
  const refused = (path: string, before: string | null, after: string | null) =>
    findNewSources([changed(path, before, after)]).map(({ line, reason }) => [line, reason.split(';')[0]]);
  const told = (line: string) => `by this line packages come from elsewhere than before (${line})`;

  it('is told with the line that says so, of which the first 80 characters', () => {
    const line = `--find-links https://evil.example/${'a'.repeat(80)}`;
    expect(refused('requirements.txt', 'flask==3\n', `flask==3\n  ${line}\n`)).toEqual([
      [2, told(line.slice(0, 80))],
    ]);
    const spec = `git+https://evil.example/${'a'.repeat(80)}`;
    const manifest = changed('package.json', '{}', JSON.stringify({ dependencies: { own: spec } }));
    expect(findDependencyFaults(inspected(captured(), { manifests: [manifest] }))).toEqual([
      {
        code: 'GUARD_DEPENDENCY_SOURCE',
        path: 'package.json',
        line: 1,
        reason: `the dependency own comes from ${spec.slice(0, 80)}, not from the registry; take a published version`,
      },
    ]);
  });

  it.each<[string, string, string, string | null]>([
    [
      'stays, wherever it stands',
      'requirements.txt',
      'x\n  -i https://own.example\n',
      '-i https://own.example\nx\n',
    ],
    ['is only spoken of', 'Cargo.toml', '', '# rand = { git = "https://own.example/r" }\n'],
    ['is gone with its file', 'go.mod', 'replace a => evil/a v1.0.0\n', null],
    ['is no manifest', 'notes.txt', '', '-i https://evil.example\n'],
  ])('is nothing new where it %s', (_what, path, before, after) =>
    expect(refused(path, before, after)).toEqual([]),
  );

  const origins = (path: string, ...lines: string[]) =>
    readDiff(captured({ path, before: null, after: `${lines.join('\n')}\n` }).diff)
      .flatMap(findUrlImports)
      .map(({ line, reason }) => [line, /that (\S+) sends/.exec(reason)?.[1]]);

  it.each(['a.ts', 'a.mjs', 'a.cjs', 'a.jsx', 'a.vue', 'a.svelte'])(
    'is told of %s that imports from a server',
    (path) =>
      expect(origins(path, '', "import a from 'https://evil.example/a.js';")).toEqual([
        [2, 'https://evil.example'],
      ]),
  );

  it.each([
    ['https://deno.land.evil.example', 'a registry'],
    ['http://localhost.evil.example', 'this machine'],
    ['http://127.evil.example', 'this machine, by its number'],
    ['http://localhost@evil.example', 'this machine, with a name before it'],
  ])('is told of %s, which is only called like %s', (origin) =>
    expect(origins('a.ts', `import a from '${origin}/a.js';`)).toEqual([[1, origin]]),
  );

  it.each([
    ['a comment', 'a.ts', "// import a from 'https://evil.example/a.js';"],
    ['a document', 'a.ts.md', "import a from 'https://evil.example/a.js';"],
    ['a registry', 'a.ts', "import a from 'https://jsr.io/a.js';"],
    ['this machine', 'a.ts', "import a from 'http://localhost:3000/a.js';"],
    ['this machine, by its number', 'a.ts', "import a from 'http://127.0.0.1:3000/a.js';"],
  ])('is not told of %s', (_what, path, line) => expect(origins(path, line)).toEqual([]));
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

describe('the dependencies of a manifest', () => {
  it.each<[string, string, string, [string, string][]]>([
    [
      'with extras',
      'pyproject.toml',
      '[project]\ndependencies = [\n  "uvicorn[standard]>=0.1", # don\'t "pin"\n  \'sly\',\n]\nname = "x"\n',
      [
        ['uvicorn', '>=0.1'],
        ['sly', ''],
      ],
    ],
    [
      'of groups whatever they are called',
      'pyproject.toml',
      '[project.optional-dependencies]\n"gpu" = ["torch>=2"]\nall = ["x[gpu]"]\n[[tool.mypy.overrides]]\nmodule = ["a"]\n[dependency-groups]\nlocal = [\n  "rich", {include-group = "gpu"},\n]\n[tool.pdm.dev-dependencies]\nfast = ["ruff"]\n[tool.ruff]\nselect = ["E"]\n',
      [
        ['torch', '>=2'],
        ['x', ''],
        ['rich', ''],
        ['ruff', ''],
      ],
    ],
    ['with lines of Windows', 'Cargo.toml', '[dependencies]\r\nrand = "1"\r\n', [['rand', '"1"']]],
    ['with a remark of Windows', 'requirements.txt', 'rand==1 # x\r\n', [['rand', '==1']]],
    [
      'with an empty replacement',
      'package.json',
      '{"resolutions":{"a>@b/c@^1":"git+ssh://x/y","d/":"git+ssh://x/y"}}',
      [
        ['@b/c', 'git+ssh://x/y'],
        ['d/', 'git+ssh://x/y'],
      ],
    ],
  ])('%s are all found', (_how, path, after, found) => {
    const read = newDependencies([changed(path, '', after)]);
    expect(read.map(({ name, spec }) => [name, spec])).toEqual(found);
  });
});
