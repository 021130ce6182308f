import type { Module } from './read-module.ts';
import type { Breach } from './rules.ts';

/** Circles of imports that stay when types are erased: each is one breach, named at its first file. */
export function findCycles(modules: readonly Module[]): Breach[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const settled = new Set<string>();
  const breaches: Breach[] = [];
  for (const module of modules) walk(module, []);
  return breaches;

  function walk(module: Module, above: readonly Module[]): void {
    const start = above.indexOf(module);
    if (start !== -1) {
      const circle = [...above.slice(start), module].map(({ path }) => path);
      breaches.push({ rule: 'cycle', file: module.path, line: 1, message: circle.join(' -> ') });
      return;
    }
    if (settled.has(module.path)) return;
    for (const { target, typeOnly } of module.imports) {
      const next = target === null || typeOnly ? undefined : byPath.get(target);
      if (next !== undefined) walk(next, [...above, module]);
    }
    settled.add(module.path);
  }
}
