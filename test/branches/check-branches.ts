// `npm run test:branches [-- guard]`: runs the tests of each room that decides about tickets, and holds them to every branch of it.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import '../support/fixed-seed.ts';
import { collectTests } from '../support/in-process/collect-tests.ts';
import { compareGaps } from './compare-gaps.ts';
import type { Gap } from './list-gaps.ts';
import { listGaps } from './list-gaps.ts';
import { namedGaps } from './named-gaps.ts';

const allRooms = ['domain', 'guard', 'journal', 'backlog', 'pipeline'];
const [room, ...others] = process.argv.length > 2 ? process.argv.slice(2) : allRooms;

// Each in a process of its own: what other rooms' tests run does not count.
const isGood =
  others.length === 0 ? await checkRoom(room ?? '') : [room ?? '', ...others].map(checkApart).every(Boolean);
process.exit(isGood ? 0 : 1);

function checkApart(each: string): boolean {
  const options = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), each];
  return spawnSync(process.execPath, options, { stdio: 'inherit' }).status === 0;
}

async function checkRoom(each: string): Promise<boolean> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const failed = await runTests(each);
  const gaps = await findGaps(session, `src/${each}/`);
  const { unnamed, stale } = compareGaps(gaps, namedGaps, `src/${each}/`);
  tell('failed', failed);
  tell(
    'uncovered, and not named in test/branches/named-gaps.ts: cover it, or name it with its reason',
    unnamed,
  );
  tell('named in test/branches/named-gaps.ts, and covered or gone: take it out', stale);
  process.stdout.write(
    `${each}: ${gaps.length} places are uncovered, ${unnamed.length} of them without a name\n`,
  );
  return failed.length + unnamed.length + stale.length === 0;
}

async function runTests(each: string): Promise<string[]> {
  const failed: string[] = [];
  for (const file of globSync(`test/${each}/**/*.test.ts`).sort())
    for (const test of await collectTests(file))
      await test.run().catch((error: unknown) => failed.push(`${test.id}: ${String(error)}`));
  return failed;
}

async function findGaps(session: Session, folder: string): Promise<Gap[]> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => url.startsWith('file:'))
    .map(({ url, functions }) => ({ functions, file: relative('', fileURLToPath(url)).split(sep).join('/') }))
    .filter(({ file }) => file.startsWith(folder))
    .sort((one, other) => one.file.localeCompare(other.file))
    .flatMap(({ file, functions }) => listGaps(file, readFileSync(file, 'utf8'), functions));
}

function tell(what: string, lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`\n${what}:\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
}
