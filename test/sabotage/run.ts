// `npm run test:sabotage`: breaks each promise once in a copy of the sources, and looks whether a test notices.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySources, readEdited, runTests } from './copy.ts';
import type { Edit } from './sabotages.ts';
import { sabotages } from './sabotages.ts';

const scratch = mkdtempSync(join(tmpdir(), 'ticketmill-sabotage-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const copy = copySources(scratch);
const broken = sabotages.map(({ edits }) => breakFiles(edits));
const sound = runTests(
  copy,
  [...new Set(sabotages.map(({ test }) => test))],
  sabotages.map(({ noticed }) => noticed),
);
const rows = sabotages.map(({ name, test, noticed }, index) => {
  const files = broken[index] ?? [];
  for (const { file, text } of files) writeFileSync(join(copy, file), text);
  const told = runTests(copy, [test], [noticed]);
  for (const { file, before } of files) writeFileSync(join(copy, file), before);
  const wasGood = sound.passed.some((title) => title.includes(noticed));
  const caught = wasGood && told.failed.some((title) => title.includes(noticed));
  process.stderr.write(`${caught ? 'caught' : 'MISSED'}  ${name}\n`);
  return { sabotage: name, caught, by: `${test}: ${noticed}`, told };
});

const missed = rows.filter(({ caught }) => !caught);
process.stdout.write('| sabotage | caught | by |\n| --- | --- | --- |\n');
for (const { sabotage, caught, by } of rows)
  process.stdout.write(`| ${sabotage} | ${caught ? 'yes' : '**no**'} | ${by} |\n`);
process.stdout.write(`${rows.length - missed.length} of ${rows.length} caught\n`);
for (const { sabotage, told } of missed) process.stdout.write(`\n${sabotage}:\n${told.output}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

/** What the files become; each edit must still fit. */
function breakFiles(edits: readonly Edit[]): { file: string; before: string; text: string }[] {
  return [...new Set(edits.map(({ file }) => file))].map((file) => ({
    file,
    before: readEdited(copy, file, []),
    text: readEdited(
      copy,
      file,
      edits.filter((edit) => edit.file === file),
    ),
  }));
}
