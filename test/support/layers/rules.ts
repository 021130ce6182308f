import type { Import, Module, SightKind } from './read-module.ts';

/** One place where a file breaks a rule of the house. */
export type Breach = { rule: string; file: string; line: number; message: string };

/** Longest file, in lines as an editor counts them. */
const mostLines = 250;

/**
 * Who may use a library, and from where: exactly this file, or any file of a folder (ends in a slash).
 * A library that is not listed here has no home yet and may be used nowhere.
 */
export const libraryHomes: Record<string, readonly string[]> = {
  '@ai-sdk/anthropic': ['src/models/cloud-sdk.ts'],
  '@ai-sdk/google': ['src/models/cloud-sdk.ts'],
  '@ai-sdk/openai': ['src/models/cloud-sdk.ts'],
  '@ai-sdk/openai-compatible': ['src/models/cloud-sdk.ts'],
  '@ai-sdk/provider': ['src/models/'],
  '@opentelemetry/api': ['src/telemetry/export-spans.ts'],
  '@opentelemetry/exporter-trace-otlp-http': ['src/telemetry/export-spans.ts'],
  '@opentelemetry/resources': ['src/telemetry/export-spans.ts'],
  '@opentelemetry/sdk-trace': ['src/telemetry/export-spans.ts'],
  '@repomix/tree-sitter-wasms': ['src/agent/map/read-definitions.ts'],
  '@clack/prompts': ['src/cli/questions.ts'],
  '@modelcontextprotocol/sdk': ['src/mcp/'],
  '@octokit/auth-app': ['src/forge/'],
  '@octokit/core': ['src/forge/'],
  '@octokit/plugin-throttling': ['src/forge/forge-api.ts'],
  '@secretlint/core': ['src/guard/lint-secrets.ts'],
  '@secretlint/profiler': ['src/guard/lint-secrets.ts'],
  '@secretlint/secretlint-rule-preset-recommend': ['src/guard/lint-secrets.ts'],
  bottleneck: ['src/forge/forge-api.ts'],
  bullmq: ['src/queue/'],
  chokidar: ['src/backlog/watch.ts'],
  commander: ['src/cli/'],
  rolldown: ['scripts/build.ts'],
  express: ['src/http/', 'scripts/bench/'],
  'express-rate-limit': ['src/http/'],
  'gray-matter': ['src/backlog/markdown.ts'],
  helmet: ['src/http/'],
  ignore: ['src/guard/protected-paths.ts'],
  ioredis: ['src/queue/'],
  'jsonc-parser': ['src/config/', 'src/recipes/'],
  'node:child_process': [
    'src/models/gguf/model-process.ts',
    'src/workspace/command.ts',
    'src/workspace/fork-server.ts',
    'src/workspace/start-detached.ts',
    'scripts/',
  ],
  'node:sqlite': ['src/history/database.ts'],
  nodemailer: ['src/notify/email.ts'],
  ollama: ['src/models/'],
  'p-retry': ['src/models/'],
  preact: ['src/http/dashboard/page/'],
  'prom-client': ['src/telemetry/'],
  'simple-git': ['src/workspace/git.ts'],
  'smol-toml': ['src/recipes/set-toml.ts'],
  typescript: ['src/recipes/'],
  'web-tree-sitter': ['src/agent/map/read-definitions.ts'],
  winston: ['src/telemetry/'],
  'winston-daily-rotate-file': ['src/telemetry/'],
  yaml: ['src/recipes/set-yaml.ts'],
  // Wherever what was written outside, or by another version, is read.
  zod: [
    'src/backlog/',
    'src/config/',
    'src/control/',
    'src/forge/',
    'src/http/',
    'src/journal/',
    'src/models/',
    'src/queue/',
  ],
};

/** What of the house a room may import besides itself (`all`: every room inside), and what from outside. */
type Reach = {
  rooms: readonly string[] | 'all';
  typesOnly?: true;
  outside: 'nothing' | 'node' | 'libraries';
};

