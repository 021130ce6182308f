import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inertKeys } from '../../src/config/inert-keys.ts';
import { configSchema } from '../../src/config/schema.ts';
import {
  allowsAnything,
  keysAt,
  knownPaths,
  schemaAt,
  schemaFile,
  writtenSchema,
} from '../../src/config/written-schema.ts';
import type { KeySchema } from '../../src/config/written-schema.ts';

describe('config.schema.json', () => {
  it('is what the schema says; `npm run schema` writes it anew', () => {
    expect(readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8')).toBe(schemaFile());
  });
});

describe('writtenSchema', () => {
  const schema = writtenSchema();

  it('has a sentence for every key', () => {
    const silent = everyKey(schema).filter(({ node }) => !node.description);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('has the default of every key that has one in effect', () => {
    const effective = configSchema.parse({});
    expect(schemaAt(schema, ['server', 'port'])?.default).toBe(effective.server.port);
    expect(schemaAt(schema, ['ollama', 'hosts'])?.default).toEqual(effective.ollama.hosts);
    expect(schemaAt(schema, ['ollama', 'keepAlive'])?.default).toBe(effective.ollama.keepAlive);
    expect(schemaAt(schema, ['guard', 'protectedPaths'])?.default).toEqual(effective.guard.protectedPaths);
  });

  it('knows the keys without effect, the earlier names and $schema', () => {
    for (const { path } of inertKeys) {
      expect(schemaAt(schema, path.replace('*', 'any').split('.'))).not.toBeNull();
    }
    expect(schemaAt(schema, ['folders', 'doing'])).toEqual({
      type: 'string',
      description: 'Earlier name of `folders.processing`.',
    });
    expect(schemaAt(schema, ['$schema'])).not.toBeNull();
  });

  it('is strict about everything else', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(schemaAt(schema, ['nothing'])).toBeNull();
    expect(schemaAt(schema, ['ollama', 'nothing'])).toBeNull();
    expect(schemaAt(schema, ['constructor'])).toBeNull();
  });
});

describe('schemaAt', () => {
  const schema = writtenSchema();

  it('goes through named entries, lists and what allows everything', () => {
    expect(schemaAt(schema, ['checks', 'unit', 'run', 0])?.type).toBe('string');
    expect(schemaAt(schema, ['models', 'a/b', 'tools'])?.default).toBe('auto');
    expect(schemaAt(schema, ['mcp', 'any', 'thing'])).toEqual({});
    expect(schemaAt(schema, ['server', 0])).toBeNull();
    expect(schemaAt(schema, [])).toBe(schema);
  });

  it('tells what allows everything', () => {
    expect(allowsAnything({ description: 'x' })).toBe(true);
    expect(allowsAnything({ type: 'string' })).toBe(false);
    expect(allowsAnything({ anyOf: [] })).toBe(false);
  });
});

describe('the known keys', () => {
  it('can be listed by group and by path', () => {
    const schema = writtenSchema();
    expect(keysAt(schema, ['server'])).toEqual(['enabled', 'host', 'port', 'allowedHosts']);
    expect(keysAt(schema, ['server', 'port'])).toEqual([]);
    expect(keysAt(schema, ['nothing'])).toEqual([]);
    expect(knownPaths(schema)).toEqual(expect.arrayContaining([['server'], ['budget', 'perTicket', 'usd']]));
  });
});

function everyKey(schema: KeySchema, above = ''): { path: string; node: KeySchema }[] {
  const entries =
    typeof schema.additionalProperties === 'object'
      ? everyKey(schema.additionalProperties, `${above}*.`)
      : [];
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, node]) => {
    return [{ path: above + key, node }, ...everyKey(node, `${above}${key}.`)];
  });
  return [...entries, ...named];
}
