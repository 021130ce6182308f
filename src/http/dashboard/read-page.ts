import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { writeHtml } from './write-html.ts';

export type PageFile = { contentType: string; body: Buffer; gzip: Buffer };

export type Page = {
  html: PageFile;
  /** Of everything the page consists of: what an address with it answers never changes. */
  version: string;
  /** Scripts and the style sheet by their names, which hold no slash. */
  files: ReadonlyMap<string, PageFile>;
};

/** The rooms' own folder: `src` in a checkout, `dist` in the package. */
const rooms = fileURLToPath(new URL('../../', import.meta.url));
const pageFolder = join(rooms, 'http/dashboard/page');
const sheets = ['base', 'parts', 'board', 'ticket', 'figures'];

/**
 * Reads the page as the browser gets it: the modules that its entry imports, directly or not, without their types, and
 * one style sheet. Nothing needs to be built for that, and nothing that is not imported can be asked for.
 */
export function readPage(): Page {
  const scripts = readModules(existsSync(join(pageFolder, 'main.ts')) ? 'main.ts' : 'main.js');
  const style = sheets.map((name) => readFileSync(join(pageFolder, `${name}.css`), 'utf8')).join('\n');
  const hash = createHash('sha256').update(style);
  for (const [name, code] of scripts) hash.update(name).update(code);
  const version = hash.digest('base64url').slice(0, 16);
  const files = new Map([['style.css', fileOf(style, 'text/css; charset=utf-8')]]);
  for (const [name, code] of scripts) files.set(name, fileOf(code, 'text/javascript; charset=utf-8'));
  const html = writeHtml(`/assets/${version}`, [...scripts.keys()]);
  return { html: fileOf(html, 'text/html; charset=utf-8'), version, files };
}

function fileOf(text: string, contentType: string): PageFile {
  const body = Buffer.from(text);
  return { contentType, body, gzip: gzipSync(body, { level: 9 }) };
}

/** The code of every module by its name, the entry first. */
function readModules(entry: string): Map<string, string> {
  const modules = new Map<string, string>();
  const waiting = [join(pageFolder, entry)];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const from = path;
    if (modules.has(nameOf(from))) continue;
    const code = withoutTypes(from).replace(importFrom, (_whole, before: string, specifier: string) => {
      const target = resolve(specifier, from);
      waiting.push(target);
      return `${before}'./${nameOf(target)}'`;
    });
    modules.set(nameOf(from), code);
  }
  return modules;
}

/** Of an import or an export at the beginning of a line, or of minified code: all up to the specifier, and that. */
const importFrom = /((?:^|[;\s])(?:import|export)\b[^'"();]*?from\s*)["']([^'"]+)["']/g;

function withoutTypes(path: string): string {
  const text = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  return path.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}

const require = createRequire(import.meta.url);

function resolve(specifier: string, from: string): string {
  return specifier.startsWith('.') ? join(dirname(from), specifier) : require.resolve(specifier);
}

/** `page/board/card.ts` -> `board.card.js`, `domain/read-diff.ts` -> `domain.read-diff.js`; a library's is its file's. */
function nameOf(path: string): string {
  const within = [pageFolder, rooms]
    .map((folder) => relative(folder, path))
    .find((name) => !name.startsWith('..'));
  const name = path.includes('node_modules') ? undefined : within;
  return `${(name ?? path.split(/[/\\]/).at(-1) ?? '').replace(/\.m?[jt]s$/, '').replaceAll(/[/\\]/g, '.')}.js`;
}
