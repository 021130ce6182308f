/**
 * What a repository may hold that configures coding programs: hooks, plugins, servers, permissions and orders, written by
 * whoever could write to the repository. Many read each other's, so all of them are hidden from each.
 */
export const projectSettings: readonly string[] = [
  ...[
    '.claude',
    '.mcp.json',
    'mcp.json',
    '.codex',
    '.gemini',
    '.qwen',
    '.pi',
    '.copilot',
    '.cursor',
    '.cursorrules',
  ],
  ...[
    '.opencode',
    'opencode.json',
    'opencode.jsonc',
    '.kilo',
    '.kilocode',
    '.kilocodemodes',
    'kilo.json',
    'kilo.jsonc',
  ],
  ...[
    '.cline',
    '.clinerules',
    '.continue',
    '.continuerc.json',
    '.github/copilot',
    '.github/hooks',
    '.agents',
  ],
  ...['.aider.conf.yml', '.aider.model.settings.yml', '.aider.model.metadata.json', '.env'],
];
