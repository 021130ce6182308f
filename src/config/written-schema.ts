import * as z from 'zod';
import { earlierNames } from './earlier-names.ts';
import { inertKeys } from './inert-keys.ts';
import { configSchema } from './schema.ts';
import { pathText } from './tree.ts';
import type { Path } from './tree.ts';

/** A JSON schema (draft 7), as far as it is looked into here. A node without any of these allows everything. */
export type KeySchema = {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  anyOf?: KeySchema[];
  items?: KeySchema;
  properties?: Record<string, KeySchema>;
  additionalProperties?: boolean | KeySchema;
};

let written: KeySchema | undefined;

/**
 * Everything a person may write in config.json: the keys of the schema, those that are accepted without effect, and
 * the earlier names. It is what editors check against, and where known keys are looked up. Made when first asked for:
 * a config without faults is read without it, in half the time.
 */
export function writtenSchema(): KeySchema {
  return (written ??= describeKeys());
}

/** The text of config.schema.json. */
export function schemaFile(): string {
  return `${JSON.stringify(writtenSchema(), null, 2)}\n`;
}

/** The rule for a path; null when no such key is known. Below a key that allows everything, everything is known. */
export function schemaAt(schema: KeySchema, path: Path): KeySchema | null {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const below = childSchema(schema, key);
  return below && schemaAt(below, rest);
}

/** Names of the keys that the group at `path` has of its own. */
export function keysAt(schema: KeySchema, path: Path): string[] {
  return Object.keys(schemaAt(schema, path)?.properties ?? {});
}

/** Paths of all keys and groups that have a fixed name. */
export function knownPaths(schema: KeySchema, above: readonly string[] = []): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, below]) => {
    const path = [...above, key];
    return [path, ...knownPaths(below, path)];
  });
}

/** Whether the node says nothing about what may stand there. */
export function allowsAnything(schema: KeySchema): boolean {
  return schema.type === undefined && schema.anyOf === undefined && schema.properties === undefined;
}

function describeKeys(): KeySchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' }) as KeySchema;
  for (const { path, reason } of inertKeys) {
    addKey(schema, path.split('.'), { description: `\`${path}\` ${reason}.` });
  }
  for (const { earlier, now } of earlierNames) {
    const { type = 'string' } = schemaAt(schema, now) ?? {};
    addKey(schema, earlier, { type, description: `Earlier name of \`${pathText(now)}\`.` });
  }
  addKey(schema, ['$schema'], {
    type: 'string',
    description: 'The schema that an editor checks this file against.',
  });
  return { ...schema, description: 'Configuration of ticketmill' };
}

function childSchema(schema: KeySchema, key: string | number): KeySchema | null {
  if (allowsAnything(schema)) return {};
  if (typeof key === 'number') return schema.items ?? null;
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key] ?? null;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : null;
}

function addKey(schema: KeySchema, path: readonly string[], added: KeySchema): void {
  const [key = '', ...rest] = path;
  if (key === '*' && typeof schema.additionalProperties === 'object') {
    addKey(schema.additionalProperties, rest, added);
    return;
  }
  const properties = (schema.properties ??= {});
  if (rest.length === 0) properties[key] = added;
  else addKey((properties[key] ??= {}), rest, added);
}
