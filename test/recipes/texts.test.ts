import { describe, expect, it } from '@jest/globals';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RecipeName } from '../../src/domain/fast-path/recipe-order.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { cook } from '../support/recipe-bench.ts';

const directory = temporaryDirectories();
const made = (recipe: RecipeName, files: Record<string, string>, args: Record<string, string>) =>
  cook(directory(), { files }, recipe, args);

describe('replacing a text', () => {
  const files = {
    'a.html': '<b>Sign in</b>\nSign in!\n',
    'b/c.txt': 'Sign in\n',
    'vendor/x.txt': 'Sign in\n',
  };

  it('does so everywhere, and tells every place', async () => {
    const cooked = await made('replace-text', files, { from: 'Sign in', to: 'Log $& in' });
    expect(cooked.files).toEqual({
      'a.html': '<b>Log $& in</b>\nLog $& in!\n',
      'b/c.txt': 'Log $& in\n',
      'vendor/x.txt': 'Sign in\n',
    });
    expect(cooked.summary).toBe('Replaced "Sign in" by "Log $& in". Lines: a.html: 1, 2; b/c.txt: 1.');
  });

  it('does so in the file that is named, by its path or its name alone', async () => {
    const cooked = await made('replace-text', files, { from: 'Sign in', to: 'Log in', in: 'c.txt' });
    expect(cooked.files).toMatchObject({ 'a.html': files['a.html'], 'b/c.txt': 'Log in\n' });
  });

  it('keeps what a file may do', async () => {
    const place = directory();
    await cook(place, { files: { 'run.sh': 'echo one\n' } }, 'replace-text', { from: 'zero', to: 'x' });
    chmodSync(join(place, 'run.sh'), 0o755);
    await cook(place, { files: {} }, 'replace-text', { from: 'one', to: 'two' });
    expect(statSync(join(place, 'run.sh')).mode & 0o777).toBe(0o755);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['is nowhere', {}, { from: 'x', to: 'y' }, 'is nowhere'],
    [
      'is part of a longer word',
      { 'a.txt': 'cat\ncats\n' },
      { from: 'cat', to: 'dog' },
      'part of longer words',
    ],
    ['has no such file', files, { from: 'Sign in', to: 'y', in: 'no.txt' }, 'not exactly one file no.txt'],
    [
      'has two such files',
      { 'a/x.txt': 's', 'b/x.txt': 's' },
      { from: 's', to: 'y', in: 'x.txt' },
      'not exactly one file',
    ],
    [
      'stands in too many files',
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`${index}.txt`, 'old'])),
      { from: 'old', to: 'new' },
      'in 51 files',
    ],
  ])('is declined where it %s', async (_what, given, args, reason) => {
    const cooked = await made('replace-text', given, args);
    expect(cooked.declined).toContain(reason);
    expect(cooked.files).toEqual(given);
    expect(cooked.steps).toEqual(['declined']);
  });
});

describe('fixing a typo', () => {
  it('does so in each way of writing, where the word stands alone', async () => {
    const files = { 'a.md': 'recieve Recieve RECIEVE recieved\n', 'b.ts': 'recieve();\n' };
    const cooked = await made('fix-typo', files, { from: 'recieve', to: 'receive' });
    expect(cooked.files).toEqual({ 'a.md': 'receive Receive RECEIVE recieved\n', 'b.ts': 'receive();\n' });
    expect(cooked.summary).toContain('a.md: 1');
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['is another word', { 'a.md': 'colour' }, { from: 'colour', to: 'weight' }, 'different words'],
    ['is no word', { 'a.md': 'a b' }, { from: 'a b', to: 'a c' }, 'different words'],
    ['is nowhere', { 'a.md': 'x' }, { from: 'recieve', to: 'receive' }, 'is nowhere'],
    [
      'names a file',
      { 'recieve.md': 'recieve' },
      { from: 'recieve', to: 'receive' },
      'recieve.md is misspelt as well',
    ],
    [
      'has no such file',
      { 'a.md': 'recieve' },
      { from: 'recieve', to: 'receive', in: 'b.md' },
      'not exactly one file',
    ],
  ])('is declined where it %s', async (_what, files, args, reason) => {
    expect((await made('fix-typo', files, args)).declined).toContain(reason);
  });
});

