import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ticketTemplate } from '../../backlog/ticket-template.ts';
import { isWithin } from '../../config/paths.ts';
import type { Paths } from '../../config/paths.ts';
import { errorCode } from '../../files/disk.ts';
import { writeAtomic } from '../../files/write-atomic.ts';
import { writeNew } from '../../files/write-new.ts';

/** What became of a file: `kept` was there and is as it was. Paths are relative to the root. */
export type Prepared = { path: string; outcome: 'made' | 'extended' | 'kept' };

/** Makes what a root needs, and leaves what is there. Without a `defaultModel` the config names none. */
export async function prepareRoot(
  paths: Paths,
  configFile: string,
  defaultModel: string | null,
): Promise<Prepared[]> {
  const { path, outcome } = await writeConfig(paths.root, configFile, defaultModel);
  return [{ path: relative(paths.root, path), outcome }, ...(await prepareFolders(paths))];
}

/** The same without a config. */
export async function prepareFolders(paths: Paths): Promise<Prepared[]> {
  const { root, folders } = paths;
  const kept = await Promise.all(Object.values(folders).map((folder) => keepFolder(folder)));
  const template = await writeTemplate(paths.backlogRoot);
  const ignored = await extendIgnored(join(root, '.gitignore'), ignoredIn(paths));
  return [...kept, template, ignored].map(({ path, outcome }) => ({ path: relative(root, path), outcome }));
}

async function writeConfig(root: string, file: string, defaultModel: string | null): Promise<Prepared> {
  const schema = './node_modules/ticketmill/config.schema.json';
  const hasSchema = await stat(join(root, schema)).then(
    () => true,
    () => false,
  );
  const config = {
    ...(hasSchema ? { $schema: schema } : {}),
    ...(defaultModel === null ? {} : { ollama: { defaultModel } }),
  };
  const isNew = await writeNew(file, `${JSON.stringify(config, null, 2)}\n`);
  return { path: file, outcome: isNew ? 'made' : 'kept' };
}

/** git keeps no empty folder. */
async function keepFolder(folder: string): Promise<Prepared> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, '.gitkeep');
  return { path, outcome: (await writeNew(path, '')) ? 'made' : 'kept' };
}

/** Beside the folders, so that it is no ticket until somebody copies it into `todo`. */
async function writeTemplate(folder: string): Promise<Prepared> {
  const path = join(folder, 'ticket-template.md');
  return { path, outcome: (await writeNew(path, ticketTemplate)) ? 'made' : 'kept' };
}

/** Lines of `.gitignore`: what is ours and nobody's to commit. */
export function ignoredIn({ root, logs, backlogRoot }: Paths): string[] {
  const inside = (path: string): string => relative(root, path).split(sep).join('/');
  return [
    '.ticketmill/',
    '.*.ticketmill-tmp',
    ...(isWithin(root, logs) && logs !== root ? [`${inside(logs)}/*`] : []),
    ...(isWithin(root, backlogRoot) ? [inside(join(backlogRoot, 'PAUSE'))] : []),
    '.env',
  ];
}

async function extendIgnored(path: string, lines: readonly string[]): Promise<Prepared> {
  const before = await readIfThere(path);
  const after = withLines(before ?? '', lines);
  if (after === before) return { path, outcome: 'kept' };
  await writeAtomic(path, after);
  return { path, outcome: before === null ? 'made' : 'extended' };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The text with the lines that it lacks at its end; `logs`, `/logs/` and `logs/*` count as the same. */
export function withLines(text: string, lines: readonly string[]): string {
  const bare = (line: string): string =>
    line
      .trim()
      .replace(/^\//, '')
      .replace(/\/\*{0,2}$/, '');
  const present = new Set(text.split('\n').map(bare));
  const missing = lines.filter((line) => !present.has(bare(line)));
  if (missing.length === 0) return text;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const ended = text === '' || text.endsWith('\n') ? text : text + eol;
  const gap = ended === '' ? '' : eol;
  return ended + gap + ['# ticketmill', ...missing, ''].join(eol);
}
