import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { actedKeys, configurationPage } from '../../scripts/configuration-page.ts';
import { knownPaths, writtenSchema } from '../../src/config/written-schema.ts';

const schema = writtenSchema();
const page = configurationPage(schema);

describe('docs/configuration.md', () => {
  it('is what `npm run schema` writes', () => {
    const written = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    expect(written).toBe(page);
  });

  it('names every key that a person can write', () => {
    const missing = knownPaths(schema)
      .map((path) => path.join('.'))
      .filter((key) => key !== '$schema')
      .filter((key) => !page.includes(`\`${key}`) && !page.includes(`## ${key}\n`));
    expect(missing).toEqual([]);
  });

  it('has a sentence in each row, and four cells', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(actedKeys(schema).length);
    for (const row of rows) expect(row).toMatch(/^\| `[\w.:<>]+` \| \S.* \| .*\| \S.*\. \|$/);
  });
});

describe('a row', () => {
  const rowOf = (rule: object) =>
    configurationPage({ properties: { a: { type: 'object', properties: { b: rule } } } })
      .split('\n')
      .find((line) => line.startsWith('| `a.b'));

  it.each([
    [{ type: 'boolean', default: true }, '`true`, `false` | `true` |'],
    [{ type: 'string', default: 'x\ny' }, 'text | `x\\ny` |'],
    [{ type: 'string', enum: ['p', 'q'] }, '`p`, `q` |  |'],
    [{ type: 'integer', minimum: 1, maximum: 5, default: 2 }, 'whole number, 1 to 5 | `2` |'],
    [{ type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'number, at least 0 |  |'],
    [{ type: 'number' }, 'number |  |'],
    [{ type: 'array', items: { type: 'string' }, default: [] }, 'list of text | `[]` |'],
    [{ type: 'array', default: ['a', 'b|c'] }, 'list of anything | `a`, `b\\|c` |'],
    [{ anyOf: [{ type: 'boolean' }, { enum: ['auto'] }] }, '`true`, `false`, `auto` |  |'],
    [{ type: 'object' }, 'group |  |'],
  ])('of %j shows %s', (rule, expected) => {
    expect(rowOf(rule)).toContain(expected);
  });

  it('of named entries shows the name as a blank', () => {
    expect(rowOf({ type: 'object', additionalProperties: { properties: { c: {} } } })).toMatch(
      /^\| `a\.b\.<name>\.c`/,
    );
  });
});
