import { addedLines, removedLines, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

/** Lines by which a build tool, or a package manager that installs, runs code of this repository or of a package. */
const starters: readonly [file: RegExp, line: RegExp][] = [
  [
    /(?:^|\/)pnpm-workspace\.yaml$/,
    /^\s*(?:onlyBuiltDependencies\w*|dangerouslyAllowAllBuilds|allowBuilds|configDependencies|pnpmfile|globalPnpmfile|scriptShell)\s*:/,
  ],
  [
    /(?:^|\/)pyproject\.toml$/,
    /^\s*(?:build-backend|backend-path)\s*=|^\s*\[tool\.\S*(?:build\.hooks|build\.script|cmdclass)/,
  ],
  [/(?:^|\/)setup\.py$/, /\bcmdclass\b/],
  [/(?:^|\/)Cargo\.toml$/, /^\s*(?:build\s*=\s*["'\]]|proc-macro\s*=\s*true)/],
  [/\.gemspec$/, /\bextensions\b\s*(?:=|<<)/],
  [/(?:^|\/)(?:Directory\.\w+\.targets|[\w.-]+\.(?:cs|fs|vb)proj)$/, /<(?:Exec|UsingTask|Import)\b/],
];

/** Files that run when a package is installed or built, by their name alone. */
const buildScript = /(?:^|\/)(?:setup\.py|build\.rs|extconf\.rb)$/;

/** New beginnings of code that runs while somebody installs or builds, before anybody started the program. */
export function findBuildHooks({ diffs }: Inspected): Refusal[] {
  return diffs.flatMap((file) => [...newScript(file), ...newStarters(file)]);
}

function newScript({ path, oldPath }: FileDiff): Refusal[] {
  if (!buildScript.test(path) || oldPath === path) return [];
  return [refusal(path, 0, 'this file runs whenever the package is installed or built; do without it')];
}

function newStarters(file: FileDiff): Refusal[] {
  const shape = starters.find(([name]) => name.test(file.path))?.[1];
  if (shape === undefined) return [];
  const before = new Set(removedLines(file).map(({ text }) => text.trim()));
  return addedLines(file)
    .filter(({ text }) => shape.test(text) && !before.has(text.trim()))
    .map(({ newLine }) =>
      refusal(
        file.path,
        newLine,
        'this line has code run while the package is installed or built; take it out',
      ),
    );
}

function refusal(path: string, line: number, reason: string): Refusal {
  return { code: 'GUARD_RUNS_LATER', path, line, reason };
}
