import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { openSite } from '../../scripts/bench/site.ts';
import { countStart } from '../support/count-start.ts';
import { openReaderBench } from '../support/reader-bench.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'ticketmill-package-'));
const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };
const tarball = join(directory, `ticketmill-${version}.tgz`);

/** Commands with the most files they load, the programs they start and the syncs of a disk. */
const starts = [
  ['--version', 12, 0, 0],
  ['config print', 20, 0, 0],
  ['lint', 26, 0, 0],
  ['models list', 28, 0, 0],
  ['status', 30, 1, 0],
  ['show TASK-1', 30, 1, 0],
  ['explain TASK-1', 30, 1, 0],
  ['retry-failed --dry-run', 30, 1, 0],
  ['costs', 30, 1, 0],
  ['stop', 30, 1, 0],
  ['pause', 30, 1, 2],
  ['add A-ticket', 26, 0, 6],
] as const;

beforeAll(() => {
  // With its `prepack`, so what is packed is what was built just now.
  npm(checkout, 'pack', '--silent', '--pack-destination', directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the package', () => {
  it('holds the built program, its page, the schema, its own papers, and nothing else', () => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8', maxBuffer: 2 ** 24 })
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, ''));
    const [built, others] = [true, false].map((isBuilt) =>
      files.filter((path) => path.startsWith('dist/') === isBuilt),
    );
    expect(others?.sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY.md',
      'config.schema.json',
      'package.json',
      'scripts/ticketmill.cjs',
    ]);
    const modules = built?.filter((path) => !path.startsWith('dist/chunks/'));
    expect(modules?.filter((path) => !existsSync(sourceOf(path)))).toEqual(['dist/LICENCES.txt']);
    expect(built).toContain('dist/main.js');
    expect(statSync(tarball).size).toBeLessThan(1_500_000);
  });

  it('holds the licences of what is built into it', () => {
    const texts = execFileSync('tar', ['-xzOf', tarball, 'package/dist/LICENCES.txt'], { encoding: 'utf8' });
    for (const name of ['commander', 'js-yaml', 'simple-git', 'zod'])
      expect(texts).toMatch(new RegExp(`^${name} [\\d.]+\n`, 'm'));
  });

  it('is what publint wants of a package', async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(tarball);
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages).toEqual([]);
  });

  // Counts bound the time of a start on every machine; docs/performance.md has the times.
  it('starts a command with few files, and no program or sync that it has no use for', async () => {
    await using stack = new AsyncDisposableStack();
    const site = await openSite(stack);
    // The first command makes what later ones find.
    await site.run('status');
    await site.drop(1);
    for (const [line, files, programs, syncs] of starts) {
      const counts = await countStart(site, ...line.split(' '));
      expect({ line, ...counts }).toMatchObject({ line, programs, syncs });
      expect(counts.files).toBeLessThanOrEqual(files);
    }
  });

  it('works in an empty project, from the install to the change of the first ticket', async () => {
    await using bench = await openReaderBench();
    const { repository } = bench;
    const run = async (command: string) => {
      const { code, text } = await bench.type(command);
      expect({ command, code, text }).toMatchObject({ code: 0 });
      return text;
    };
    await repository.write({ 'package.json': '{ "private": true, "type": "module" }\n' });
    // Scripts stay off: nothing of the package may need one. What npm has in its cache is not asked for again.
    npm(repository.root, 'install', '--ignore-scripts', '--no-audit', '--prefer-offline', tarball);
    expect(await run('npx --no-install ticketmill --version')).toBe(`${version}\n`);
    await repository.commit({ 'backlog/todo/greeting.md': '# Greet people by their name\n' }, 'Install it');
    await run('npx --no-install ticketmill init --yes && npx --no-install ticketmill start --once');
    const branches = await repository.git('branch', '--list', 'ticket/*', '--format=%(refname)');
    expect(await repository.git('show', `${branches}:greet.js`)).toContain('`Hello, ${name}!`');
  });
});

/** npm as whoever runs the tests has set it up: its registry, its cache, its way to the network. */
function npm(cwd: string, ...args: string[]): void {
  const shell = process.platform === 'win32';
  execFileSync('npm', args, { cwd, shell, timeout: 240_000, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** What a file of `dist` was made from. */
function sourceOf(built: string): string {
  return join(checkout, built.replace(/^dist/, 'src').replace(/\.js$/, '.ts'));
}