const reaches: Record<string, Reach> = {
  domain: { rooms: [], outside: 'nothing' },
  ports: { rooms: ['domain'], typesOnly: true, outside: 'nothing' },
  pipeline: { rooms: ['domain', 'ports'], outside: 'nothing' },
  files: { rooms: [], outside: 'node' },
  app: { rooms: ['all'], outside: 'node' },
  cli: { rooms: ['app', 'config', 'domain', 'ports'], outside: 'libraries' },
  main: { rooms: ['app', 'cli', 'config'], outside: 'node' },
  scripts: { rooms: ['all', 'cli'], outside: 'libraries' },
};

/** Rooms at the outside: `all` leaves them out. */
const ends = ['cli', 'main', 'scripts', 'test'];

const adapter: Reach = { rooms: ['domain', 'ports', 'files'], outside: 'libraries' };

/** The room a path belongs to: `src/http/routes/stats.ts` -> `http`, `src/app.ts` -> `app`, `scripts/demo.ts` -> `scripts`. */
export function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

export function checkReach(module: Module): Breach[] {
  const room = roomOf(module.path);
  const reach = reaches[room] ?? adapter;
  return module.imports.flatMap((imported) => {
    const reason =
      imported.target === null ? outsideReason(reach, imported) : insideReason(room, reach, imported);
    return reason === null ? [] : [breach('reach', module, imported.line, `${room} ${reason}`)];
  });
}

function insideReason(room: string, reach: Reach, { target, specifier, typeOnly }: Import): string | null {
  const other = roomOf(target ?? '');
  if (other === room) return null;
  const isReached = reach.rooms.includes(other) || (reach.rooms.includes('all') && !ends.includes(other));
  if (!isReached) return `may not import ${specifier}`;
  return reach.typesOnly === true && !typeOnly ? `may import only types, not ${specifier}` : null;
}

function outsideReason(reach: Reach, { specifier }: Import): string | null {
  const kind = specifier.startsWith('node:') ? 'node' : 'libraries';
  if (reach.outside === 'libraries' || reach.outside === kind) return null;
  return `may not import ${specifier}`;
}

export function checkLibraryHome(module: Module): Breach[] {
  return module.imports.flatMap((imported) => {
    if (imported.target !== null) return [];
    const library = libraryOf(imported.specifier);
    const homes = libraryHomes[library];
    if (homes === undefined && library.startsWith('node:')) return [];
    if (homes?.some((home) => isWithin(module.path, home)) === true) return [];
    const allowed = homes === undefined ? 'it has no home yet' : `its home is ${homes.join(', ')}`;
    return [breach('library-home', module, imported.line, `imports ${library}; ${allowed}`)];
  });
}

/** The package of a specifier: `winston/lib/x` -> `winston`, `@scope/name/sub` -> `@scope/name`. */
export function libraryOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier.split('/')[0] ?? specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isWithin(path: string, home: string): boolean {
  return home.endsWith('/') ? path.startsWith(home) : path === home;
}

/** Where each sight is allowed; nowhere when it is empty. Scripts are entries of their own and read the environment. */
const sightHomes: Record<SightKind, readonly string[]> = {
  environment: ['src/config/', 'scripts/'],
  exit: ['src/main.ts'],
  signal: ['src/main.ts', 'scripts/'],
  'default-export': [],
  any: [],
  'non-null': [],
  barrel: [],
};

export function checkSights(module: Module): Breach[] {
  return module.sights
    .filter(({ kind }) => !sightHomes[kind].some((home) => isWithin(module.path, home)))
    .map(({ kind, line, detail }) => breach(kind, module, line, detail.split('\n')[0] ?? ''));
}

export function checkLength(module: Module): Breach[] {
  if (module.lines <= mostLines) return [];
  return [breach('length', module, mostLines, `has ${module.lines} lines, at most ${mostLines}`)];
}

function breach(rule: string, module: Module, line: number, message: string): Breach {
  return { rule, file: module.path, line, message };
}
