import matter from 'gray-matter';

/** A block of YAML as plain data, or why it was not taken. `recoverable`: a slip of the pen, not an attack. */
export type YamlReading =
  | { ok: true; data: Record<string, unknown> }
  | { ok: false; code: 'too-deep' | 'yaml'; reason: string; recoverable: boolean };

/** Nested values, aliases in all and blank characters in a row; no ticket seen in the wild comes near any of them. */
const limits = { depth: 20, aliases: 10, blanks: 256 };

/** Tags that copy other values, or make values that are neither text, number, date, list nor map. */
const refusedTags = /^tag:yaml\.org,2002:(merge|binary|omap|pairs|set)$/;

/**
 * Reads YAML with the rules of js-yaml 3, which are those of Backlog.md. gray-matter is used for nothing else: its
 * other languages run code, `stringify` parses a body again with them, and without options it shares a cache.
 */
export function readYaml(block: string): YamlReading {
  if (new RegExp(`\\s{${limits.blanks + 1}}`).test(block)) {
    // gray-matter looks for comments with a pattern that is quadratic in blanks.
    return refusal('too-deep', `more than ${limits.blanks} blank characters in a row in the front matter`);
  }
  const watch = watchNodes();
  try {
    const options = { language: 'yaml', engines: refusedEngines, listener: watch.listener };
    return { ok: true, data: asRecord(matter(`---\n${block}\n---\n`, options).data) };
  } catch (error) {
    return watch.breach() ?? describe(error);
  }
}

const refuse = (): never => {
  throw new Error('front matter may only be YAML');
};
const refusedEngines = Object.fromEntries(
  ['js', 'javascript', 'coffee', 'coffeescript', 'cson', 'json', 'toml'].map((name) => [name, refuse]),
);

/** What js-yaml shows of its state when it begins and ends a value; gray-matter hands our listener through to it. */
type NodeState = { tag: string | null; kind: string | null; result: unknown };

/** Counts while js-yaml reads, so that a limit ends the reading before anything grows or recurses deeply. */
function watchNodes() {
  let depth = 0;
  let aliases = 0;
  let breach: YamlReading | null = null;
  const stop = (reading: YamlReading): never => {
    breach = reading;
    throw new Error('limit');
  };
  const listener = (event: 'open' | 'close', node: NodeState): void => {
    if (event === 'open') {
      depth += 1;
      if (depth > limits.depth) {
        stop(refusal('too-deep', `the front matter nests values more than ${limits.depth} deep`));
      }
      return;
    }
    depth -= 1;
    if (node.kind === null && node.result !== null) aliases += 1;
    if (aliases > limits.aliases) {
      stop(refusal('too-deep', `the front matter uses more than ${limits.aliases} YAML aliases (*name)`));
    }
    const tag = refusedTags.exec(node.tag ?? '')?.[1];
    if (tag !== undefined) {
      stop(refusal('yaml', `the front matter uses the YAML feature "${tag}"; write the values out`));
    }
  };
  return { listener, breach: () => breach };
}

function describe(error: unknown): YamlReading {
  const { reason, mark, message } = error as {
    reason?: string;
    mark?: { line?: number };
    message?: string;
  };
  const what = reason ?? message ?? String(error);
  const where = mark?.line === undefined ? '' : ` in line ${mark.line + 1}`;
  const recoverable = !/duplicated mapping key|tag/.test(what);
  return {
    ok: false,
    code: 'yaml',
    reason: `the front matter is not valid YAML${where}: ${what}`,
    recoverable,
  };
}

function refusal(code: 'too-deep' | 'yaml', reason: string): YamlReading {
  return { ok: false, code, reason, recoverable: false };
}

/** Front matter that is a list or a single value declares nothing. */
function asRecord(data: unknown): Record<string, unknown> {
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Date);
  return isMap ? (data as Record<string, unknown>) : {};
}
