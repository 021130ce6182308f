import { findFolder } from '../find-path.ts';
import { filesOf } from '../hands.ts';
import type { Tool } from './tool.ts';
import { failed, number, offer, text } from './tool.ts';

const mostEntries = 200;

export const listTool: Tool = {
  offer: offer(
    'list',
    'List files and folders below a folder.',
    { path: { type: 'string' }, depth: { type: 'integer', description: 'default 2' } },
    [],
  ),
  subject: (args) => text(args, 'path') || '.',
  async use(args, hands) {
    const found = findFolder(text(args, 'path') || '.', hands.workspace.directory);
    if (!found.ok) return failed(found.problem);
    const prefix = found.path === '' ? '' : `${found.path}/`;
    const files = (await filesOf(hands)).filter((file) => file.startsWith(prefix));
    if (files.length === 0)
      return failed(`There is no folder "${found.path}" with files in it. Call list without a path.`);
    const depth = Math.max(1, number(args, 'depth') ?? 2);
    const entries = entriesOf(files, prefix, depth);
    const more = entries.length - mostEntries;
    const rest = more > 0 ? `\n${more} more: list a folder of these.` : '';
    return { ok: true, text: entries.slice(0, mostEntries).join('\n') + rest };
  },
};

/** Files as they are, and folders at the deepest level with the number of files in them. */
function entriesOf(files: readonly string[], prefix: string, depth: number): string[] {
  const entries = new Map<string, number>();
  for (const file of files) {
    const parts = file.slice(prefix.length).split('/');
    const entry = parts.length <= depth ? file : `${prefix}${parts.slice(0, depth).join('/')}/`;
    entries.set(entry, (entries.get(entry) ?? 0) + 1);
  }
  return [...entries].map(([entry, count]) => (entry.endsWith('/') ? `${entry} (${count} files)` : entry));
}
