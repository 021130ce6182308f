import { findCycles } from './find-cycles.ts';
import type { Module, SourceFile } from './read-module.ts';
import { readModule } from './read-module.ts';
import type { Breach } from './rules.ts';
import { checkLength, checkLibraryHome, checkReach, checkSights, libraryOf } from './rules.ts';

/** Names of the packages that `package.json` declares. */
export type Declared = { dependencies: readonly string[]; devDependencies: readonly string[] };

/** Every breach of the house's rules in these files and this package.json, in the order of the files. */
export function checkHouse(sources: readonly SourceFile[], declared: Declared): Breach[] {
  const modules = sources.map(readModule);
  return [
    ...modules.flatMap((module) => [
      ...checkReach(module),
      ...checkLibraryHome(module),
      ...checkSights(module),
      ...checkLength(module),
      ...findUndeclared(module, declared),
    ]),
    ...findCycles(modules),
    ...findUnused(modules, declared),
  ];
}

function findUndeclared(module: Module, declared: Declared): Breach[] {
  const isScript = module.path.startsWith('scripts/');
  const known = [...declared.dependencies, ...(isScript ? declared.devDependencies : [])];
  return module.imports.flatMap(({ specifier, target, typeOnly, line }) => {
    const library = libraryOf(specifier);
    if (target !== null || library.startsWith('node:') || known.includes(library)) return [];
    if (typeOnly && declared.devDependencies.includes(`@types/${library}`)) return [];
    const message = `imports ${library}, which is no dependency in package.json`;
    return [{ rule: 'undeclared', file: module.path, line, message }];
  });
}

function findUnused(modules: readonly Module[], declared: Declared): Breach[] {
  const used = new Set(
    modules
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap(({ imports }) => imports.map(({ specifier }) => libraryOf(specifier))),
  );
  return declared.dependencies
    .filter((name) => !used.has(name))
    .map((name) => ({
      rule: 'unused',
      file: 'package.json',
      line: 1,
      message: `nothing in src imports ${name}`,
    }));
}
