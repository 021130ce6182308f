import { trimEnd } from '../domain/trim-end.ts';

/** The files a reply may mean, indexed for the ways in which models misname them. */
export type KnownFiles = {
  paths: Set<string>;
  byBaseName: Map<string, string[]>;
  bySquashed: Map<string, string[]>;
};

export function indexFiles(paths: Iterable<string>): KnownFiles {
  const known: KnownFiles = { paths: new Set(paths), byBaseName: new Map(), bySquashed: new Map() };
  for (const path of known.paths) {
    addTo(known.byBaseName, baseName(path), path);
    addTo(known.bySquashed, squash(path), path);
    addTo(known.bySquashed, squash(baseName(path)), path);
  }
  return known;
}

function addTo(index: Map<string, string[]>, key: string, path: string): void {
  const paths = index.get(key);
  if (paths === undefined) index.set(key, [path]);
  else if (!paths.includes(path)) paths.push(path);
}

/** `line`: the line is nothing but a name · `sentence`: it was picked out of prose. */
export type FoundName = { name: string; from: 'line' | 'sentence' };

/** The file name in a line above a block, without the marks that models put around it. */
export function nameInLine(line: string, known: KnownFiles): FoundName | undefined {
  if (line.length > 500) return undefined;
  const bare = withoutDecoration(line);
  if (known.paths.has(bare)) return { name: bare, from: 'line' };
  if (looksLikePath(bare) || (isOneWord(bare) && known.bySquashed.has(squash(bare)))) {
    return { name: bare, from: 'line' };
  }
  if (isSpacedPath(line, bare)) return { name: bare, from: 'line' };
  const quoted = quotedWords(line).find(looksLikePath);
  if (quoted !== undefined) return { name: quoted, from: 'sentence' };
  const word = line
    .split(/\s/)
    .map(withoutDecoration)
    .find((each) => known.paths.has(each));
  return word === undefined ? undefined : { name: word, from: 'sentence' };
}

/** The name in the first comment of a fence, `// src/a.ts`: a comment that holds a path and nothing else. */
export function nameInComment(line: string): string | undefined {
  const comment = /^\s{0,8}(?:\/\/|#|--|;|%|\/\*+|<!--|\{\/\*)([^*]{1,300}?)(?:\*\/\}?|-->)?$/.exec(
    line.trimEnd(),
  )?.[1];
  const name = comment === undefined ? '' : withoutDecoration(comment);
  return looksLikePath(name) && /\.[a-z0-9]{1,10}$/i.test(name) ? name : undefined;
}

/** The name in a fence's info string: `src/a.ts`, `ts src/a.ts`, `ts:src/a.ts`, `ts title="src/a.ts"`. */
export function nameInInfo(info: string, known: KnownFiles): string | undefined {
  const attribute = /\b(?:title|file|filename|path|name)=["']?([^"'\s}]+)/i.exec(info)?.[1];
  if (attribute !== undefined) return attribute;
  const words = info.split(/\s/).map((word) => word.replace(/^[a-z+#]{2,20}:/i, ''));
  return words.map(withoutDecoration).find((word) => known.paths.has(word) || looksLikeGluedPath(word));
}

/** The known file that a name means when it must be an existing one, else the name with its slashes put right. */
export function resolveExisting(name: string, known: KnownFiles): string {
  const path = tidy(name, known);
  if (known.paths.has(path)) return path;
  const sameName = known.byBaseName.get(baseName(path)) ?? [];
  const suffixes = sameName.filter((each) => each.endsWith(`/${path}`) || path.endsWith(`/${each}`));
  const squashed = known.bySquashed.get(squash(path)) ?? [];
  return only(suffixes) ?? only(squashed) ?? path;
}

/** The path that a new or rewritten file is meant to have. A folder is never guessed: the file may be new. */
export function resolveWritten(name: string, known: KnownFiles): { path: string; perhaps?: string } {
  const path = tidy(name, known);
  if (known.paths.has(path)) return { path };
  const withoutPlaceholder = path.replace(/^(?:path\/to\/(?:your\/|the\/)?)/, '');
  if (withoutPlaceholder !== path && known.paths.has(withoutPlaceholder)) return { path: withoutPlaceholder };
  const perhaps = path.includes('/') ? undefined : only(known.byBaseName.get(path) ?? []);
  return perhaps === undefined ? { path } : { path, perhaps };
}

function tidy(name: string, known: KnownFiles): string {
  if (known.paths.has(name)) return name;
  const path = name.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  // A leading slash is kept: an absolute path is refused later, not bent into another one.
  return path;
}

function withoutDecoration(line: string): string {
  let text = line.trim();
  text = text.replace(/^(?:[#>*+\-•]{1,6}\s{1,4}|\d{1,3}[.)]\s{1,4}|\/\/\s{0,4}){1,3}/, '');
  text = text.replace(/^[*_`"'[(]{1,4}/, '');
  text = text.replace(
    /^(?:new |modified |updated )?(?:file ?name|file|path)\s{0,2}:?[*`]{0,4}:?\s{1,3}(?=\S+$)/i,
    '',
  );
  text = text.replace(
    /\s{0,4}[*`]{0,3}\s{0,2}\((?:new|modified|updated|created|changed|unchanged|full)[^)]{0,40}\)/i,
    '',
  );
  text = text.replace(/^[*_`"'#]{1,4}/, '');
  return trimEnd(text, '*`:"\'),] ');
}

function quotedWords(line: string): string[] {
  return line.split('`').filter((_, index) => index % 2 === 1);
}

function isOneWord(text: string): boolean {
  return text !== '' && !/\s/.test(text);
}

function looksLikePath(text: string): boolean {
  if (!/^[^\s`"'<>|*?(){}=;,]{1,300}$/.test(text)) return false;
  return looksLikeGluedPath(text) || plainNames.has(text);
}

/** Has a folder or an ending, and is no version, address or ellipsis. */
function looksLikeGluedPath(text: string): boolean {
  if (/:\/\/|\.\.\.|^[\d.]+$|^@|^-/.test(text) || !/[a-z0-9_]/i.test(text)) return false;
  return /[^\s/\\][/\\][^\s/\\]/.test(text) || /^[/~\\]/.test(text) || /\.[a-z0-9_+-]{1,12}$/i.test(text);
}

/** A path with spaces in it, as a line of its own: in backticks, or with folders and no sentence around them. */
function isSpacedPath(line: string, bare: string): boolean {
  if (/^[\s*#]{0,8}`[^`/]{1,200}\.[a-z0-9]{1,8}`[\s*:]{0,4}$/i.test(line)) return true;
  return (
    bare.length < 200 && /^[\w .@-]+(?:\/[\w .@-]+)+\.[a-z0-9]{1,8}$/i.test(bare) && !/[,:;]\s/.test(line)
  );
}

const plainNames = new Set([
  'Makefile',
  'Dockerfile',
  'LICENSE',
  'README',
  'Procfile',
  'Gemfile',
  'Rakefile',
  'Jenkinsfile',
]);

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Letters and digits only: `file1_py` and `file1.py` are the same. */
function squash(path: string): string {
  return path.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function only(paths: string[]): string | undefined {
  return paths.length === 1 ? paths[0] : undefined;
}
