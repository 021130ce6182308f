import { describe, expect, it } from '@jest/globals';
import { findChecks } from '../../src/workspace/find-checks.ts';

function find(files: Record<string, string>) {
  const found = findChecks({ names: new Set(Object.keys(files)), text: (name) => files[name] ?? '' }, 5);
  return found.map(({ name, run }) => `${name}: ${run.join(' ')}`);
}

describe('findChecks', () => {
  it.each<[string, Record<string, string>, string[]]>([
    ['nothing', { 'README.md': '' }, []],
    [
      'npm’s placeholder',
      { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
      [],
    ],
    ['a broken manifest', { 'package.json': '{' }, []],
    ['a manifest without scripts', { 'package.json': '{}' }, []],
    [
      'npm scripts, cheapest first',
      { 'package.json': '{"scripts":{"test":"t","lint":"l","types":"tsc"}}' },
      ['typecheck: npm run types', 'lint: npm run lint', 'test: npm run test'],
    ],
    ['yarn', { 'package.json': '{"scripts":{"test":"t"}}', 'yarn.lock': '' }, ['test: yarn run test']],
    ['pnpm', { 'package.json': '{"scripts":{"test":"t"}}', 'pnpm-lock.yaml': '' }, ['test: pnpm run test']],
    ['cargo', { 'Cargo.toml': '' }, ['cargo test: cargo test --offline']],
    ['go', { 'go.mod': '' }, ['go test: go test ./...']],
    ['pytest by its file', { 'pytest.ini': '' }, ['pytest: python3 -m pytest -q']],
    [
      'pytest by pyproject',
      { 'pyproject.toml': '[tool.pytest.ini_options]' },
      ['pytest: python3 -m pytest -q'],
    ],
    ['a pyproject without it', { 'pyproject.toml': '[project]' }, []],
    ['make', { Makefile: 'all:\n\ntest: all\n\techo\n' }, ['make test: make test']],
    ['a Makefile without tests', { Makefile: 'all:\n' }, []],
    [
      'make beside npm',
      { Makefile: 'test:\n', 'package.json': '{"scripts":{"test":"t"}}' },
      ['test: npm run test'],
    ],
  ])('finds %s', (_what, files, expected) => {
    expect(find(files)).toEqual(expected);
  });
});
