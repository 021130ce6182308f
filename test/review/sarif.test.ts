import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { findingCategories, severities, type Finding } from '../../src/domain/review.ts';
import { writeSarif } from '../../src/review/sarif.ts';

const require = createRequire(import.meta.url);
const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
const ajv = new Ajv.default({ strict: false, unicodeRegExp: false, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(schema);

const options = { version: '1.2.3', model: 'ollama/judge', summary: 'Read.', advisory: null };
const finding: Finding = {
  severity: 'HIGH',
  category: 'security',
  file: 'src/a b/ü#1.ts',
  line: 7,
  message: 'A hole.',
  suggestion: 'Close it.',
};
type Log = {
  runs: [{ tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }];
};
const write = (findings: Finding[]) => writeSarif(findings, options) as unknown as Log;

describe('a SARIF log', () => {
  const findings = fc.array(
    fc.record(
      {
        severity: fc.constantFrom(...severities),
        category: fc.constantFrom(...findingCategories),
        file: fc.string({ unit: 'binary' }),
        line: fc.nat(1_000_000),
        message: fc.string({ unit: 'binary', minLength: 1 }),
        suggestion: fc.string({ unit: 'binary', minLength: 1 }),
      },
      { requiredKeys: ['severity', 'category', 'file', 'line', 'message'] },
    ),
    { maxLength: 5 },
  );

  it('is valid against the schema of 2.1.0, whatever a model found', () => {
    fc.assert(
      fc.property(findings, (drawn) => {
        const log: unknown = JSON.parse(JSON.stringify(write(drawn)));
        isValid(log);
        expect(isValid.errors ?? []).toEqual([]);
      }),
    );
  });

  it('is not valid by accident: the validator refuses what is none', () => {
    const log = structuredClone(write([finding]));
    delete log.runs[0].results[0]?.['message'];
    expect(isValid(log)).toBe(false);
    expect(isValid({ ...write([]), version: '2.0.0' })).toBe(false);
  });

  it('says what, how grave and where', () => {
    const [run] = write([finding]).runs;
    expect(run.results).toEqual([
      {
        ruleId: 'security/high',
        ruleIndex: 0,
        level: 'error',
        message: { text: 'A hole.\n\nSuggestion: Close it.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'src/a%20b/%C3%BC%231.ts', uriBaseId: '%SRCROOT%' },
              region: { startLine: 7 },
            },
          },
        ],
        properties: { severity: 'HIGH', category: 'security' },
      },
    ]);
    expect(run.tool.driver.rules).toMatchObject([
      { id: 'security/high', properties: { 'security-severity': '8.0' } },
    ]);
  });

  it('has one rule for each kind and severity that occurs', () => {
    const low: Finding = { severity: 'LOW', category: 'style', file: 'x', line: 0, message: 'm' };
    const [run] = write([finding, low, low]).runs;
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['security/high', 'style/low']);
    expect(run.results.map((result) => [result['ruleIndex'], result['level']])).toEqual([
      [0, 'error'],
      [1, 'note'],
      [1, 'note'],
    ]);
  });

  it('names no line for a whole file, and no place for no file', () => {
    const [run] = write([
      { ...finding, line: 0 },
      { ...finding, file: '' },
    ]).runs;
    expect(JSON.stringify(run.results[0])).not.toContain('region');
    expect(run.results[1]?.['locations']).toEqual([]);
  });

  it.each(['../../etc/passwd', 'javascript:alert(1)', 'https://evil.example/x', '%2e%2e/x'])(
    'holds a path that is no address: %s',
    (file) => {
      const text = JSON.stringify(write([{ ...finding, file }]).runs[0].results);
      expect(text).not.toMatch(/"uri":"(?:javascript:|https:|\/)/);
    },
  );
});
