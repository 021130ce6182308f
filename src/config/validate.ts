import type * as z from 'zod';
import type { Fault } from './config-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { faultAt } from './fault-at.ts';
import type { Context } from './fault-at.ts';
import { findOrigin } from './layer.ts';
import { configSchema } from './schema.ts';
import type { Config } from './schema.ts';
import { getPath, hasPath, pathText, withoutPath } from './tree.ts';
import type { Path, Tree } from './tree.ts';
import { keysAt, knownPaths, schemaAt, writtenSchema } from './written-schema.ts';
import type { KeySchema } from './written-schema.ts';

/** `config` holds the defaults in place of faulty values, so that rules over several keys can still be checked. */
export type Validated = { config: Config; faults: Fault[]; warnings: string[] };

/** A config is checked once: to compile its rules first, as zod does, would take longer than the check. */
const once = { jitless: true };

/** Checks every key on its own. Unknown keys are warnings and are left out. */
export function validate(tree: Tree, context: Context): Validated {
  const result = configSchema.safeParse(tree, once);
  if (result.success) return { config: result.data, faults: [], warnings: [] };
  const { issues } = result.error;
  return {
    config: parseSound(withoutFaults(tree, issues)),
    faults: issues.filter(isFault).map((issue) => faultOf(issue, tree, context)),
    warnings: issues.flatMap(unknownPaths).map((path) => unknownKey(path, context)),
  };
}

/** Ends, because every round takes something out; what is taken out may have been a part that its group needs. */
function parseSound(tree: Tree): Config {
  const result = configSchema.safeParse(tree, once);
  return result.success ? result.data : parseSound(withoutFaults(tree, result.error.issues));
}

function withoutFaults(tree: Tree, issues: readonly z.core.$ZodIssue[]): Tree {
  const faulty = issues.filter(isFault).map(pathOf);
  return [...issues.flatMap(unknownPaths), ...faulty].reduce<Tree>(withoutFault, tree);
}

function isFault(issue: z.core.$ZodIssue): boolean {
  return issue.code !== 'unrecognized_keys';
}

function unknownPaths(issue: z.core.$ZodIssue): Path[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...pathOf(issue), key]) : [];
}

/** What lacks a key is taken out as a whole. */
function withoutFault(tree: Tree, path: Path): Tree {
  return path.length === 0 || hasPath(tree, path)
    ? withoutPath(tree, path)
    : withoutFault(tree, path.slice(0, -1));
}

function faultOf(issue: z.core.$ZodIssue, tree: Tree, context: Context): Fault {
  const path = pathOf(issue);
  const found = getPath(tree, path);
  // The name of an entry is at fault, not what it holds.
  if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? issue.message;
    return faultAt(path, { found: path.at(-1), expected, hint: 'rename it' }, context);
  }
  const hint = hintFor(found, schemaAt(writtenSchema(), path));
  return faultAt(path, { found, expected: issue.message, ...(hint === null ? {} : { hint }) }, context);
}

function hintFor(found: unknown, schema: KeySchema | null): string | null {
  if (typeof found !== 'string' || schema === null) return null;
  const meant = didYouMean(
    found,
    (schema.enum ?? []).filter((option) => typeof option === 'string'),
  );
  if (meant !== null) return `did you mean ${JSON.stringify(meant)}? Correct it`;
  const quoted =
    ['integer', 'number', 'boolean'].includes(schema.type ?? '') && /^(-?[\d.]+|true|false)$/.test(found);
  return quoted ? 'write it without quotes' : null;
}

function unknownKey(path: Path, { layers }: Context): string {
  const schema = writtenSchema();
  const origin = findOrigin(layers, path);
  const group = path.slice(0, -1);
  const key = String(path.at(-1));
  const sibling = didYouMean(key, keysAt(schema, group));
  const elsewhere = knownPaths(schema).find((known) => known.at(-1)?.toLowerCase() === key.toLowerCase());
  const meant = sibling === null ? elsewhere : [...group, sibling];
  return (
    `\`${origin?.writtenAs ?? pathText(path)}\`${origin ? ` (${origin.place})` : ''} is no known key and is ignored` +
    (meant ? `; did you mean \`${pathText(meant)}\`?` : '.')
  );
}

/** Symbols never occur: the tree was read from JSON. */
function pathOf(issue: { path: readonly PropertyKey[] }): (string | number)[] {
  return issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
}
