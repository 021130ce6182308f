import { inertKeys } from '../src/config/inert-keys.ts';
import { earlierNames } from '../src/config/earlier-names.ts';
import { secretNames } from '../src/config/secrets.ts';
import type { KeySchema } from '../src/config/written-schema.ts';

/** A key as the page shows it: its path, and the rule for its value. */
type Row = { key: string; rule: KeySchema & { minimum?: number; maximum?: number } };

const opening = `# Configuration

Written by \`npm run schema\` from the schema that the program checks with; change it there.

Settings lie in \`config.json\` in the root: JSON, in which comments and trailing commas are fine. Every key may be left
out. \`ticketmill config print\` shows what is in force and where each value comes from, \`ticketmill config validate\`
names every fault at once. Relative paths start at the root.

Later layers win, key by key:

1. the defaults on this page; \`OLLAMA_HOST\` in place of the default of \`ollama.hosts\`
2. \`config.json\`
3. \`config.<NODE_ENV>.json\` beside it
4. the environment: \`TICKETMILL_OLLAMA__DEFAULT_MODEL=…\` sets \`ollama.defaultModel\`; lists and groups are JSON

An unknown key is a warning with the name that was probably meant. A wrong value ends the start with exit code 2.
`;

/** The page about every key of config.json, as Markdown. */
export function configurationPage(schema: KeySchema): string {
  const sections = Object.entries(schema.properties ?? {}).filter(([name, rule]) => isActed(name, rule));
  return [
    opening,
    ...sections.map(describeSection),
    describeSecrets(),
    describeEarlier(),
    describeInert(),
  ].join('\n');
}

/** Names of all keys that some code reads, dotted, with \`<name>\` for what a person names. */
export function actedKeys(schema: KeySchema): string[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name, rule]) => isActed(name, rule))
    .flatMap(([name, rule]) => rowsOf(name, rule).map(({ key }) => key));
}

function isActed(name: string, rule: KeySchema): boolean {
  return name !== '$schema' && !isInert(name) && rule.type !== undefined;
}

function describeSection([name, rule]: [string, KeySchema]): string {
  const rows = rowsOf(name, rule).map(
    ({ key, rule: below }) =>
      `| \`${key}\` | ${kindOf(below)} | ${defaultOf(below)} | ${cell(below.description ?? '')} |`,
  );
  const head = ['| key | value | default | |', '| --- | --- | --- | --- |'];
  return [`## ${name}`, '', rule.description ?? '', '', ...head, ...rows, ''].join('\n');
}

function rowsOf(key: string, rule: KeySchema): Row[] {
  const below = Object.entries(rule.properties ?? {}).filter(
    ([name, under]) => !isAlias(under) && !isInert(`${key}.${name}`),
  );
  const entry = typeof rule.additionalProperties === 'object' ? rule.additionalProperties : null;
  if (below.length === 0 && entry === null) return [{ key, rule }];
  return [
    ...below.flatMap(([name, under]) => rowsOf(`${key}.${name}`, under)),
    ...(entry === null ? [] : rowsOf(`${key}.<name>`, { description: rule.description ?? '', ...entry })),
  ];
}

function isAlias({ description = '' }: KeySchema): boolean {
  return description.startsWith('Earlier name of ');
}

function isInert(key: string): boolean {
  return inertKeys.some(({ path }) => path.replaceAll('*', '<name>') === key);
}

function kindOf(rule: Row['rule']): string {
  if (rule.enum !== undefined) return rule.enum.map((value) => code(value)).join(', ');
  if (rule.anyOf !== undefined) return rule.anyOf.map(kindOf).join(', ');
  if (rule.type === 'array') return `list of ${kindOf(rule.items ?? {})}`;
  if (rule.type === 'integer' || rule.type === 'number')
    return `${rule.type === 'number' ? 'number' : 'whole number'}${range(rule)}`;
  return { boolean: '`true`, `false`', string: 'text', object: 'group' }[rule.type ?? ''] ?? 'anything';
}

function range({ minimum, maximum }: Row['rule']): string {
  if (minimum === undefined || maximum === undefined) return '';
  return maximum === Number.MAX_SAFE_INTEGER ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}

function defaultOf(rule: KeySchema): string {
  if (rule.default === undefined) return '';
  return Array.isArray(rule.default) && rule.default.length > 1
    ? rule.default.map((value) => code(value)).join(', ')
    : code(rule.default);
}

function code(value: unknown): string {
  return `\`${cell(typeof value === 'string' ? value.replaceAll('\n', '\\n') : JSON.stringify(value))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function describeSecrets(): string {
  const names = secretNames.map((name) => `- \`${name}\``).join('\n');
  return `## Secrets\n\nOnly from the environment, else from \`.env\` in the root, which must be open to nobody else:\n\n${names}\n`;
}

function describeEarlier(): string {
  const rows = earlierNames
    .map(({ earlier, now }) => `- \`${earlier.join('.')}\` is \`${now.join('.')}\``)
    .join('\n');
  return `## Earlier names\n\nA config of the earlier JavaScript ticket-processor loads as it is:\n\n${rows}\n`;
}

function describeInert(): string {
  const reasons = [...new Set(inertKeys.map(({ reason }) => reason))];
  const rows = reasons.map((given) => {
    const keys = inertKeys
      .filter(({ reason }) => reason === given)
      .map(({ path }) => `\`${path.replaceAll('*', '<name>')}\``);
    return `- what ${given}: ${keys.join(', ')}`;
  });
  return `## Accepted without effect\n\nThese are no faults; the program says so when one is set.\n\n${rows.join('\n')}\n`;
}
