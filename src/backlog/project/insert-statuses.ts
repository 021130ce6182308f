import { readFile } from 'node:fs/promises';
import { writeAtomic } from '../../files/write-atomic.ts';
import { listEntries } from '../entries.ts';
import type { BacklogProject } from './find-project.ts';
import { readProjectConfig } from './read-config.ts';
import { sameStatus } from './statuses.ts';
import type { WantedStatuses } from './statuses.ts';

/** What a project can have a column for, and what else counts as one. */
const columns = [
  { state: 'review', names: ['In Review', 'Review'] },
  { state: 'failed', names: ['Failed', 'Blocked'] },
] as const;

/** The statuses that a project lacks to show where a ticket is; without them, or others that are wanted, labels do. */
export function missingStatuses(
  { config }: Pick<BacklogProject, 'config'>,
  wanted: WantedStatuses = {},
): string[] {
  const has = (name: string): boolean => config.statuses.some((status) => sameStatus(status, name));
  return columns
    .filter(({ state, names }) => wanted[state] === undefined && !names.some(has))
    .map(({ names: [name] }) => name);
}

/**
 * Puts statuses before the last one, which alone means done, and leaves every other byte of the configuration as it is.
 * False when the list is written in a way that is not understood; then nothing is changed.
 */
export async function insertStatuses(
  { configFile }: BacklogProject,
  names: readonly string[],
): Promise<boolean> {
  const text = await readFile(configFile, 'utf8');
  const edited = withStatuses(text, names);
  return edited !== null && (await writeAtomic(configFile, edited));
}

export function withStatuses(text: string, names: readonly string[]): string | null {
  const lines = text.split(/(?<=\n)/);
  const entry = listEntries(lines).find(({ key }) => key === 'statuses');
  if (entry === undefined) return null;
  const own = lines.slice(entry.first, entry.end).join('');
  const edited = text.replace(own, () =>
    withItems(
      own,
      names.map((name) => JSON.stringify(name)),
    ),
  );
  const { statuses } = readProjectConfig(text);
  const wanted = [...statuses.slice(0, -1), ...names, ...statuses.slice(-1)];
  return readProjectConfig(edited).statuses.join('\n') === wanted.join('\n') ? edited : null;
}

/** Before the last item, be the list in brackets or one item a line. */
function withItems(own: string, items: readonly string[]): string {
  const block = /\n([ \t]*- )[^\n]*\r?\n?$/.exec(own);
  if (block === null)
    return own.replace(
      /([[,]\s*)([^,[\]]*\])/,
      (_all, before: string, last: string) => before + [...items, last].join(', '),
    );
  const added = items.map((item) => `\n${block[1] ?? ''}${item}`).join('');
  return own.slice(0, block.index) + added + own.slice(block.index);
}
