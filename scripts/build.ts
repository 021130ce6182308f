// Makes `dist`, which the package carries: the program in a few files that load fast, and the page that it serves.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, sep } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const page = 'src/http/dashboard/page';
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

/** What nearly every command loads: of many small files each costs as much as its search. The others load when used. */
const taken = 'commander gray-matter ignore jsonc-parser ollama p-retry simple-git undici zod'.split(' ');
const left = Object.keys(dependencies).filter((name) => !taken.includes(name));

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', `${page}/tsconfig.build.json`], { stdio: 'inherit' });
await build({
  // Besides the program itself, what it starts as a process of its own.
  entryPoints: ['src/main.ts', ...globSync('src/*/**/serve-{forks,model}.ts')],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  external: left.flatMap((name) => [name, `${name}/*`]),
  plugins: [keepPlaces(), leaveOutEsprima()],
  banner: {
    js: [
      "import { createRequire as requireFrom } from 'node:module';",
      'const require = requireFrom(import.meta.url);',
      "const distUrl = import.meta.url.slice(0, import.meta.url.lastIndexOf('/dist/') + 6);",
    ].join('\n'),
  },
  logLevel: 'warning',
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
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const place = relative('src', path).split(sep).join('/').replace(/ts$/, 'js');
        const address = `new URL(${JSON.stringify(place)}, distUrl).href`;
        return { contents: text.replaceAll('import.meta.url', address), loader: 'ts' };
      });
    },
  };
}

/** js-yaml parses functions with it, which are a type of YAML that is never read here; it would be loaded all the same. */
function leaveOutEsprima(): Plugin {
  return {
    name: 'leave-out-esprima',
    setup(builder) {
      builder.onLoad(
        { filter: /js-yaml[\\/]lib[\\/]js-yaml[\\/]type[\\/]js[\\/]function\.js$/ },
        ({ path }) => ({
          contents: readFileSync(path, 'utf8').replace("_require('esprima')", 'undefined'),
        }),
      );
    },
  };
}
