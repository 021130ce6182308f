import { asObject } from './manifests.ts';

export type Vulnerability = {
  name: string;
  /** As the tool calls it, in lower case; `high` where it says none. */
  severity: string;
  title: string;
  /** The package itself, and those through which it is installed. */
  names: string[];
};

export type ReadAudit = { ok: true; vulnerabilities: Vulnerability[] } | { ok: false; reason: string };

/**
 * Reads the JSON of npm, pnpm, pip-audit, cargo audit, govulncheck, bundler-audit, composer or osv-scanner out of what one
 * of them printed. Null where there is none.
 */
export function readAudit(output: string): ReadAudit | null {
  const [answer, ...more] = parse(output);
  if (answer === undefined) return null;
  if ('config' in answer) return { ok: true, vulnerabilities: fromGo([answer, ...more]) };
  const fault = asObject(answer['error']) ?? (typeof answer['message'] === 'string' ? answer : null);
  if (fault !== null) return { ok: false, reason: reasonOf(fault) };
  const read =
    fromNpm(answer['vulnerabilities']) ??
    fromComposer(answer['advisories']) ??
    fromPnpm(answer['advisories']) ??
    fromPip(answer['dependencies']) ??
    fromCargo(answer['vulnerabilities']) ??
    fromBundler(answer['results']) ??
    fromOsv(answer['results']);
  return read === null ? null : { ok: true, vulnerabilities: read };
}

/** Tools print remarks around their JSON, and some print one object after another. None where one of them is broken. */
function parse(output: string): Record<string, unknown>[] {
  const start = /^\{/m.exec(output)?.index ?? -1;
  if (start === -1) return [];
  const objects = output.slice(start, output.lastIndexOf('}') + 1).split(/(?<=\})\r?\n(?=\{)/);
  try {
    return objects.map((text) => asObject(JSON.parse(text)) ?? {});
  } catch {
    return [];
  }
}

function reasonOf(fault: Record<string, unknown>): string {
  const words = [fault['summary'], fault['message'], fault['code'], fault['detail']];
  const said = words.find((word) => typeof word === 'string' && word !== '');
  return `it said ${JSON.stringify(said ?? 'nothing').slice(0, 200)}`;
}

function fromNpm(value: unknown): Vulnerability[] | null {
  const all = asObject(value);
  if (all === null || 'list' in all) return null;
  return Object.entries(all).map(([name, entry]) => {
    const { severity, via, effects } = asObject(entry) ?? {};
    const title = asArray(via)
      .map((each) => asObject(each)?.['title'])
      .find((each) => typeof each === 'string');
    return {
      name,
      severity: text(severity),
      title: text(title ?? 'see the advisory'),
      names: [name, ...strings(effects)],
    };
  });
}

function fromPnpm(value: unknown): Vulnerability[] | null {
  const all = asObject(value);
  return all === null
    ? null
    : Object.values(all).map((entry) => {
        const { module_name: name, severity, title } = asObject(entry) ?? {};
        return { name: text(name), severity: text(severity), title: text(title), names: [text(name)] };
      });
}

function fromPip(value: unknown): Vulnerability[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((entry) => {
    const { name, vulns } = asObject(entry) ?? {};
    return asArray(vulns).map((each) => {
      const id = text(asObject(each)?.['id']);
      return { name: text(name), severity: 'high', title: id, names: [text(name)] };
    });
  });
}

function fromCargo(value: unknown): Vulnerability[] | null {
  const list = asObject(value)?.['list'];
  if (!Array.isArray(list)) return null;
  return list.map((entry) => {
    const name = text(asObject(asObject(entry)?.['package'])?.['name']);
    const advisory = asObject(asObject(entry)?.['advisory']);
    return {
      name,
      severity: 'high',
      title: `${text(advisory?.['id'])} ${text(advisory?.['title'])}`,
      names: [name],
    };
  });
}

/** By package; PHP writes an object without entries as a list. */
function fromComposer(value: unknown): Vulnerability[] | null {
  if (Array.isArray(value)) return value.length === 0 ? [] : null;
  const lists = Object.entries(asObject(value) ?? {});
  if (lists.length === 0 || !lists.every(([, list]) => Array.isArray(list))) return null;
  return lists.flatMap(([name, list]) =>
    asArray(list).map((entry) => {
      const { severity, title } = asObject(entry) ?? {};
      return {
        name,
        severity: typeof severity === 'string' ? severity : 'high',
        title: text(title),
        names: [name],
      };
    }),
  );
}

function fromOsv(value: unknown): Vulnerability[] | null {
  if (!Array.isArray(value)) return null;
  const packages = value.flatMap((source) => asArray(asObject(source)?.['packages']));
  return packages.flatMap((entry) => {
    const { package: about, vulnerabilities } = asObject(entry) ?? {};
    const name = text(asObject(about)?.['name']);
    return asArray(vulnerabilities).map((each) => {
      const { id, summary, database_specific: source } = asObject(each) ?? {};
      const severity = asObject(source)?.['severity'];
      return {
        name,
        severity: typeof severity === 'string' ? severity.toLowerCase() : 'high',
        title: `${text(id)} ${typeof summary === 'string' ? summary : ''}`.trim(),
        names: [name],
      };
    });
  });
}

/** Findings name the advisory that was told before them. One may be told for each of the ways that lead to it. */
function fromGo(told: readonly Record<string, unknown>[]): Vulnerability[] {
  const summaries = new Map(
    told.map(({ osv }) => [text(asObject(osv)?.['id']), text(asObject(osv)?.['summary'] ?? '')]),
  );
  const found = told.flatMap(({ finding }): [string, Vulnerability][] => {
    const { osv, trace } = asObject(finding) ?? {};
    const names = asArray(trace).map((frame) => text(asObject(frame)?.['module']));
    const [name] = names;
    const title = `${text(osv)} ${summaries.get(text(osv)) ?? ''}`.trim();
    return name === undefined ? [] : [[`${name} ${title}`, { name, severity: 'high', title, names }]];
  });
  return [...new Map(found).values()];
}

/** Its results name a gem each; a source that is not encrypted is another rule's business. */
function fromBundler(value: unknown): Vulnerability[] | null {
  const results = asArray(value).map((each) => asObject(each) ?? {});
  if (results.length === 0 || !results.every(({ type }) => typeof type === 'string')) return null;
  return results.flatMap(({ gem, advisory }) => {
    const name = asObject(gem)?.['name'];
    const { id, title, criticality } = asObject(advisory) ?? {};
    if (typeof name !== 'string') return [];
    const severity = typeof criticality === 'string' ? criticality : 'high';
    return [{ name, severity, title: `${text(id)} ${text(title)}`, names: [name] }];
  });
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): string[] {
  return asArray(value).filter((each) => typeof each === 'string');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
