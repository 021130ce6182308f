// Makes `dist`, which the package carries: the program in a few files that load fast, and the page that it serves.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import { build } from 'rolldown';
import type { ChunkingContext, Plugin } from 'rolldown';
import { bundledLicences } from './bundled-licences.ts';

const page = 'src/http/dashboard/page';
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

/** What nearly every command loads: of many small files each costs as much as its search. The others load when used. */
const taken = 'commander gray-matter ignore jsonc-parser ollama p-retry simple-git zod'.split(' ');
const left = Object.keys(dependencies).filter((name) => !taken.includes(name));

/** Besides the program itself, what it starts as a process of its own. */
const entries = ['src/main.ts', ...globSync('src/*/**/serve-{forks,model}.ts')];

const isEntry = (path: string): boolean => entries.some((entry) => resolve(entry) === path);

/** Where the commands begin that people wait for. What the same of them need is one file. */
const awaited = [
  'src/main.ts',
  'src/cli/session.ts',
  'src/app.ts',
  'src/app/act-alone.ts',
  'src/app/start-daemon.ts',
  'src/app/tools.ts',
  'src/app/models/describe-models.ts',
];

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', `${page}/tsconfig.build.json`], { stdio: 'inherit' });
await build({
  input: Object.fromEntries(entries.map((path) => [path.replace(/^src\/|\.ts$/g, ''), path])),
  platform: 'node',
  resolve: { mainFields: ['module', 'main'] },
  external: (id) => left.some((name) => id === name || id.startsWith(`${name}/`)),
  preserveEntrySignatures: 'allow-extension',
  plugins: [keepPlaces(), leaveOutEsprima(), keepLicences()],
  output: {
    dir: 'dist',
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: 'awaited', name: gatherAwaited() }],
    },
    // What is loaded in full at each start: text of one byte a character takes half the memory.
    charset: 'ascii',
    comments: false,
    banner: "const distUrl = import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6);",
  },
  checks: { eval: false },
  logLevel: 'warn',
});
// What is read as it is, and so is not compiled.
cpSync('src/review/calibration', 'dist/review/calibration', { recursive: true });
cpSync(page, page.replace('src', 'dist'), {
  recursive: true,
  filter: (path) => path.endsWith('.css') || statSync(path).isDirectory(),
});

/** A module finds what lies beside it by its own address, which stays what it was in whatever file it ends up. */
function keepPlaces(): Plugin {
  return {
    name: 'keep-places',
    load: {
      filter: { id: /\.ts$/ },
      handler(path) {
        const place = relative('src', path).split(sep).join('/').replace(/ts$/, 'js');
        const address = `new URL(${JSON.stringify(place)}, distUrl).href`;
        return { code: readFileSync(path, 'utf8').replaceAll('import.meta.url', address), moduleType: 'ts' };
      },
    },
  };
}

/** js-yaml parses functions with it, which are a type of YAML that is never read here; it would be loaded all the same. */
function leaveOutEsprima(): Plugin {
  return {
    name: 'leave-out-esprima',
    load: {
      filter: { id: /js-yaml[\\/]lib[\\/]js-yaml[\\/]type[\\/]js[\\/]function\.js$/ },
      handler: (path) => readFileSync(path, 'utf8').replace("_require('esprima')", 'undefined'),
    },
  };
}

/** What is taken from other packages may be passed on with the texts of their licences. */
function keepLicences(): Plugin {
  return {
    name: 'keep-licences',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === 'chunk');
      const source = bundledLicences(chunks.flatMap(({ moduleIds }) => moduleIds));
      this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source });
    },
  };
}

/** Names the file of a module by which of the awaited commands need it; null of one that none of them needs. */
function gatherAwaited(): (path: string, graph: ChunkingContext) => string | null {
  const neededBy = new Map<string, number>();
  const mark = (path: string, bit: number, graph: ChunkingContext): void => {
    const bits = neededBy.get(path) ?? 0;
    if ((bits & bit) !== 0) return;
    neededBy.set(path, bits | bit);
    for (const imported of graph.getModuleInfo(path)?.importedIds ?? []) mark(imported, bit, graph);
  };
  return (path, graph) => {
    if (neededBy.size === 0) awaited.forEach((start, index) => mark(resolve(start), 1 << index, graph));
    const bits = neededBy.get(path);
    // An entry runs the whole program before it is evaluated; what is imported meanwhile must not wait for it.
    return bits === undefined || isEntry(path) ? null : `awaited-${bits}`;
  };
}
