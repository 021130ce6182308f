import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkHouse } from './support/layers/check-house.ts';
import type { Declared } from './support/layers/check-house.ts';
import type { SourceFile } from './support/layers/read-module.ts';
import { readModule } from './support/layers/read-module.ts';
import { libraryHomes, roomOf } from './support/layers/rules.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const house = [...readFolder('src'), ...readFolder('scripts')];
const declared = readDeclared();

describe('the house', () => {
  it('keeps every rule of its rooms', () => {
    const breaches = checkHouse(house, declared).map(
      ({ rule, file, line, message }) => `${file}:${line} ${rule}: ${message}`,
    );
    expect(breaches).toEqual([]);
  });

  it('is read whole: every room of the plan that is built has files here', () => {
    const rooms = new Set(house.map(({ path }) => roomOf(path)));
    for (const room of ['domain', 'ports', 'pipeline', 'files', 'backlog', 'config', 'scripts']) {
      expect(rooms).toContain(room);
    }
    const imports = house.map(readModule).flatMap((module) => module.imports);
    expect(imports.length).toBeGreaterThan(house.length);
  });

  it('has a home for each library, and a library for each home', () => {
    const isOfScripts = (homes: readonly string[]): boolean =>
      homes.every((home) => home.startsWith('scripts/'));
    const libraries = Object.entries(libraryHomes).filter(([name]) => !name.startsWith('node:'));
    // What only scripts use is no part of the program.
    const [tools, parts] = [
      libraries.filter(([, homes]) => isOfScripts(homes)),
      libraries.filter(([, homes]) => !isOfScripts(homes)),
    ];
    expect(parts.map(([name]) => name).sort()).toEqual([...declared.dependencies].sort());
    for (const [name] of tools) expect(declared.devDependencies).toContain(name);
  });
});

