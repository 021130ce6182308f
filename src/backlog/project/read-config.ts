import { listEntries, unquote, valueOf } from '../entries.ts';
import { listOf } from '../field-values.ts';
import { readYaml } from '../markdown.ts';

/** What of a Backlog.md project's configuration concerns us. */
export type ProjectConfig = {
  /** In the order of the board; the last one is the only one that Backlog.md takes for finished. */
  statuses: string[];
  /** Of a new task. */
  defaultStatus: string;
  /** Of ids and file names, such as `task`. */
  prefix: string;
  /** Digits to which the number of a new id is filled up; 0: as it is. */
  digits: number;
  /** Whether every edit is committed. */
  autoCommit: boolean;
  /** Whether no git is to be asked. */
  filesystemOnly: boolean;
};

/** Reads the configuration line by line as Backlog.md does, so that what is no YAML elsewhere in it does not matter. */
export function readProjectConfig(text: string): ProjectConfig {
  const statuses = listIn(text, 'statuses').filter((status) => status.trim() !== '');
  const known = statuses.length === 0 ? ['To Do', 'In Progress', 'Done'] : statuses;
  const wanted = scalarIn(text, 'default_status');
  const digits = Number(scalarIn(text, 'zero_padded_ids'));
  return {
    statuses: known,
    defaultStatus: wanted === '' ? (known[0] ?? '') : wanted,
    prefix: (scalarIn(text, 'task_prefix') || 'task').toLowerCase(),
    digits: Number.isInteger(digits) && digits > 0 && digits < 16 ? digits : 0,
    autoCommit: scalarIn(text, 'auto_commit').toLowerCase() === 'true',
    filesystemOnly: scalarIn(text, 'filesystem_only').toLowerCase() === 'true',
  };
}

/** The value of a key on its own line, without quotes and without a comment; empty when there is none. */
export function scalarIn(text: string, key: string): string {
  const value = valueOf(linesOf(text, key)[0] ?? '').trim();
  const quoted = /^(?:"[^"]*"|'[^']*')/.exec(value)?.[0];
  return unquote(quoted ?? value.replace(/(^|\s)#.*/s, '').trim());
}

function listIn(text: string, key: string): string[] {
  const reading = readYaml(linesOf(text, key).join('\n'));
  return reading.ok ? listOf(reading.data[key]) : [];
}

function linesOf(text: string, key: string): string[] {
  const lines = text.split(/\r?\n/);
  const entry = listEntries(lines).find((each) => each.key === key);
  return entry === undefined ? [] : lines.slice(entry.first, entry.end);
}
