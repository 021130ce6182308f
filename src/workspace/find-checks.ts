import type { CheckCommand } from '../domain/change.ts';

/** What there is to find checks in: the names at the top of the base commit, and the text of those that matter. */
export type ProjectFiles = { names: ReadonlySet<string>; text: (name: string) => string };

const managers: [lock: string, manager: string][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
];

/**
 * The checks that a common project has, in the order they should run. They are looked for in the base commit: a change
 * must not be able to choose what judges it.
 */
export function findChecks(project: ProjectFiles, timeout: number): CheckCommand[] {
  const found = [...packageScripts(project), ...otherLanguages(project)];
  // A Makefile often only wraps what was already found.
  const all = found.length > 0 ? found : makeTargets(project);
  return all.map(([name, run]) => ({ name, run, timeout }));
}

type Found = [name: string, run: string[]];

function packageScripts(project: ProjectFiles): Found[] {
  if (!project.names.has('package.json')) return [];
  const scripts = scriptsOf(project.text('package.json'));
  const manager = managers.find(([lock]) => project.names.has(lock))?.[1] ?? 'npm';
  const wanted: [string, string[]][] = [
    ['typecheck', ['typecheck', 'type-check', 'types']],
    ['lint', ['lint']],
    ['test', ['test']],
  ];
  return wanted.flatMap(([name, aliases]): Found[] => {
    const script = aliases.find((alias) => isReal(scripts[alias]));
    return script === undefined ? [] : [[name, [manager, 'run', script]]];
  });
}

function scriptsOf(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) as { scripts?: Record<string, unknown> }).scripts ?? {};
  } catch {
    return {};
  }
}

/** `npm init` writes a test script that only fails. */
function isReal(script: unknown): boolean {
  return typeof script === 'string' && script.trim() !== '' && !script.includes('no test specified');
}

function otherLanguages({ names, text }: ProjectFiles): Found[] {
  const found: Found[] = [];
  if (names.has('Cargo.toml')) found.push(['cargo test', ['cargo', 'test', '--offline']]);
  if (names.has('go.mod')) found.push(['go test', ['go', 'test', './...']]);
  const usesPytest =
    names.has('pytest.ini') || (names.has('pyproject.toml') && text('pyproject.toml').includes('pytest'));
  if (usesPytest) found.push(['pytest', ['python3', '-m', 'pytest', '-q']]);
  return found;
}

function makeTargets({ names, text }: ProjectFiles): Found[] {
  return names.has('Makefile') && /^test\s*:/m.test(text('Makefile'))
    ? [['make test', ['make', 'test']]]
    : [];
}
