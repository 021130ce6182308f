import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bundledLicences } from '../../scripts/bundled-licences.ts';
import { temporaryDirectories } from '../support/directory.ts';

const fresh = temporaryDirectories();

/** Paths of what a project has, all of which is written. */
function project(files: Record<string, string>): string[] {
  const root = fresh();
  return Object.entries(files).map(([name, text]) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

describe('bundledLicences', () => {
  it('has the text of each package once, and none of our own', () => {
    const modules = project({
      'package.json': '{ "name": "ours", "version": "1.0.0" }',
      LICENSE: 'ours',
      'src/main.ts': '',
      'node_modules/b/package.json': '{ "name": "b", "version": "2.0.0" }',
      'node_modules/b/license.md': 'The licence of b.\n\n',
      'node_modules/b/dist/esm/package.json': '{ "type": "module" }',
      'node_modules/b/dist/esm/index.js': '',
      'node_modules/b/dist/esm/other.js': '',
      'node_modules/@a/a/package.json': '{ "name": "@a/a", "version": "3.0.0" }',
      'node_modules/@a/a/COPYING': 'The licence of a.',
      'node_modules/@a/a/index.js': '',
    });
    expect(bundledLicences(['\0runtime', ...modules])).toBe(
      `@a/a 3.0.0\n\nThe licence of a.\n\n${'-'.repeat(80)}\n\nb 2.0.0\n\nThe licence of b.\n`,
    );
  });

  it('refuses a package without a text', () => {
    const modules = project({
      'node_modules/b/package.json': '{ "name": "b", "version": "2.0.0" }',
      'node_modules/b/index.js': '',
    });
    expect(() => bundledLicences(modules)).toThrow('has no text of its licence; leave b out of dist');
  });
});
