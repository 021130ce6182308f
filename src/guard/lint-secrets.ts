import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

/** Where a secret stands: `line` counts from 1, `kind` is the word of the rule for it. */
export type SecretPlace = { line: number; start: number; end: number; kind: string };

/** Its filter lets a comment in the text switch the scan off, so a model could. */
const filter = '@secretlint/secretlint-rule-filter-comments';
const descriptors = rules
  .filter(({ meta }) => meta.id !== filter)
  .map((rule) => ({ id: rule.meta.id, rule, options: {} }));

/** Every secret that secretlint sees in a text, whatever the text says about scanning. Offsets are into `text`. */
export async function lintSecrets(text: string): Promise<SecretPlace[]> {
  const { messages } = await lintSource({
    source: { filePath: '/change', content: text, ext: '', contentType: 'text' },
    options: { config: { rules: descriptors }, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.map(({ loc, range, ruleId }) => ({
    line: loc.start.line,
    start: range[0],
    end: range[1],
    kind: kindOf(ruleId),
  }));
}

function kindOf(ruleId: string): string {
  return ruleId.replace(/^@secretlint\/secretlint-rule-/, '').replaceAll('-', ' ');
}