describe('setting a value', () => {
  const json =
    '{\n  // how often\n  "retry": { "times": 3, "slow": false, },\n  "a.b": "x",\n  "list": [1],\n}\n';
  const yaml = `# top\nretry:\n    times:   3   # how often\n    slow: no\nname: 'it''s'\nplain: one\nbase: &b { x: 1 }\nlater: *b\n`;
  const toml = `name = "x" # who\n\n[retry]\ntimes = 3   # how often\n"slow" = false\npoint.x = 1\n\n[retry.deep]\ntimes = 9\n`;

  it.each<[string, string, string, string, string, string]>([
    ['json', json, 'retry.times', '5', '"times": 3', '"times": 5'],
    ['json', json, 'retry.slow', 'true', 'false', 'true'],
    ['json', json, 'a.b', '5', '"x"', '"5"'],
    ['yaml', yaml, 'retry.times', '5', '3   #', '5   #'],
    ['yaml', yaml, 'name', "who's", `'it''s'`, `'who''s'`],
    ['yaml', yaml, 'plain', 'two words', 'one', 'two words'],
    ['yaml', yaml, 'plain', '12', 'one', '"12"'],
    ['yml', yaml, 'plain', 'a: b', 'one', '"a: b"'],
    ['toml', toml, 'retry.times', '5', 'times = 3', 'times = 5'],
    ['toml', toml, 'retry.deep.times', '8', 'times = 9', 'times = 8'],
    ['toml', toml, 'name', 'a "b"', '"x"', '"a \\"b\\""'],
    ['toml', toml, 'retry.slow', 'true', 'false', 'true'],
    ['toml', toml, 'retry.point.x', '2', 'point.x = 1', 'point.x = 2'],
  ])('in %s changes nothing else: %#', async (...[kind, text, key, value, before, after]) => {
    const cooked = await made('set-value', { [`c.${kind}`]: text }, { key, value, in: `c.${kind}` });
    expect(cooked.declined).toBeNull();
    expect(cooked.files[`c.${kind}`]).toBe(text.replace(before, () => after));
  });

  it.each<[string, string, string, string, string]>([
    ['c.json', json, 'retry.often', '5', 'no single value for retry.often'],
    ['c.json', json, 'retry', '5', 'no single value for retry'],
    ['c.json', json, 'list', '5', 'no single value for list'],
    ['c.json', json, 'retry.times', 'often', 'of another type'],
    ['c.json', json, 'retry.slow', 'yes', 'of another type'],
    ['c.json', json, 'retry.times', '3', 'is 3 already'],
    ['c.json', '{ "a": ', 'a', '3', 'cannot be read'],
    ['c.json', '{ "a.b": 1, "a": { "b": 2 } }', 'a.b', '3', 'no single value for a.b'],
    ['c.json', '{ "a": 1, "a": 2 }', 'a', '3', 'without touching more'],
    ['c.yaml', yaml, 'later.x', '2', 'without touching more'],
    ['c.toml', 'a = { b = 1 }\n', 'a.b', '2', 'without touching more'],
    ['c.toml', 'a = """\nx\n"""\n', 'a', 'y', 'without touching more'],
    ['c.ini', 'a = 1\n', 'a', '2', 'not exactly one file c.ini'],
  ])('is declined for %s: %#', async (...[path, text, key, value, reason]) => {
    const cooked = await made('set-value', { [path]: text }, { key, value, in: path });
    expect(cooked.declined).toContain(reason);
    expect(cooked.files).toEqual({ [path]: text });
  });
});

describe('adding a file from a template', () => {
  const files = { 'adr/template.md': '# {{title}} ({{ date }})\n{{name}}\n', 'adr/own.md': '{{owner}}\n' };

  it('fills in what is known', async () => {
    const args = { path: 'adr/0007-use-toml.md', template: 'adr/template.md' };
    expect((await made('add-file', files, args)).files['adr/0007-use-toml.md']).toBe(
      '# Use toml (2026-03-04)\n0007-use-toml\n',
    );
  });

  it.each<[string, string, string]>([
    ['adr/own.md', 'adr/template.md', 'is there already'],
    ['adr/x.md', 'adr/none.md', 'not exactly one template'],
    ['adr/x.md', 'adr/own.md', 'has {{owner}}'],
    ['../x.md', 'adr/template.md', 'cannot be written'],
  ])('is declined for %s from %s', async (path, template, reason) => {
    expect((await made('add-file', files, { path, template })).declined).toContain(reason);
  });
});
