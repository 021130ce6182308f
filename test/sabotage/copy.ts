import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Edit } from './sabotages.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** All that the tests are run from, in a directory of its own; what is installed is shared. */
export function copySources(directory: string): string {
  const copy = join(directory, 'copy');
  for (const name of [
    'src',
    'scripts',
    'test',
    'package.json',
    'jest.config.mjs',
    'tsconfig.json',
    'config.schema.json',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The text of a file after edits, each of which must meet its text exactly once. */
export function readEdited(from: string, file: string, edits: readonly Edit[]): string {
  return edits.reduce(
    (text, { find, replace }) => {
      const count = text.split(find).length - 1;
      if (count !== 1) throw new Error(`${file} holds ${JSON.stringify(find)} ${count} times, expected once`);
      return text.replace(find, () => replace);
    },
    readFileSync(join(from, file), 'utf8'),
  );
}

export type Told = { passed: string[]; failed: string[]; output: string };

type Report = { testResults: { assertionResults: { title: string; status: string }[] }[] };

/** The tests of these files whose titles contain one of these words. */
export function runTests(directory: string, files: readonly string[], titles: readonly string[]): Told {
  const report = join(directory, 'report.json');
  const wanted = titles.map((title) => title.replace(/[^\w ]/g, '.')).join('|');
  const jest = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
  ];
  const options = ['--json', `--outputFile=${report}`, '--testTimeout=15000', '--forceExit', '-t', wanted];
  const { stderr } = spawnSync(process.execPath, [...jest, ...options, ...files], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 120_000,
  });
  if (!existsSync(report)) return { passed: [], failed: [], output: stderr };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const titled = (status: string): string[] =>
    results.filter((result) => result.status === status).map(({ title }) => title);
  return { passed: titled('passed'), failed: titled('failed'), output: stderr };
}
