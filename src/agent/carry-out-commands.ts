import { forLine, forPrompt } from '../domain/untrusted.ts';
import type { Bench } from './bench.ts';
import { findExisting } from './find-path.ts';
import { filesOf } from './hands.ts';
import type { Commands } from './read-commands.ts';
import { runForModel } from './run-command.ts';
import { searchFiles } from './search-files.ts';

export type LookedUp = {
  /** Files to show from now on, with the lines where only those were asked for. */
  show: { path: string; lines?: { from: number; to: number } }[];
  /** What searches and commands gave, and what could not be shown. */
  notes: string[];
};

/** Carries out what an answer asked for besides edits. */
export async function carryOutCommands(
  bench: Bench,
  commands: Commands,
  signal: AbortSignal,
): Promise<LookedUp> {
  const { hands } = bench;
  const files = await filesOf(hands);
  const looked: LookedUp = { show: [], notes: [] };
  for (const each of [...commands.files.map((path) => ({ path })), ...commands.reads]) {
    const found = findExisting(each.path, files, hands.workspace.directory);
    bench.report('read', each.path);
    if (found.ok) looked.show.push({ ...each, path: found.path });
    else looked.notes.push(found.problem);
  }
  for (const pattern of commands.searches) {
    bench.report('search', pattern);
    const hits = await searchFiles(hands.workspace, { pattern, path: '', regex: false }, signal);
    looked.notes.push(`SEARCH: ${forLine(pattern, 200)}\n${forPrompt(hits, hands.longestOutput())}`);
  }
  for (const command of commands.runs) {
    bench.report('run', command);
    const { text } = await runForModel(hands, { command, seconds: undefined }, signal);
    looked.notes.push(`RUN: ${forLine(command, 200)}\n${forPrompt(text, hands.longestOutput())}`);
  }
  return looked;
}
