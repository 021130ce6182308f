import type { Finding, FindingCategory, Severity } from '../domain/review.ts';

export type SarifOptions = {
  /** Of this program. */
  version: string;
  model: string | null;
  /** What the reviewer said as a whole. */
  summary: string;
  /** Why the findings stop nothing; null when they may. */
  advisory: string | null;
};

type Level = 'error' | 'warning' | 'note';

const levels: Record<Severity, Level> = { CRITICAL: 'error', HIGH: 'error', MEDIUM: 'warning', LOW: 'note' };

/** As GitHub's code scanning reads them: over 9.0 critical, over 7.0 high, from 4.0 medium. */
const scores: Record<Severity, string> = { CRITICAL: '9.5', HIGH: '8.0', MEDIUM: '5.5', LOW: '2.0' };

const questions: Record<FindingCategory, string> = {
  security: 'A way to harm the program, its users or their data',
  bugs: 'Wrong behaviour, or a test that no longer finds it',
  performance: 'Time or memory that is wasted',
  style: 'Hard to read, or against the conventions of the code around it',
};

/** Findings as one log in the format SARIF 2.1.0. Pure: what it is made of is what it says. */
export function writeSarif(findings: readonly Finding[], options: SarifOptions): Record<string, unknown> {
  const ids = [...new Set(findings.map(ruleId))];
  const rules = ids.map((id) => describeRule(findings.find((finding) => ruleId(finding) === id)));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ticketmill', version: options.version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: findings.map((finding) => describeResult(finding, ids.indexOf(ruleId(finding)))),
        properties: { model: options.model, summary: options.summary, advisory: options.advisory },
      },
    ],
  };
}

/** One rule for each kind and severity, because readers take the severity from the rule. */
function ruleId({ category, severity }: Finding): string {
  return `${category}/${severity.toLowerCase()}`;
}

function describeRule(example: Finding | undefined): object | undefined {
  if (example === undefined) return undefined;
  const { category, severity } = example;
  return {
    id: ruleId(example),
    name: `${severity} ${category}`,
    shortDescription: { text: questions[category] },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: [category],
      ...(category === 'security' ? { 'security-severity': scores[severity] } : {}),
    },
  };
}

function describeResult(finding: Finding, ruleIndex: number): object {
  const { severity, category, message, suggestion } = finding;
  return {
    ruleId: ruleId(finding),
    ruleIndex,
    level: levels[severity],
    message: { text: suggestion === undefined ? message : `${message}\n\nSuggestion: ${suggestion}` },
    locations: locate(finding),
    properties: { severity, category },
  };
}

/** None for a finding that names no file. A path is data of a model: encoded, it can be nothing but a path. */
function locate({ file, line }: Finding): object[] {
  const segments = file
    .toWellFormed()
    .split('/')
    .filter((segment) => segment !== '');
  if (segments.length === 0) return [];
  const uri = segments.map(encodeURIComponent).join('/');
  const region = line > 0 ? { region: { startLine: line } } : {};
  return [{ physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, ...region } }];
}
