import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Trace } from './secret-shapes.ts';

// It keeps a mark of every rule and text for ever, and a daemon looks at many.
secretLintProfiler.setEnabled(false);

/** A comment in the text must not switch the scan off, and private keys are looked at by ourselves. */
const leftOut = ['filter-comments', 'privatekey'].map((name) => `@secretlint/secretlint-rule-${name}`);
const descriptors = rules
  .filter(({ meta }) => !leftOut.includes(meta.id))
  .map((rule) => ({ id: rule.meta.id, rule, options: {} }));

/** Every secret that secretlint sees in a text, whatever the text says about scanning. */
export async function lintSecrets(text: string): Promise<Trace[]> {
  const { messages } = await lintSource({
    source: { filePath: '/change', content: text, ext: '', contentType: 'text' },
    options: { config: { rules: descriptors }, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.map(({ range, ruleId }) => ({ start: range[0], end: range[1], kind: kindOf(ruleId) }));
}

function kindOf(ruleId: string): string {
  const name = ruleId.replace(/^@secretlint\/secretlint-rule-/, '').replaceAll('-', ' ');
  if (name === 'basicauth') return 'a password in an address';
  return name === 'database connection string' ? 'a password in a database address' : `a secret of ${name}`;
}
