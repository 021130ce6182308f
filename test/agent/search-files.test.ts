import { describe, expect, it } from '@jest/globals';
import { searchFiles, type Search } from '../../src/agent/search-files.ts';
import { plainWorkspace } from '../support/coding-bench.ts';
import { temporaryDirectories } from '../support/directory.ts';

const directory = temporaryDirectories();
const files = {
  'src/a.ts': 'const alpha = 1;\n  Alpha.beta(2);\n',
  'lib/b.ts': 'alpha\n',
  'node_modules/c.ts': 'alpha\n',
  'blob.bin': 'alpha\0',
};

async function search(wanted: Partial<Search>, given: Record<string, string> = files) {
  const workspace = await plainWorkspace(directory(), given);
  const order = { pattern: 'alpha', path: '', regex: false, ...wanted };
  return searchFiles(workspace, order, new AbortController().signal);
}

describe('searchFiles', () => {
  it('finds a text, without regard to case unless the text has capitals', async () => {
    expect(await search({})).toBe(
      'lib/b.ts:1: alpha\nsrc/a.ts:1: const alpha = 1;\nsrc/a.ts:2: Alpha.beta(2);',
    );
    expect(await search({ pattern: 'Alpha' })).toBe('src/a.ts:2: Alpha.beta(2);');
  });

  it('looks below a path, or in one file', async () => {
    expect(await search({ path: 'lib' })).toBe('lib/b.ts:1: alpha');
    expect(await search({ path: 'src/a.ts', pattern: 'beta' })).toBe('src/a.ts:2: Alpha.beta(2);');
    expect(await search({ path: 'li' })).toBe('Nothing below li holds "alpha".');
  });

  it('finds a regular expression outside of this process', async () => {
    expect(await search({ pattern: '\\bal\\w+\\s*=\\s*\\d', regex: true })).toBe(
      'src/a.ts:1: const alpha = 1;',
    );
    expect(await search({ pattern: 'zzz+', regex: true })).toBe('Nothing holds "zzz+".');
    expect(await search({ pattern: '(', regex: true })).toContain('cannot be used');
  });

  it('takes a pattern that looks like an option for a pattern', async () => {
    expect(await search({ pattern: '--help', regex: true })).toBe('Nothing holds "--help".');
  });

  it('shows fifty hits, each cut short', async () => {
    const text = Array.from({ length: 80 }, () => `alpha ${'x'.repeat(400)}`).join('\n');
    const hits = (await search({}, { 'a.txt': text })).split('\n');
    expect(hits).toHaveLength(51);
    expect(hits[0]?.length).toBeLessThan(220);
    expect(hits[50]).toContain('There are more');
  });
});