describe('a breach', () => {
  const cases: [rule: string, what: string, path: string, text: string][] = [
    ['reach', 'domain imports node:', 'src/domain/a.ts', `import { join } from 'node:path';`],
    ['reach', 'domain imports a library', 'src/domain/a.ts', `import { z } from 'zod';`],
    [
      'reach',
      'domain imports a room, if only its type',
      'src/domain/a.ts',
      `import type { A } from '../ports.ts';`,
    ],
    ['reach', 'ports imports a value', 'src/ports.ts', `import { noSpending } from './domain/change.ts';`],
    ['reach', 'ports imports an adapter', 'src/ports.ts', `import type { A } from './http/server.ts';`],
    ['reach', 'pipeline imports an adapter', 'src/pipeline/a.ts', `import { a } from '../backlog/watch.ts';`],
    ['reach', 'pipeline imports files', 'src/pipeline/a.ts', `import { a } from '../files/move.ts';`],
    ['reach', 'pipeline imports node:', 'src/pipeline/a.ts', `import { join } from 'node:path';`],
    ['reach', 'files imports domain', 'src/files/a.ts', `import { Failure } from '../domain/failure.ts';`],
    ['reach', 'files imports a library', 'src/files/a.ts', `import { z } from 'zod';`],
    ['reach', 'an adapter imports a sibling', 'src/review/a.ts', `import { a } from '../models/ollama.ts';`],
    [
      'reach',
      'an adapter imports a type of a sibling',
      'src/review/a.ts',
      `import type { A } from '../agent/edit.ts';`,
    ],
    [
      'reach',
      'an adapter imports config',
      'src/http/a.ts',
      `import type { Config } from '../config/schema.ts';`,
    ],
    ['reach', 'an adapter imports app', 'src/http/a.ts', `import type { House } from '../app/house.ts';`],
    [
      'reach',
      'an adapter imports pipeline',
      'src/http/a.ts',
      `import { a } from '../pipeline/run-ticket.ts';`,
    ],
    [
      'reach',
      'a nested file imports a sibling room',
      'src/http/routes/a.ts',
      `import { a } from '../../forge/local.ts';`,
    ],
    [
      'reach',
      'a sibling is loaded on demand',
      'src/http/a.ts',
      `export const a = () => import('../forge/local.ts');`,
    ],
    [
      'reach',
      'a sibling is passed on',
      'src/http/a.ts',
      `export const a = 1; export { b } from '../forge/local.ts';`,
    ],
    [
      'reach',
      'a sibling is named in a type',
      'src/http/a.ts',
      `export type A = import('../forge/local.ts').A;`,
    ],
    ['reach', 'app imports the command line', 'src/app.ts', `import { a } from './cli/program.ts';`],
    ['reach', 'app imports main', 'src/app/a.ts', `import { a } from '../main.ts';`],
    [
      'reach',
      'the command line imports an adapter',
      'src/cli/a.ts',
      `import { a } from '../backlog/watch.ts';`,
    ],
    ['reach', 'main imports an adapter', 'src/main.ts', `import { a } from './http/server.ts';`],
    ['reach', 'main imports a rule', 'src/main.ts', `import { a } from './domain/plan.ts';`],
    ['reach', 'the house imports a test', 'src/app.ts', `import { a } from '../test/support/clock.ts';`],
    ['reach', 'the house imports a script', 'src/app.ts', `import { a } from '../scripts/demo.ts';`],
    ['reach', 'a script imports a test', 'scripts/a.ts', `import { a } from '../test/support/clock.ts';`],
    ['reach', 'a script imports main', 'scripts/a.ts', `import { a } from '../src/main.ts';`],
    ['library-home', 'a library leaves its file', 'src/backlog/a.ts', `import matter from 'gray-matter';`],
    ['library-home', 'a library leaves its folder', 'src/forge/a.ts', `import express from 'express';`],
    [
      'library-home',
      'a process is spawned elsewhere',
      'src/forge/a.ts',
      `import { spawn } from 'node:child_process';`,
    ],
    [
      'library-home',
      'SQLite is opened elsewhere',
      'src/history/a.ts',
      `import { DatabaseSync } from 'node:sqlite';`,
    ],
    ['library-home', 'a library has no home', 'src/forge/a.ts', `import type { A } from 'lodash';`],
    ['library-home', 'an inner file of a library', 'src/forge/a.ts', `import { a } from 'winston/lib/a';`],
    ['undeclared', 'a library is not in package.json', 'src/forge/a.ts', `import _ from 'lodash';`],
    ['undeclared', 'a dev dependency runs in the product', 'src/agent/a.ts', `import jest from 'jest';`],
    ['environment', 'process.env outside config', 'src/http/a.ts', `export const a = process.env.HOME;`],
    ['environment', 'process["env"]', 'src/http/a.ts', `export const a = process['env'];`],
    [
      'environment',
      'process taken apart',
      'src/http/a.ts',
      `const { env: e } = process; export const a = e;`,
    ],
    [
      'environment',
      'env imported',
      'src/http/a.ts',
      `import { env as e } from 'node:process'; export const a = e;`,
    ],
    ['environment', 'globalThis.process.env', 'src/http/a.ts', `export const a = globalThis.process.env;`],
    ['exit', 'process.exit outside main', 'src/cli/a.ts', `export const a = () => process.exit(1);`],
    ['exit', 'exit imported', 'src/cli/a.ts', `import { exit } from 'node:process'; export const a = exit;`],
    ['signal', 'a signal handled outside main', 'src/app.ts', `process.once('SIGINT', () => undefined);`],
    ['default-export', 'export default', 'src/cli/a.ts', `export default 1;`],
    ['default-export', 'a default function', 'src/cli/a.ts', `export default function a(): void {}`],
    ['default-export', 'exported as default', 'src/cli/a.ts', `const a = 1; export { a as default };`],
    ['any', 'any', 'src/cli/a.ts', `export const a = (b: any): unknown => b;`],
    ['non-null', 'a non-null mark', 'src/cli/a.ts', `export const a = (b?: number): number => b!;`],
    ['non-null', 'a definite assignment', 'src/cli/a.ts', `export class A { b!: number; }`],
    ['barrel', 'export * from', 'src/cli/a.ts', `export * from './b.ts';`],
    ['barrel', 'names imported to be exported', 'src/cli/a.ts', `import { b } from './b.ts'; export { b };`],
    ['length', 'a file too long', 'src/cli/a.ts', 'export const a = 1;\n'.repeat(251)],
  ];

  it.each(cases)('of %s is found: %s', (rule, _what, path, text) => {
    expect(rulesBroken([{ path, text }])).toContain(rule);
  });

  it('of cycle is found, through any number of files, once', () => {
    const circle = ['b', 'c', 'a'].map((next, index) => ({
      path: `src/domain/${'abc'.charAt(index)}.ts`,
      text: `import { ${next} } from './${next}.ts';`,
    }));
    expect(rulesBroken(circle)).toEqual(['cycle']);
    expect(rulesBroken([{ path: 'src/domain/a.ts', text: `import { a } from './a.ts';` }])).toEqual([
      'cycle',
    ]);
  });

  it('of unused is found: a dependency that only a script imports', () => {
    const script = { path: 'scripts/a.ts', text: `import { z } from 'zod';` };
    const breaches = checkHouse([script], { dependencies: ['zod'], devDependencies: [] });
    expect(breaches.map(({ rule }) => rule)).toContain('unused');
  });
});

