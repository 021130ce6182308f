import { addedLines, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Manifest } from './manifests.ts';
import type { NewDependency } from './new-dependencies.ts';

const elsewhere =
  /^(?:git|git\+\w+|https?|ssh):|^git@|^(?:github|gitlab|bitbucket|gist):|^[\w.-]+\/[\w.-]+(?:#.*)?$|\b(?:git|url|registry|registry-index|github)\s*[=:](?!=)|@\s*(?:git\+|https?:)/;

/** A dependency that comes from where nobody watches over what is published. */
export function faultOfSource({ name, spec, path, line }: NewDependency): Refusal[] {
  if (!elsewhere.test(spec)) return [];
  const reason = `the dependency ${name} comes from ${spec.slice(0, 80)}, not from the registry; take a published version`;
  return [refusal(path, line, reason)];
}

/** Lines by which a manifest has packages looked up, or taken, elsewhere than before; whichever packages those are. */
const places: readonly [file: RegExp, line: RegExp][] = [
  [
    /(?:^|\/)requirements[\w.-]*\.(?:txt|in)$/,
    /^\s*(?:(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|(?:(?:-e|--editable)\s+)?(?:git\+|https?:\/\/|ssh:))/,
  ],
  [/(?:^|\/)go\.mod$/, /^\s*(?:replace\s+)?\S+(?:\s+v\S+)?\s+=>\s+[^.\s]/],
  [
    /(?:^|\/)Cargo\.toml$/,
    /^\s*(?:git|registry|registry-index)\s*=|^\s*\[(?:source|registries)\b|\bgit\s*=\s*"/,
  ],
  [
    /(?:^|\/)(?:pyproject\.toml|Pipfile|uv\.toml)$/,
    /^\s*\[\[(?:tool\.poetry\.source|tool\.uv\.index|tool\.pdm\.source|source)\]\]|^\s*(?:index-url|extra-index-url|find-links|url)\s*=|\{[^}]{0,300}\b(?:git|url)\s*=\s*"/,
  ],
  [
    /(?:^|\/)Gemfile$/,
    /^\s*(?:source|git|git_source|github)\b(?!.*https:\/\/rubygems\.org)|\b(?:git|github|source|bitbucket|gist):\s*["']/,
  ],
  [/(?:^|\/)composer\.json$/, /"(?:repositories|url)"\s*:/],
  [/(?:^|\/)(?:deno\.jsonc?|import_map\.json)$/, /"https?:\/\/(?!(?:deno\.land|jsr\.io)\/)/],
];

export function findNewSources(manifests: readonly Manifest[]): Refusal[] {
  return manifests.flatMap(({ path, before, after }) => {
    const shape = places.find(([name]) => name.test(path))?.[1];
    if (shape === undefined || after === null) return [];
    const known = new Set((before ?? '').split('\n').map((line) => line.trim()));
    return after.split('\n').flatMap((text, at) => {
      if (!shape.test(text) || known.has(text.trim()) || /^\s*(?:#|\/\/)/.test(text)) return [];
      const reason = `by this line packages come from elsewhere than before (${text.trim().slice(0, 80)}); take them from the registry`;
      return [refusal(path, at + 1, reason)];
    });
  });
}

const urlImport =
  /(?:^|[\s;}])(?:import|export)\b[^'"`]{0,300}['"`](https?:\/\/[^'"`]+)['"`]|\b(?:import|importScripts|require)\s*\(\s*['"`](https?:\/\/[^'"`]+)['"`]/;

/** Programs that take code from a server whenever they run; more from where they take some already is nothing new. */
export function findUrlImports(file: FileDiff): Refusal[] {
  if (!/\.(?:[cm]?[jt]sx?|vue|svelte)$/i.test(file.path)) return [];
  const before = file.hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'added'));
  const known = new Set(before.map(({ text }) => originOf(text)));
  return addedLines(file).flatMap(({ text, newLine }) => {
    const origin = originOf(text);
    if (origin === null || known.has(origin) || /^\s*(?:\/\/|\*)/.test(text)) return [];
    const reason = `this runs code that ${origin} sends; take a published version of it as a dependency`;
    return [refusal(file.path, newLine, reason)];
  });
}

/** Of the server that a line imports from; null where it imports from none, or from a registry. */
function originOf(text: string): string | null {
  const [, listed, called] = urlImport.exec(text) ?? [];
  const url = listed ?? called;
  const origin = url === undefined ? undefined : /^https?:\/\/[^/]+/.exec(url)?.[0];
  return origin === undefined ||
    /^https:\/\/(?:deno\.land|jsr\.io)$|^http:\/\/(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/.test(origin)
    ? null
    : origin;
}

function refusal(path: string, line: number, reason: string): Refusal {
  return { code: 'GUARD_DEPENDENCY_SOURCE', path, line, reason };
}
