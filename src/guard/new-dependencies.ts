import { asObject, isPackageManifest, lineOf, readObject, type Manifest } from './manifests.ts';

export type Ecosystem = 'npm' | 'pypi' | 'crates' | 'go' | 'rubygems' | 'packagist';

/** A dependency that the base did not name, or named with another version. `spec` is what the manifest says of it. */
export type NewDependency = {
  ecosystem: Ecosystem;
  name: string;
  spec: string;
  path: string;
  line: number;
  /** What the base said of it; null where it did not name it. */
  was: string | null;
};

export function newDependencies(manifests: readonly Manifest[]): NewDependency[] {
  return manifests.flatMap((manifest) => {
    const kind = ecosystemOf(manifest.path);
    if (kind === null) return [];
    const [was, is] = [kind.read(manifest.before ?? ''), kind.read(manifest.after ?? '')];
    return [...is]
      .filter(([name, spec]) => was.get(name) !== spec)
      .map(([name, spec]) => ({
        ecosystem: kind.ecosystem,
        name,
        spec,
        path: manifest.path,
        line: lineOf(manifest.after, name),
        was: was.get(name) ?? null,
      }));
  });
}

type Reader = { ecosystem: Ecosystem; read: (text: string) => Map<string, string> };

function ecosystemOf(path: string): Reader | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isPackageManifest(path)) return { ecosystem: 'npm', read: readPackage };
  if (/^requirements[\w.-]*\.txt$/.test(name)) return { ecosystem: 'pypi', read: readRequirements };
  if (name === 'pyproject.toml') return { ecosystem: 'pypi', read: readPyproject };
  if (name === 'Pipfile')
    return { ecosystem: 'pypi', read: (text) => readTables(text, /^(?:dev-)?packages$/) };
  if (name === 'Cargo.toml')
    return { ecosystem: 'crates', read: (text) => readTables(text, /(?:^|\.)(?:dev-|build-)?dependencies$/) };
  if (name === 'go.mod')
    return {
      ecosystem: 'go',
      read: (text) => pairs(text, /^(?:require )?[\t ]*([\w.-]+\.\w+\/\S+) (v\S+)/gm),
    };
  if (name === 'Gemfile')
    return { ecosystem: 'rubygems', read: (text) => pairs(text, /^[\t\v\f ]*gem ["']([^"']+)["'](.*)$/gm) };
  if (name === 'composer.json')
    return { ecosystem: 'packagist', read: (text) => readKeys(text, ['require', 'require-dev']) };
  return null;
}

function readPackage(text: string): Map<string, string> {
  const named = readKeys(text, [
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
  ]);
  const manifest = readObject(text);
  const { overrides, resolutions } = manifest ?? {};
  const replaced = [overrides, resolutions, asObject(manifest?.['pnpm'])?.['overrides']].flatMap((each) =>
    readOverrides(asObject(each) ?? {}),
  );
  for (const [name, spec] of replaced) if (!isVersion(spec)) named.set(name, spec);
  return named;
}

/** `{"a": {"b": "1"}}` has another b wherever a needs it. */
function readOverrides(overrides: Record<string, unknown>): [string, string][] {
  return Object.entries(overrides).flatMap(([name, spec]): [string, string][] => {
    const within = asObject(spec);
    if (within !== null) return readOverrides(within);
    return typeof spec === 'string' ? [[nameOf(name), spec]] : [];
  });
}

/** `a>b@^1` of pnpm and `a/b` of yarn are about b. */
function nameOf(pattern: string): string {
  const last = pattern.split('>').at(-1) ?? pattern;
  const [own = '', owner = ''] = last.split('/').reverse();
  const name = /[^@]+/.exec(own)?.[0];
  if (name === undefined) return last;
  return owner.startsWith('@') ? `${owner}/${name}` : name;
}

/** Which version is taken of a package that is named elsewhere brings no other package. */
function isVersion(spec: string): boolean {
  return /^[\d^~<>=*$v| .x-]/.test(spec) && !spec.includes('/');
}

function readKeys(text: string, keys: readonly string[]): Map<string, string> {
  const manifest = readObject(text);
  const entries = keys.flatMap((key) => Object.entries(asObject(manifest?.[key]) ?? {}));
  return new Map(
    entries.map(([name, spec]) => [name, typeof spec === 'string' ? spec : JSON.stringify(spec)]),
  );
}

const requirement = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?([^#]*)/;

function readRequirements(text: string): Map<string, string> {
  return asRequirements(text.split('\n').filter((line) => !/^\s*(?:#|-|$)/.test(line)));
}

function readPyproject(text: string): Map<string, string> {
  const tables = readTables(text, /^tool\.poetry(?:\.group\.[\w-]+)?\.(?:dev-)?dependencies$/);
  return new Map([...asRequirements(listedIn(text)), ...tables]);
}

/** The name of a table, the key before a list, a text, a comment, the name of another group, the end of a list. */
const pieces =
  /^\[+([^[\]\n]+)\]|^[\t ]*["']?([\w-]+)["']?\s*=\s*\[|(["'])(.*?)\3|#.*|include-group[^,}\n]*|\]/gm;
/** Tables whose keys are names of groups, each with a list of requirements. */
const groups = /^(?:project\.optional-dependencies|dependency-groups|tool\.pdm\.dev-dependencies)$/;

/** The texts of the lists whose key speaks of requirements. An extra has brackets of its own: `"uvicorn[standard]"`. */
function listedIn(toml: string): string[] {
  const items: string[] = [];
  let isOpen = false;
  let inGroups = false;
  for (const [piece, table, key, , text] of toml.matchAll(pieces)) {
    if (table !== undefined) inGroups = groups.test(table.trim());
    else if (key !== undefined) isOpen = inGroups || /dependencies|requires|dev|test|docs|lint/.test(key);
    else if (piece === ']') isOpen = false;
    else if (isOpen && text !== undefined) items.push(text);
  }
  return items;
}

function asRequirements(items: readonly string[]): Map<string, string> {
  const read = items.flatMap((item): [string, string][] => {
    const found = requirement.exec(item);
    return found?.[1] === undefined
      ? []
      : [[found[1].toLowerCase().replace(/[._]/g, '-'), (found[2] ?? '').trim()]];
  });
  return new Map(read);
}

/** `name = value` of the tables of a TOML file whose name fits. */
function readTables(text: string, table: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  let inside = false;
  for (const line of text.split('\n')) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    const [, owner = '', own] = /^(.*)\.["']?([\w-]+)["']?$/.exec(header?.trim() ?? '') ?? [];
    // `[dependencies.name]` is a table of its own, whose lines say where the package comes from.
    if (own !== undefined && table.test(owner)) found.set(own, '');
    if (header !== undefined) inside = table.test(header.trim());
    const entry = inside ? /^\s*["']?([\w.-]+)["']?\s*=(.+)/s.exec(line) : null;
    if (entry?.[1] !== undefined && entry[1] !== 'python') found.set(entry[1], (entry[2] ?? '').trim());
  }
  return found;
}

function pairs(text: string, shape: RegExp): Map<string, string> {
  return new Map([...text.matchAll(shape)].map(([, name = '', spec = '']) => [name, spec]));
}
