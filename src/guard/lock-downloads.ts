import type { Refusal } from '../ports.ts';
import type { Manifest } from './manifests.ts';

/** Where package managers fetch from by themselves. */
const registries = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'pypi.org',
  'files.pythonhosted.org',
  'index.crates.io',
  'rubygems.org',
];

const download =
  /(?:"resolved":\s*"|resolved\s+"|tarball:\s*|^source = "(?:registry|git|sparse)\+|source = \{ \w+ = "|^url = "|\burl = "|^ {2}remote:\s*)(?:git\+)?(\w+:\/\/([^/"\s]+)[^"\s}]*)/gm;

/** Of Cargo: the index of its registry is a repository like any other. */
const cratesIndex = 'https://github.com/rust-lang/crates.io-index';

/**
 * A lock file that fetches otherwise than it did: from another host, unencrypted, or another package than the one it
 * names. What is installed is then not what the manifest says.
 */
export function findForeignDownloads({ path, before, after }: Manifest): Refusal[] {
  const were = downloadsIn(before ?? '');
  const known = new Set(were.map(({ url }) => url));
  const trusted = new Set([...registries, ...were.map(({ host }) => host)]);
  const text = after ?? '';
  for (const found of downloadsIn(text)) {
    const what = known.has(found.url) ? null : faultOf(found, { text, path, trusted });
    if (what === null) continue;
    const line = text.slice(0, found.index).split('\n').length;
    const reason = `this lock file ${what}; let the package manager write it`;
    return [{ code: 'GUARD_LOCK_FILE', path, line, reason }];
  }
  return [];
}

function faultOf(
  { url, host, index }: Download,
  { text, path, trusted }: { text: string; path: string; trusted: ReadonlySet<string> },
): string | null {
  if (url === cratesIndex) return null;
  if (!trusted.has(host)) return `fetches from ${host}, which it did not before`;
  if (url.startsWith('http:')) return `fetches from ${host} without encryption`;
  const packed = /^https:\/\/registry\.(?:npmjs\.org|yarnpkg\.com)\/(.+?)\/-\//.exec(url)?.[1];
  if (packed === undefined) return null;
  const name = nameBefore(text.slice(Math.max(0, index - longestEntry), index), path);
  return name === null || packed.replace(/%2f/i, '/') === name
    ? null
    : `fetches ${packed} where it says ${name}`;
}

/** Characters between the name of a package and where it is fetched from. */
const longestEntry = 2000;

/** The package whose entry a place of a lock file of npm or yarn stands in; null where an alias is meant, or unknown. */
function nameBefore(text: string, path: string): string | null {
  if (/yarn\.lock$/.test(path)) {
    const heading = text.split('\n').findLast((line) => /^\S.*:$/.test(line)) ?? '';
    const [, name = null] = /^"?(@?[^@"]+)@(?!npm:)/.exec(heading) ?? [];
    return name;
  }
  const entry = text.slice(Math.max(0, text.lastIndexOf('node_modules/')));
  const [, name = null] = /^node_modules\/([^"]+)": \{/.exec(entry) ?? [];
  return /"name":/.test(entry) ? null : name;
}

type Download = { url: string; host: string; index: number };

function downloadsIn(text: string): Download[] {
  return [...text.matchAll(download)].map((match) => ({
    url: match[1] ?? '',
    host: match[2] ?? '',
    index: match.index,
  }));
}
