import { readDiff } from '../domain/read-diff.ts';
import type { Audit, CommandResult, Inspection, Workspace } from '../ports.ts';
import { readManifests, type Contents } from './manifests.ts';
import { changedPackages } from './changed-packages.ts';
import { readAudit, type ReadAudit, type Vulnerability } from './read-audit.ts';

export type AuditOptions = {
  /** Whether commands may use the network, or reach some hosts; else nobody can be asked. */
  network: boolean;
  contents: Contents;
};

type Tool = { program: string; argv: (folder: string, file: string) => string[] };

const osvScanner: Tool = {
  program: 'osv-scanner',
  argv: (folder, file) => ['osv-scanner', 'scan', '--format', 'json', '--lockfile', `${folder}/${file}`],
};

/**
 * By the file whose change makes it worth asking; several tools in the order in which they are tried. Nothing of the
 * change is run: each tool reads files.
 */
const tools: readonly (readonly [RegExp, ...Tool[]])[] = [
  [
    /^(?:package|package-lock|npm-shrinkwrap)\.json$/,
    {
      program: 'npm',
      argv: (folder) => [
        'npm',
        'audit',
        '--json',
        '--package-lock-only',
        '--ignore-scripts',
        '--prefix',
        folder,
      ],
    },
  ],
  [/^pnpm-lock\.yaml$/, { program: 'pnpm', argv: (folder) => ['pnpm', '--dir', folder, 'audit', '--json'] }],
  [
    /^requirements[\w.-]*\.txt$/,
    {
      program: 'pip-audit',
      argv: (folder, file) => [
        'pip-audit',
        '--no-deps',
        '--disable-pip',
        '-f',
        'json',
        '-r',
        `${folder}/${file}`,
      ],
    },
  ],
  [
    /^Cargo\.(?:toml|lock)$/,
    { program: 'cargo audit', argv: (folder) => ['cargo', 'audit', '--json', '-f', `${folder}/Cargo.lock`] },
  ],
  [
    /^composer\.(?:json|lock)$/,
    {
      program: 'composer',
      argv: (folder) => [
        'composer',
        'audit',
        '--locked',
        '--format=json',
        '--no-interaction',
        '--no-plugins',
        '--working-dir',
        folder,
      ],
    },
  ],
  [
    /^go\.mod$/,
    {
      program: 'govulncheck',
      // The line `toolchain` of a go.mod has Go fetch and run another Go.
      argv: (folder) => [
        'env',
        'GOTOOLCHAIN=local',
        'govulncheck',
        '-C',
        folder,
        '-format',
        'json',
        '-scan',
        'module',
      ],
    },
    osvScanner,
  ],
  [
    /^Gemfile\.lock$/,
    {
      program: 'bundler-audit',
      argv: (folder, file) => [
        'bundle-audit',
        'check',
        '--update',
        '--format',
        'json',
        '--gemfile-lock',
        file,
        folder,
      ],
    },
    osvScanner,
  ],
  [/^(?:poetry|uv|Pipfile|yarn)\.lock$/, osvScanner],
];

const manifest =
  /^(?:package|package-lock|npm-shrinkwrap|composer)\.json$|^(?:pnpm-lock\.yaml|pyproject\.toml|Pipfile|(?:poetry|uv|Pipfile|composer|yarn)\.lock|Cargo\.(?:toml|lock)|go\.(?:mod|sum)|Gemfile(?:\.lock)?)$|^requirements[\w.-]*\.txt$/;

const timeoutMs = 120_000;

/**
 * Asks the package managers whether what a change installs is known to be vulnerable. Only what the change brings is
 * refused; what was there before is told. Where nobody could be asked, that is told: silence would look like a pass.
 */
export function createAudit({ network, contents }: AuditOptions): Audit {
  return async (workspace, change, signal) => {
    const changed = change.files.filter(
      ({ path, status }) => status !== 'deleted' && manifest.test(baseName(path)),
    );
    const [first] = changed;
    if (first === undefined) return { refusals: [], remarks: [] };
    if (!network)
      return told(
        first.path,
        'the dependencies were not looked up: `sandbox.network` is off and `sandbox.allowedHosts` empty, so nobody could be asked',
      );
    const manifests = await readManifests(readDiff(change.diff), change.tree, contents);
    const brought = changedPackages(manifests);
    const inspections: Inspection[] = [];
    const asked = new Set<string>();
    for (const { path } of changed) {
      const known = toolsFor(path);
      const line = known[0]?.argv(folderOf(path), baseName(path)).join(' ') ?? path;
      if (asked.has(line)) continue;
      asked.add(line);
      inspections.push(await look({ path, known, brought, workspace }, signal));
    }
    return {
      refusals: inspections.flatMap(({ refusals }) => refusals),
      remarks: inspections.flatMap(({ remarks }) => remarks),
    };
  };
}

function toolsFor(path: string): readonly Tool[] {
  const [, ...known] = tools.find(([shape]) => shape.test(baseName(path))) ?? [];
  return known;
}

type Look = { path: string; known: readonly Tool[]; brought: ReadonlySet<string>; workspace: Workspace };

/** What the first tool says that says anything. */
async function look({ path, known, brought, workspace }: Look, signal: AbortSignal): Promise<Inspection> {
  const reasons: string[] = [];
  for (const { program, argv } of known) {
    const read = readAnswer(await ask(workspace, argv(folderOf(path), baseName(path)), signal));
    if (read.ok) return judge({ path, program }, read.vulnerabilities, brought);
    reasons.push(`with ${program}: ${read.reason}`);
  }
  const why = reasons.length === 0 ? ': no tool for it is known here' : ` ${reasons.join('; ')}`;
  return told(path, `the dependencies of ${path} were not looked up${why}`);
}

/** Null when the program could not be started. */
async function ask(workspace: Workspace, argv: string[], signal: AbortSignal): Promise<CommandResult | null> {
  try {
    return await workspace.run({ argv, timeoutMs }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error) return null;
    throw error;
  }
}

function readAnswer(ran: CommandResult | null): ReadAudit {
  if (ran?.timedOut === true) return { ok: false, reason: 'it did not answer in time' };
  const read = ran === null ? null : readAudit(ran.output);
  return read ?? { ok: false, reason: 'it is not installed, or could not be read' };
}

function judge(
  { path, program }: { path: string; program: string },
  vulnerabilities: readonly Vulnerability[],
  brought: ReadonlySet<string>,
): Inspection {
  const ours = vulnerabilities.filter(({ names }) => names.some((name) => brought.has(name)));
  const grave = ours.filter(({ severity }) => severity === 'high' || severity === 'critical');
  const mild = ours.filter((each) => !grave.includes(each));
  const before = vulnerabilities.length - ours.length;
  return {
    refusals: grave.map((each) => ({
      code: 'GUARD_DEPENDENCY_AUDIT',
      path,
      line: 0,
      reason: `${describe(each)}; take a version without it`,
    })),
    remarks: [
      ...mild.map((each) => ({ path, line: 0, text: describe(each) })),
      {
        path,
        line: 0,
        text: `${program} looked the dependencies up: ${before} known to be vulnerable were there before`,
      },
    ],
  };
}

function describe({ name, severity, title }: Vulnerability): string {
  return `${name} is known to be vulnerable (${severity}): ${title.slice(0, 200)}`;
}

function told(path: string, text: string): Inspection {
  return { refusals: [], remarks: [{ path, line: 0, text }] };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.includes('/') ? `./${path.slice(0, path.lastIndexOf('/'))}` : '.';
}
