import { findFolder } from '../find-path.ts';
import { searchFiles } from '../search-files.ts';
import type { Tool } from './tool.ts';
import { failed, offer, text } from './tool.ts';

export const searchTool: Tool = {
  offer: offer(
    'search',
    'Find lines that hold a text in all files, or below a path.',
    {
      pattern: { type: 'string' },
      path: { type: 'string' },
      regex: { type: 'boolean', description: 'default false' },
    },
    ['pattern'],
  ),
  subject: (args) => text(args, 'pattern'),
  async use(args, hands, signal) {
    const pattern = text(args, 'pattern');
    if (pattern.trim() === '') return failed('The pattern is empty. Search for a word that the code holds.');
    const found = findFolder(text(args, 'path') || '.', hands.workspace.directory);
    if (!found.ok) return failed(found.problem);
    const search = { pattern, path: found.path, regex: args['regex'] === true };
    return { ok: true, text: await searchFiles(hands.workspace, search, signal) };
  },
};
