import { readDiff } from '../domain/read-diff.ts';
import type { Audit, CommandResult, Inspection, Workspace } from '../ports.ts';
import { readManifests, type Contents } from './manifests.ts';
import { changedPackages } from './changed-packages.ts';
import { readAudit, type Vulnerability } from './read-audit.ts';

export type AuditOptions = {
  /** Whether commands may use the network; without it nobody can be asked. */
  network: boolean;
  contents: Contents;
};

type Tool = { program: string; argv: (folder: string, file: string) => string[] };

/** By the file whose change makes it worth asking. Nothing of the change is run: each tool reads files. */
const tools: readonly [RegExp, Tool][] = [
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
    /^(?:poetry|uv|Pipfile|Gemfile|yarn)\.lock$|^go\.mod$/,
    {
      program: 'osv-scanner',
      argv: (folder, file) => ['osv-scanner', 'scan', '--format', 'json', '--lockfile', `${folder}/${file}`],
    },
  ],
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
        'the dependencies were not looked up: `sandbox.network` is off, so nobody could be asked',
      );
    const manifests = await readManifests(readDiff(change.diff), change.tree, contents);
    const brought = changedPackages(manifests);
    const inspections: Inspection[] = [];
    const asked = new Set<string>();
    for (const { path } of changed) {
      const tool = toolFor(path);
      const argv = tool?.argv(folderOf(path), baseName(path));
      const line = argv?.join(' ') ?? path;
      if (asked.has(line)) continue;
      asked.add(line);
      inspections.push(
        tool === null || argv === undefined
          ? told(path, `the dependencies of ${path} were not looked up: no tool for it is known here`)
          : judge({ path, program: tool.program }, await ask(workspace, argv, signal), brought),
      );
    }
    return {
      refusals: inspections.flatMap(({ refusals }) => refusals),
      remarks: inspections.flatMap(({ remarks }) => remarks),
    };
  };
}

function toolFor(path: string): Tool | null {
  return tools.find(([shape]) => shape.test(baseName(path)))?.[1] ?? null;
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

function judge(
  { path, program }: { path: string; program: string },
  ran: CommandResult | null,
  brought: ReadonlySet<string>,
): Inspection {
  const read = ran === null || ran.timedOut ? null : readAudit(ran.output);
  if (read === null || !read.ok) {
    const why =
      read?.reason ??
      (ran?.timedOut === true ? 'it did not answer in time' : 'it is not installed, or could not be read');
    return told(path, `the dependencies of ${path} were not looked up with ${program}: ${why}`);
  }
  const ours = read.vulnerabilities.filter(({ names }) => names.some((name) => brought.has(name)));
  const grave = ours.filter(({ severity }) => severity === 'high' || severity === 'critical');
  const mild = ours.filter((each) => !grave.includes(each));
  const before = read.vulnerabilities.length - ours.length;
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
