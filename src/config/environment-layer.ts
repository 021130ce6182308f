import { didYouMean } from './did-you-mean.ts';
import type { Environment } from './environment.ts';
import type { Layer } from './layer.ts';
import { readJsonc } from './read-jsonc.ts';
import { emptyTree, getPath, isTree, pathText, withPath } from './tree.ts';
import type { Path, Tree } from './tree.ts';
import { allowsAnything, knownPaths, schemaAt, writtenSchema } from './written-schema.ts';
import type { KeySchema } from './written-schema.ts';

const prefix = 'TICKETMILL_';

/** Variables with our prefix that are no settings. */
const reserved = new Set(['TICKETMILL_API_TOKEN', 'TICKETMILL_TEST_DATA']);

/**
 * `TICKETMILL_OLLAMA__DEFAULT_MODEL=…` sets `ollama.defaultModel`: groups are split by two underscores, names are
 * compared without case and underscores. An empty variable counts as not set. `files` is what the files say; it has
 * the names of entries such as checks.
 */
export function readEnvironmentLayer(env: Environment, files: Tree): { layer: Layer; warnings: string[] } {
  const warnings: string[] = [];
  const variables = new Map<string, string>();
  let values = emptyTree();
  // A whole group given as JSON is read before its single keys, which refine it.
  for (const name of settingsIn(env).sort((a, b) => depth(a) - depth(b))) {
    const path = keyOf(name, files);
    if (path === null) {
      warnings.push(unknownVariable(name));
      continue;
    }
    variables.set(pathText(path), name);
    values = withPath(values, path, readValue(env[name] ?? '', schemaAt(writtenSchema(), path) ?? {}));
  }
  return { layer: { values, renamed: new Map(), place: (path) => nearest(variables, path) }, warnings };
}

/** OLLAMA_HOST, which Ollama's own command heeds, as the lowest layer. */
export function readOllamaHostLayer(env: Environment): Layer {
  const host = env['OLLAMA_HOST']?.trim();
  const values = host ? withPath(emptyTree(), ['ollama', 'hosts'], [host]) : emptyTree();
  return { values, renamed: new Map(), place: () => 'OLLAMA_HOST' };
}

/** The variable that sets a key: `ollama.defaultModel` -> `TICKETMILL_OLLAMA__DEFAULT_MODEL`. */
export function variableOf(path: readonly string[]): string {
  return prefix + path.map((key) => key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()).join('__');
}

function settingsIn(env: Environment): string[] {
  return Object.keys(env).filter(
    (name) => name.startsWith(prefix) && !reserved.has(name) && env[name]?.trim(),
  );
}

function depth(variable: string): number {
  return variable.split('__').length;
}

function keyOf(variable: string, files: Tree): string[] | null {
  const path: string[] = [];
  let node = writtenSchema();
  for (const segment of variable.slice(prefix.length).split('__')) {
    const key = nameOf(segment, node, getPath(files, path));
    const below = key === null ? null : schemaAt(node, [key]);
    if (key === null || below === null) return null;
    path.push(key);
    node = below;
  }
  return path;
}

/** The key a segment means: a known one, else the name of an entry, an existing one by preference. */
function nameOf(segment: string, node: KeySchema, given: unknown): string | null {
  const same = (key: string) => squash(key) === squash(segment);
  const known = Object.keys(node.properties ?? {}).find(same);
  if (known !== undefined) return known;
  if (!allowsAnything(node) && typeof node.additionalProperties !== 'object') return null;
  return (isTree(given) ? Object.keys(given).find(same) : undefined) ?? segment.toLowerCase();
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** A text is taken as it is where a text is allowed; what is no JSON stays a text, for the rules to refuse. */
function readValue(text: string, node: KeySchema): unknown {
  const types = typesOf(node);
  if (types.size === 1 && types.has('string')) return text;
  const parsed = readJsonc(text);
  if (types.has('array') && !(parsed.ok && Array.isArray(parsed.value))) return commaSeparated(text);
  return parsed.ok ? parsed.value : text;
}

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function typesOf(node: KeySchema): Set<string> {
  if (node.anyOf) return new Set(node.anyOf.flatMap((option) => [...typesOf(option)]));
  return new Set(node.type === undefined ? [] : [node.type]);
}

function nearest(variables: ReadonlyMap<string, string>, path: Path): string {
  for (let length = path.length; length > 0; length -= 1) {
    const variable = variables.get(pathText(path.slice(0, length)));
    if (variable !== undefined) return variable;
  }
  return 'the environment';
}

function unknownVariable(name: string): string {
  const meant = didYouMean(name, knownPaths(writtenSchema()).map(variableOf));
  return `The variable ${name} sets no known key${meant === null ? '.' : `; did you mean ${meant}?`}`;
}
