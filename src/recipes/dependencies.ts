import { writeInside } from '../files/inside.ts';
import type { Recipe, Site, TextFile } from './recipe.ts';
import { declined } from './recipe.ts';
import { jsonFormat } from './set-json.ts';
import { findNeeds, removeEntry } from './manifest.ts';

const manifestPath = 'package.json';
const timeoutMs = 300_000;

/** Another version of what is needed already, in the range that it is written in. */
export const bumpDependency: Recipe = async (site, { name = '', version = '' }, signal) => {
  const manifest = await manifestOf(site);
  if (manifest === null) return declined(`There is no ${manifestPath}.`);
  const needs = findNeeds(manifest.text, name);
  const [need] = needs;
  if (need === undefined || needs.length > 1)
    return declined(`${manifestPath} does not need ${name} in exactly one place.`);
  const [, range] = /^([~^]?)\d+(?:\.\d+){0,2}(?:[-+][\w.+-]+)?$/.exec(need.wanted) ?? [];
  if (range === undefined)
    return declined(`${name} is wanted as "${need.wanted}", which is no plain version.`);
  const bare = version.replace(/^[v^~]/, '');
  const wanted = /^[~^]/.test(version) ? version : `${range}${bare}`;
  if (wanted === need.wanted) return declined(`${name} is wanted as "${wanted}" already.`);
  const text = jsonFormat.splice(manifest.text, [need.section, name], wanted);
  if (text === null) return declined(`${manifestPath} cannot be changed.`);
  return lock(site, { text, summary: `${name}: ${need.wanted} -> ${wanted} in ${need.section}.` }, signal);
};

/** What no source file imports any more. */
export const removeDependency: Recipe = async (site, { name = '' }, signal) => {
  const manifest = await manifestOf(site);
  if (manifest === null) return declined(`There is no ${manifestPath}.`);
  const needs = findNeeds(manifest.text, name);
  const [need] = needs;
  if (need === undefined || needs.length > 1)
    return declined(`${manifestPath} does not need ${name} in exactly one place.`);
  const user = (await site.texts()).find((file) => file.path !== manifestPath && speaksOf(file, name));
  if (user !== undefined || mentions(manifest.text, name) > 1)
    return declined(`${name} is spoken of in ${user?.path ?? manifestPath} as well.`);
  const text = removeEntry(manifest.text, [need.section, name]);
  return lock(site, { text, summary: `Removed ${name} ${need.wanted} from ${need.section}.` }, signal);
};

/** Added by npm itself, which knows what version there is. */
export const addDependency: Recipe = async (site, { name = '', version }, signal) => {
  const manifest = await manifestOf(site);
  if (manifest === null) return declined(`There is no ${manifestPath}.`);
  const bare = name.replace(/(?<=.)@.*/s, '');
  if (findNeeds(manifest.text, bare).length > 0) return declined(`${manifestPath} needs ${bare} already.`);
  if (!(await site.paths()).includes('package-lock.json')) return declined('There is no package-lock.json.');
  const wanted = version === undefined ? name : `${bare}@${version.replace(/^v/, '')}`;
  const refused = await npm(site, [wanted], signal);
  return refused ?? { writes: [], summary: `Added ${wanted} to ${manifestPath}.` };
};

async function manifestOf(site: Site): Promise<TextFile | null> {
  return (await site.texts()).find(({ path }) => path === manifestPath) ?? null;
}

/** The new manifest, and its lock file brought up to it. */
async function lock(
  site: Site,
  { text, summary }: { text: string; summary: string },
  signal: AbortSignal,
): ReturnType<Recipe> {
  const writes = [{ path: manifestPath, text }];
  const paths = await site.paths();
  const foreign = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'npm-shrinkwrap.json'].find((name) =>
    paths.includes(name),
  );
  if (foreign !== undefined)
    return declined(`${foreign} is written by a package manager that we do not run.`);
  if (!paths.includes('package-lock.json')) return { writes, summary };
  const refusal = await writeInside(site.directory, manifestPath, { text });
  if (refusal !== undefined) return declined(`${manifestPath} cannot be written: ${refusal}`);
  return (await npm(site, [], signal)) ?? { writes, summary: `${summary} package-lock.json follows.` };
}

/** Writes manifest and lock file alone: installs nothing and starts no script. */
async function npm(
  site: Site,
  added: readonly string[],
  signal: AbortSignal,
): Promise<{ declined: string } | null> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const argv = ['npm', 'install', '--package-lock-only', ...quiet, ...added];
  const { exitCode, output } = await site.run({ argv, timeoutMs, network: true }, signal);
  return exitCode === 0 ? null : declined(`The lock file cannot be written: ${output.slice(-500)}`);
}

function speaksOf({ text }: TextFile, name: string): boolean {
  return mentions(text, name) > 0;
}

function mentions(text: string, name: string): number {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return [...text.matchAll(new RegExp(`(?<![\\w@/-])${escaped}(?![\\w-])`, 'g'))].length;
}
