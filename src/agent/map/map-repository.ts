import { setImmediate as breathe } from 'node:timers/promises';
import { isGenerated, type KnownFile } from '../choose-files.ts';
import { rankDefinitions, type RankedDefinition, type SourceFile, type Wanted } from './rank-definitions.ts';
import { readDefinitions } from './read-definitions.ts';

/** Every path of a repository, and what its files define, as it matters to one task. */
export type RepoMap = {
  paths: readonly string[];
  likely: readonly string[];
  /** The most important first. */
  definitions: readonly RankedDefinition[];
};

/** A look at more than this would take longer than it helps; the likely files come first. */
const limits = { files: 1000, characters: 3_000_000 };
const longestLine = 2000;

/** Reads and ranks the definitions of a repository; others get their turn after each file. */
export async function mapRepository(
  files: readonly KnownFile[],
  wanted: Wanted,
  signal: AbortSignal,
): Promise<RepoMap> {
  const sources: SourceFile[] = [];
  let left = limits.characters;
  for (const { path, text } of likelyFirst(files, wanted.likely)) {
    signal.throwIfAborted();
    if (text === undefined || isGenerated(path) || isPacked(text)) continue;
    if (sources.length >= limits.files || text.length > left) break;
    left -= text.length;
    const definitions = await readDefinitions(path, text);
    if (definitions.length > 0) sources.push({ path, text, definitions });
    await breathe();
  }
  return {
    paths: files.map(({ path }) => path),
    likely: wanted.likely,
    definitions: rankDefinitions(sources, wanted),
  };
}

function likelyFirst(files: readonly KnownFile[], likely: readonly string[]): KnownFile[] {
  const isLikely = new Set(likely);
  const [first, rest]: [KnownFile[], KnownFile[]] = [[], []];
  for (const file of files) (isLikely.has(file.path) ? first : rest).push(file);
  return [...first, ...rest];
}

/** Code that nobody wrote by hand. */
function isPacked(text: string): boolean {
  return text.length > longestLine && !text.slice(0, longestLine).includes('\n');
}
