import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';

/** Files that say when a check is content. */
const settings =
  /(?:^|\/)(?:package\.json|(?:jest|vitest|vite|karma|playwright|cypress|ava|wdio|nyc|c8|stryker)[\w.-]*\.(?:[cm]?[jt]s|json)|\.(?:nyc|c8|mocha)rc[\w.]*|tsconfig[\w.-]*\.json|(?:\.?eslint(?:rc)?)[\w.-]*|setup\.cfg|tox\.ini|pytest\.ini|\.coveragerc|pyproject\.toml|\.?codecov\.ya?ml|noxfile\.py|phpunit[\w.]*\.xml|\.flake8|ruff\.toml|mypy\.ini)$/i;

/** More of it is stricter; of the second kind, less is. */
const atLeast =
  /^["']?(branches|functions|lines|statements|fail[_-]under|coverageThreshold|minimum[\w-]*|target|threshold|high|low|break|check-coverage)["']?\s*[:=]\s*["']?(-?\d+(?:\.\d+)?)%?/;
const atMost =
  /(--max-warnings|["']?(?:max-warnings|maxWarnings|retries|retry|flake|reruns)["']?)[\s=:]+["']?(\d+)/;
const strict =
  /^["']?(strict\w*|noImplicitAny|noUnchecked\w+|exactOptionalPropertyTypes|noUnused\w+|noFallthroughCasesInSwitch|noImplicit\w+|warn_unused\w*|disallow_\w+|check_untyped_defs|checkJs|all|check-coverage)["']?\s*[:=]\s*(true|True)\b/;

/** The same rules, said to be off. */
const loose =
  /^["']?(strict\w*|noImplicitAny|noUnchecked\w+|exactOptionalPropertyTypes|noImplicit\w+|disallow_\w+|check_untyped_defs)["']?\s*[:=]\s*(?:false|False)\b/;

/** What makes a check leave out what it looked at, or be content with nothing. */
const leavesOut =
  /testPathIgnorePatterns|passWithNoTests|pass-with-no-tests|collect_ignore|norecursedirs|--ignore(?:-glob)?=|--deselect|-k\s*(?:=\s*)?["']?not |skipLibCheck["']?\s*:\s*true|--exit-zero|--suppress-no-test-exit-code|continue-on-error|--collect-only|-m\s*(?:=\s*)?["']?not |\bignores\s*:|^\s*omit\s*=|coveragePathIgnorePatterns|ignore_errors\s*=\s*[Tt]rue/;

/** Which files hold tests; what else is set there is nobody's business but a person's. */
const selection =
  /^["']?(testMatch|testRegex|testpaths|python_files|python_functions|python_classes|spec)["']?\s*[:=]\s*(\S.*)$/;

/** How a linter takes a rule. */
const lintRule = /^["']?([\w@/-]+)["']?\s*:\s*(?:\[\s*)?["']?(off|warn|error|[012])\b/;

/** Settings by which a check that failed would pass: a lower bar, a smaller part, a rule switched off. */
export function findLoweredThresholds({ diffs }: Inspected): Refusal[] {
  return diffs.filter(({ path, oldPath }) => oldPath !== null && settings.test(path)).flatMap(inSettings);
}

function inSettings(file: FileDiff): Refusal[] {
  return [...lowered(file), ...loosened(file), ...switchedOff(file), ...leftOut(file)];
}

function lowered(file: FileDiff): Refusal[] {
  const now = bars(addedLines(file), atLeast);
  return bars(removedLines(file), atLeast).flatMap(({ name, value, line }) => {
    const after = now.find((bar) => bar.name === name);
    if (after === undefined && isCoverageName(name) && !isRemovedWhole(file))
      return [refusal(file, line, `the bar "${name}" of ${value} is taken away; put it back`)];
    if (after === undefined || after.value >= value) return [];
    return [refusal(file, after.line, `"${name}" is lowered from ${value} to ${after.value}; put it back`)];
  });
}

function isCoverageName(name: string): boolean {
  return /^(?:branches|functions|lines|statements|fail[_-]under)$/.test(name);
}

/** The file itself goes: then its checks go too, and whoever runs them will see. */
function isRemovedWhole(file: FileDiff): boolean {
  return file.hunks.every(({ newLines }) => newLines === 0);
}

function loosened(file: FileDiff): Refusal[] {
  const before = bars(removedLines(file), atMost);
  const tolerant = bars(addedLines(file), atMost).flatMap(({ name, value, line }) => {
    const isRetry = /retr|flake|rerun/.test(name);
    const was = before.find((bar) => bar.name === name)?.value ?? (isRetry ? 0 : value);
    return value > was
      ? [refusal(file, line, `"${name}" is raised from ${was} to ${value}; put it back`)]
      : [];
  });
  const still = new Set(addedLines(file).flatMap(({ text }) => strict.exec(text.trim())?.[1] ?? []));
  const off = removedLines(file).flatMap(({ text, oldLine }) => {
    const name = strict.exec(text.trim())?.[1];
    return name === undefined || still.has(name) || still.has('strict') || isRemovedWhole(file)
      ? []
      : [refusal(file, oldLine, `the rule "${name}" is switched off; put it back`)];
  });
  return [...tolerant, ...off];
}

/** A rule set to nothing beside the one that stays, and a linter that only warns of what it refused. */
function switchedOff(file: FileDiff): Refusal[] {
  const removed = removedLines(file).map(({ text }) => text.trim());
  const ranks = new Map(removed.flatMap((text) => rankOf(text) ?? []));
  return addedLines(file).flatMap(({ text, newLine }) => {
    const line = text.trim();
    const name = loose.exec(line)?.[1];
    const wasLoose = removed.some((other) => loose.exec(other)?.[1] === name);
    if (name !== undefined && !wasLoose)
      return [refusal(file, newLine, `the rule "${name}" is switched off; take that out`)];
    const [rule, rank] = /eslint/i.test(file.path) ? (rankOf(line)?.[0] ?? []) : [];
    if (rule === undefined || rank === undefined || rank >= (ranks.get(rule) ?? 0)) return [];
    return [refusal(file, newLine, `the rule "${rule}" refuses nothing any more; put it back`)];
  });
}

function rankOf(line: string): [string, number][] | null {
  const [, name, level = ''] = lintRule.exec(line) ?? [];
  const rank = { off: 0, 0: 0, warn: 1, 1: 1, error: 2, 2: 2 }[level];
  return name === undefined || rank === undefined ? null : [[name, rank]];
}

function leftOut(file: FileDiff): Refusal[] {
  const before = removedLines(file).map(({ text }) => leavesOut.exec(text)?.[0]);
  const chosen = new Map(removedLines(file).flatMap(({ text }) => selectionIn(text)));
  return addedLines(file)
    .filter(({ text }) => {
      const found = leavesOut.exec(text)?.[0];
      if (found !== undefined && !before.includes(found)) return true;
      const [[name, value] = []] = selectionIn(text);
      return name !== undefined && chosen.get(name) !== value;
    })
    .map(({ newLine }) => refusal(file, newLine, 'this makes a check look at less than before; take it out'));
}

function selectionIn(text: string): [name: string, value: string][] {
  const [, name, value] = selection.exec(text.trim()) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}

function bars(lines: readonly DiffLine[], shape: RegExp): { name: string; value: number; line: number }[] {
  return lines.flatMap(({ text, newLine, oldLine }) =>
    text.split(/(?<=\d)\s*,\s*|\{\s*/).flatMap((part) => {
      const found = shape.exec(part.trim());
      return found === null
        ? []
        : [
            {
              name: (found[1] ?? '').replace(/["']/g, ''),
              value: Number(found[2]),
              line: newLine || oldLine,
            },
          ];
    }),
  );
}

function refusal(file: FileDiff, line: number, reason: string): Refusal {
  return { code: 'GUARD_WEAKENED_TEST', path: file.path, line, reason };
}
