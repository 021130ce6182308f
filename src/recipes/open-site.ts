import { listFiles } from '../files/list-files.ts';
import { readEachInside } from '../files/inside.ts';
import type { Workspace } from '../ports.ts';
import type { Site, TextFile } from './recipe.ts';

const largest = 512 * 1024;

/** The worktree as recipes see it; each file is read at most once. */
export function openSite(workspace: Workspace, now: () => Date, signal: AbortSignal): Site {
  const { directory } = workspace;
  let paths: Promise<readonly string[]> | undefined;
  let texts: Promise<readonly TextFile[]> | undefined;
  const site: Site = {
    directory,
    run: (order, until) => workspace.run(order, until),
    now,
    paths: () => (paths ??= listPaths(directory)),
    texts: () => (texts ??= site.paths().then((all) => readTexts(directory, all, signal))),
  };
  return site;
}

async function listPaths(directory: string): Promise<readonly string[]> {
  const all = await listFiles(directory);
  return all.filter((path) => !/(?:^|\/)(?:node_modules|\.venv|vendor)\//.test(path));
}

async function readTexts(
  directory: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly TextFile[]> {
  const texts: TextFile[] = [];
  const wanted = paths.filter((each) => !isGenerated(each));
  for await (const { path, read } of readEachInside(directory, wanted, signal))
    if (read.kind === 'text' && read.text.length <= largest) texts.push({ path, text: read.text });
  return texts;
}

/** Written by package managers and tools, never by hand. */
function isGenerated(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return (
    /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|uv\.lock|poetry\.lock|composer\.lock|Cargo\.lock|Gemfile\.lock|go\.sum)$/.test(
      name,
    ) || /\.(?:min\.(?:js|css)|map|snap)$/.test(name)
  );
}
