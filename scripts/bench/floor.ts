import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../demo/place.ts';
import type { Site } from './site.ts';
import { greeting, greetingFile } from './site.ts';

/** The git and HTTP work of one ticket and nothing else: what no tool that does it can do without. */
export async function makeByHand(site: Site, index: number, requests: readonly unknown[]): Promise<void> {
  const branch = `by-hand/${index}`;
  const worktree = { ...site, root: join(site.home, `by-hand-${index}`) };
  await runGit(site, 'fetch', '-q', 'origin', 'main');
  await runGit(site, 'worktree', 'add', '-q', '-b', branch, worktree.root, 'origin/main');
  for (const request of requests) await ask(site.url, request);
  await writeFile(join(worktree.root, greetingFile(index)), greeting.after);
  await runGit(worktree, 'add', '-A');
  await runGit(worktree, 'commit', '-q', '-m', `Say hello (${index})`);
  await runGit(worktree, 'push', '-q', 'origin', branch);
  await writeFile(join(site.home, `pull-request-${index}.json`), JSON.stringify({ branch }));
  await runGit(site, 'worktree', 'remove', '--force', worktree.root);
}

async function ask(url: string, request: unknown): Promise<void> {
  const response = await fetch(`${url}/api/chat`, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`The model server answered ${response.status}: ${await response.text()}`);
  await response.text();
}