describe('no breach', () => {
  const cases: [what: string, path: string, text: string][] = [
    ['domain within domain', 'src/domain/a.ts', `import { b } from './b.ts';`],
    ['pipeline over domain and ports', 'src/pipeline/a.ts', `import type { A } from '../ports.ts';`],
    [
      'an adapter over files and Node',
      'src/http/a.ts',
      `import { a } from '../files/move.ts'; import { b } from 'node:fs';`,
    ],
    [
      'app over everything',
      'src/app.ts',
      `import { a } from './http/server.ts'; import { b } from './config/load.ts';`,
    ],
    [
      'main over cli and app',
      'src/main.ts',
      `import { a } from './cli/a.ts'; import { b } from './app.ts'; process.exit(0);`,
    ],
    [
      'a script over the house',
      'scripts/a.ts',
      `import { a } from '../src/cli/output.ts'; export const b = process.env;`,
    ],
    ['the environment in config', 'src/config/a.ts', `export const a = process.env;`],
    [
      'words in comments and strings',
      'src/http/a.ts',
      `// process.env, any, x!\nexport const a = "import 'lodash'";`,
    ],
    [
      'a circle of types',
      'src/domain/a.ts',
      `import type { A } from './a.ts'; import { type B } from './a.ts';`,
    ],
    [
      'a type passed on beside own code',
      'src/cli/a.ts',
      `export type { B } from './b.ts'; export const a = 1;`,
    ],
    ['a file of the longest length', 'src/cli/a.ts', 'export const a = 1;\n'.repeat(250)],
    ['a library at home', 'src/backlog/watch.ts', `import { watch } from 'chokidar';`],
  ];

  it.each(cases)('%s', (_what, path, text) => {
    expect(rulesBroken([{ path, text }])).toEqual([]);
  });
});

/** Rules broken by files standing alone, where package.json declares just what has a home. */
function rulesBroken(sources: SourceFile[]): string[] {
  const alone: Declared = {
    dependencies: Object.keys(libraryHomes),
    devDependencies: ['jest'],
  };
  return checkHouse(sources, alone)
    .map(({ rule }) => rule)
    .filter((rule) => rule !== 'unused');
}

function readFolder(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      return { path, text: readFileSync(join(root, path), 'utf8') };
    });
}

function readDeclared(): Declared {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(text) as Record<
    keyof Declared,
    Record<string, string>
  >;
  return { dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) };
}
