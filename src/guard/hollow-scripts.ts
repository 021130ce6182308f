import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { asObject, isPackageManifest, lineOf, readObject, type Manifest } from './manifests.ts';

const verifying = /^(?:test|tests|unit|check|ci|lint|types?|typecheck|type-check|coverage|verify|e2e)(?::|$)/;

/** Scripts that check something, and end well after the change whatever they find, or look at a part only. */
export function findHollowScripts({ manifests }: Inspected): Refusal[] {
  return manifests
    .filter(({ path }) => isPackageManifest(path) || path.endsWith('composer.json'))
    .flatMap(inManifest);
}

function inManifest({ path, before, after }: Manifest): Refusal[] {
  const [was, is] = [scriptsIn(before), scriptsIn(after)];
  if (was === null || is === null) return [];
  return Object.entries(was).flatMap(([name, script]) => {
    if (!verifying.test(name) || typeof script !== 'string' || isEmpty(script)) return [];
    const now = is[name];
    const fault = typeof now === 'string' ? faultOf(script, now) : 'is gone';
    if (fault === null) return [];
    const reason = `the script "${name}" ${fault}; put it back`;
    return [{ code: 'GUARD_WEAKENED_TEST', path, line: lineOf(after, `"${name}"`), reason }];
  });
}

function scriptsIn(manifest: string | null): Record<string, unknown> | null {
  const read = readObject(manifest);
  return read === null ? null : (asObject(read['scripts']) ?? {});
}

function faultOf(before: string, after: string): string | null {
  if (isEmpty(after)) return 'checks nothing any more';
  const isNew = (shape: RegExp) => shape.test(after) && !shape.test(before);
  if (hides.some(isNew)) return 'ends well now whatever it finds';
  return [...narrows].some(isNew) ? 'looks at less than before' : null;
}

/** It does nothing that could fail. */
function isEmpty(script: string): boolean {
  const bare = script.replace(/^\s*(?:(?:cross-env|env)\s+)?(?:\w+=\S*\s+)*/, '').trim();
  return (
    /^(?:true|:|exit(?: 0)?|echo\b[^&|;]*|#.*|(?:sh|bash) -c ["']?(?:true|:|exit 0)["']?|node -e ["']?\d*["']?|)$/.test(
      bare,
    ) || /^(?:true|:)\s*(?:&&|;)\s*(?:true|:)$/.test(bare)
  );
}

/** What becomes of a failure: another command, a pipe, the background, a negation. */
const hides: readonly RegExp[] = [
  /\|\|/,
  /(?<!\|)\|(?!\|)/,
  /(?<!&)&\s*$/,
  /^\s*!|[;&]\s*!/,
  /;\s*(?:(?:true|:|exit(?: 0)?|fi)\s*$|echo\b)/,
  /--passWithNoTests|--exit-zero|--suppress-no-test-exit-code|--no-error-on-unmatched-pattern/,
];

const narrows: readonly RegExp[] = [
  /--(?:version|help|listTests|list|collect-only|dry-run|showConfig)\b/,
  /--(?:onlyChanged|changed|findRelatedTests|lastCommit|onlyFailures|shard)\b/,
  /--(?:testPathPatterns?|testNamePattern|testPathIgnorePatterns|grep|exclude|ignore|deselect)\b| -[tgk] /,
  / -u\b|--update(?:-?[sS]napshots?)?\b/,
];
