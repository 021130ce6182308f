import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/**
 * The licences of the packages that some modules, by their paths, are of: one after the other, by the packages' names.
 * Throws for a package without a text, since its code may be passed on with that text only.
 */
export function bundledLicences(modules: readonly string[]): string {
  const folders = new Set(modules.filter(isForeign).map(packageFolder));
  const parts = [...folders].map((folder) => {
    const { name, version } = readManifest(folder);
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)([-.]|$)/i.test(entry));
    if (file === undefined)
      throw new Error(`${folder} has no text of its licence; leave ${name} out of dist.`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return [...new Set(parts)].sort().join(`\n${'-'.repeat(80)}\n\n`);
}

function isForeign(path: string): boolean {
  return path.includes(`${sep}node_modules${sep}`);
}

/** The nearest with a manifest of a package; those that only tell how files are to be read have no name. */
function packageFolder(path: string): string {
  const folder = dirname(path);
  const isPackage = existsSync(join(folder, 'package.json')) && readManifest(folder).name !== undefined;
  return isPackage ? folder : packageFolder(folder);
}

function readManifest(folder: string): { name?: string; version?: string } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name?: string;
    version?: string;
  };
}
