import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base } from '../domain/change.ts';
import { captureTree } from './capture-tree.ts';
import { captureParts, placeOf, type Place } from './check-out.ts';
import { killMarked } from './kill-marked.ts';
import { ownRefs } from './private-git-dir.ts';
import { forgetWorktree, removeDirectory } from './remove-worktree.ts';
import type { OpenedRepository } from './repository.ts';
import { markerPrefix } from './run-in-worktree.ts';
import { deleteOurRef } from './update-ref.ts';

type Around = { repository: OpenedRepository; directory: string };

const never = new AbortController().signal;
const sparePrefix = 'spare-';

/** Where a worktree is prepared that is nobody's yet. It stays there when a ticket takes it: installations know it. */
export function sparePlace(directory: string, id: string): Place {
  return placeOf(directory, `${sparePrefix}${id}`);
}

/** Those that were prepared and never taken: with nobody at work, what a process left that was killed. */
export async function listSpares(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const spares = names.filter((name) => name.startsWith(sparePrefix)).map((name) => placeOf(directory, name));
  const owners = await Promise.all(spares.map(readOwner));
  return spares.filter((_, index) => owners[index] === null).map(({ home }) => home);
}

/** Whose a worktree is, written when it is complete: what has no such note is nobody's work. */
export async function noteOwner(place: Place, owner: { key: string; base: Base }): Promise<void> {
  await writeFile(ownerFile(place), JSON.stringify(owner));
}

/** Removes whatever earlier runs of a ticket left. */
export async function clearPlaces(around: Around, key: string): Promise<void> {
  const names = await readdir(around.directory).catch((): string[] => []);
  const spares = names.filter((name) => name.startsWith(sparePrefix));
  for (const place of spares.map((name) => placeOf(around.directory, name)))
    if ((await readOwner(place))?.key === key) await removePlace(around, place);
  const usual = placeOf(around.directory, key);
  await (names.includes(usual.name) ? removePlace(around, usual) : forgetPlace(around, usual));
}

export async function removePlace({ repository }: Pick<Around, 'repository'>, place: Place): Promise<void> {
  // First of all, so that what a killed process leaves of it is nobody's work.
  await rm(ownerFile(place), { force: true });
  await forgetPlace({ repository }, place);
  await removeDirectory(place.home);
}

/** git may know a worktree that somebody has removed by hand. */
function forgetPlace({ repository }: Pick<Around, 'repository'>, { checkout }: Place): Promise<void> {
  return repository.turns(() => forgetWorktree(repository.place.commonDir, checkout));
}

/** Kills what an earlier life left running and removes its worktrees but the changed ones, whose keys it returns. */
export async function sweepWorktrees(around: Around, liveKeys: ReadonlySet<string>): Promise<string[]> {
  await killMarked((marker) => marker.startsWith(markerPrefix(around.directory)));
  const live = new Set([...liveKeys].map((key) => placeOf(around.directory, key).name));
  const names = (await readdir(around.directory).catch(() => [])).filter((name) => !name.startsWith('.'));
  const kept = new Map<string, string>();
  for (const name of names.filter((each) => !live.has(each))) {
    const key = await changedKey(around, name);
    if (key === null) await removePlace(around, placeOf(around.directory, name));
    else kept.set(name, key);
  }
  // A lock of somebody else is no reason not to begin; the next start sweeps again.
  await forgetTrees(around.repository, new Set([...live, ...kept.keys()])).catch(() => undefined);
  return [...kept.values()];
}

/** A captured tree outlives its worktree, because it is committed later; here nobody waits for it any more. */
async function forgetTrees({ git, place }: OpenedRepository, live: ReadonlySet<string>): Promise<void> {
  const refs = await git.run(['for-each-ref', '--format=%(refname)', `${ownRefs}/tree/`]);
  const old = refs.split('\n').filter((ref) => ref !== '' && !live.has(ref.slice(`${ownRefs}/tree/`.length)));
  for (const ref of old) await deleteOurRef(git, place.commonDir, ref);
}

/** The key of a worktree that holds work; null when it does not, or was never finished. */
async function changedKey({ repository, directory }: Around, name: string): Promise<string | null> {
  const place = placeOf(directory, name);
  const owner = await readOwner(place);
  if (owner === null) return null;
  const exclude = ['node_modules', '.venv', 'vendor'];
  const parts = { ...captureParts(repository, place, owner.base), exclude };
  const files = await captureTree(parts, never).then(
    (capture) => capture.files.length,
    () => 1,
  );
  return files === 0 ? null : owner.key;
}

/** Null where whoever made the worktree did not come to its end. */
async function readOwner(place: Place): Promise<{ key: string; base: Base } | null> {
  try {
    return JSON.parse(await readFile(ownerFile(place), 'utf8')) as { key: string; base: Base };
  } catch {
    return null;
  }
}

function ownerFile({ home }: Pick<Place, 'home'>): string {
  return join(home, 'workspace.json');
}
