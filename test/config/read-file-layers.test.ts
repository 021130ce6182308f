import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFileLayers } from '../../src/config/read-file-layers.ts';
import { faultsOf, writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();

function read(files: Record<string, unknown>, nodeEnv?: string, required = false) {
  const root = directory();
  writeFiles(root, files);
  return readFileLayers(join(root, 'config.json'), nodeEnv, required);
}

describe('readFileLayers', () => {
  it('has nothing when there is no file', () => {
    expect(read({})).toEqual({ layers: [], file: null, warnings: [] });
  });

  it('reads the file of NODE_ENV after the main file', () => {
    const { layers, file } = read({ 'config.json': { a: 1 }, 'config.staging.json': { a: 2 } }, 'staging');
    expect(layers.map(({ values }) => values)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(layers.map(({ place }) => place(['a']))).toEqual(['config.json:2:8', 'config.staging.json:2:8']);
    expect(file).toMatch(/config\.json$/);
  });

  it('reads the file of NODE_ENV on its own', () => {
    const { layers, file } = read({ 'config.staging.json': { a: 2 } }, 'staging');
    expect(layers).toHaveLength(1);
    expect(file).toBeNull();
  });

  it('does not make a path of NODE_ENV', () => {
    const { layers, warnings } = read({ 'config.json': {} }, '../../etc/x');
    expect(layers).toHaveLength(1);
    expect(warnings).toEqual(['NODE_ENV is "../../etc/x", which is no part of a file name; it is ignored.']);
  });

  it('drops a byte order mark', () => {
    expect(read({ 'config.json': '\uFEFF{ "a": 1 }' }).layers[0]?.values).toEqual({ a: 1 });
  });

  it('tells the faults of all files, with line and column', () => {
    const faults = faultsOf(() => read({ 'config.json': '{\n "a": }', 'config.x.json': '{' }, 'x'));
    expect(faults.map(({ path, expected }) => [path, expected])).toEqual([
      ['config.json', 'a value'],
      ['config.x.json', 'a closing }'],
    ]);
    expect(faults[0]?.place).toMatch(/config\.json:2:7$/);
  });

  it.each(['[]', '5', '"text"', 'null'])('wants an object, not %s', (content) => {
    const [fault] = faultsOf(() => read({ 'config.json': content }));
    expect(fault).toMatchObject({ found: content, expected: 'an object' });
  });

  it('wants a file that was asked for', () => {
    expect(faultsOf(() => read({}, undefined, true))).toEqual([
      expect.objectContaining({ path: 'config.json', found: 'no such file', advice: 'create it' }),
    ]);
  });

  it('refuses what is too large, no text, or no file', () => {
    expect(faultsOf(() => read({ 'config.json': ' '.repeat(1_048_577) }))[0]?.found).toBe('1048577 bytes');

    const root = directory();
    const file = join(root, 'config.json');
    writeFileSync(file, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(faultsOf(() => readFileLayers(file, undefined, false))[0]?.expected).toBe(
      'a readable file in UTF-8',
    );

    mkdirSync(join(root, 'folder'));
    expect(faultsOf(() => readFileLayers(join(root, 'folder'), undefined, false))[0]?.found).toMatch(
      /EISDIR/,
    );
  });
});
