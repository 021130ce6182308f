import type { Phrase } from './phrase.ts';
import { readPhrase } from './phrase.ts';
import type { RecipeName } from './recipe-order.ts';

export type Pattern = {
  recipe: RecipeName;
  phrase: Phrase;
  /** Whether what its slots hold is of the kind that the recipe is about. */
  accepts: (args: Record<string, string>) => boolean;
};

const kinds =
  'function|method|class|variable|constant|type|interface|enum|symbol|identifier|helper|hook|component';
const places = 'code|codebase|repository|repo|project|everything|sources';

/** What a ticket can say that leaves nothing to decide. */
export const builtInPatterns: readonly Pattern[] = [
  ...patterns('move-file', arePaths, ['rename|move [file|module] {from} to|into|-> {to}']),
  ...patterns('rename-symbol', areIdentifiers, [
    `rename [${kinds}] {from} to|into|as|-> {to} [everywhere]`,
    `rename [${kinds}] {from} to|into|as|-> {to} in|throughout ${places}`,
    `rename {from} ${kinds} to|into|as|-> {to}`,
  ]),
  ...patterns('replace-text', anything, [
    'replace {from:text} with|by {to:text} [everywhere]',
    'replace {from:text} with|by {to:text} in {in}',
    'replace text|string|word|phrase|wording|url|link|label {from} with|by {to} [everywhere]',
    'replace text|string|word|phrase|wording|url|link|label {from} with|by {to} in {in}',
    'change text|string|word|phrase|wording|label {from} to {to} [in {in}]',
  ]),
  ...patterns('fix-typo', anything, [
    'fix|correct typo|misspelling {from:word} ->|to|with|into {to:word} [everywhere]',
    'fix|correct typo|misspelling {from:word} ->|to|with|into {to:word} in {in}',
    'fix|correct typo|misspelling {from:word} should|must be {to:word} [in {in}]',
    'fix|correct typo|misspelling {from:word} in {in} should|must be {to:word}',
    'fix|correct typo|misspelling in {in} {from:word} -> {to:word}',
    'fix|correct spelling of {from:word} to {to:word} [in {in}]',
  ]),
  ...patterns('set-value', isData, [
    'set [key|value|option|setting|field] [of] {key:word} to|= {value:word} in {in}',
    'change|update key|value|option|setting|field [of] {key:word} to {value:word} in {in}',
    'in {in} set {key:word} to {value:word}',
  ]),
  ...patterns('bump-dependency', hasVersion, [
    'bump|upgrade|update [dependency|package] {name:word} to [version] {version:word}',
    'bump|upgrade|update [dependency|package] {name:word} from {old:word} to {version:word}',
  ]),
  ...patterns('add-dependency', isPackage, [
    'add|install [dev] dependency|package {name:word}',
    'add|install dependency|package {name:word} version {version:word}',
    'add {name:word} as dependency',
  ]),
  ...patterns('remove-dependency', isPackage, [
    'remove|uninstall|drop [unused] dependency|package {name:word}',
    'remove|uninstall|drop unused {name:word} dependency|package',
  ]),
  ...patterns('add-file', ({ path = '', template = '' }) => isPath(path) && isPath(template), [
    'add|create [file] {path} from [template] {template}',
    'copy template {template} to {path}',
  ]),
  ...patterns('format', anything, [
    `format ${places}`,
    'format all files|sources',
    `run formatter|prettier [on|over ${places}]`,
    'run formatter|prettier on|over all files|sources',
    `apply formatter [to ${places}]`,
  ]),
  ...patterns('fix-lint', anything, [
    `run eslint --fix [on|over ${places}]`,
    `run lint|linter|linter's fixer|autofix|fix [on|over ${places}]`,
    "apply linter's|lint|eslint fixes|autofixes",
    'fix all [auto] fixable|auto-fixable|autofixable lint errors|warnings|problems|issues',
  ]),
];

function patterns(recipe: RecipeName, accepts: Pattern['accepts'], written: readonly string[]): Pattern[] {
  return written.map((each) => ({ recipe, accepts, phrase: readPhrase(each) }));
}

function anything(): boolean {
  return true;
}

function arePaths({ from = '', to = '' }: Record<string, string>): boolean {
  return isPath(from) && isPath(to);
}

function areIdentifiers({ from = '', to = '' }: Record<string, string>): boolean {
  return [from, to].every((name) => /^[A-Za-z_$][\w$]*(?:\(\))?$/.test(name));
}

function isPath(text: string): boolean {
  return /^[\w@.-]+(?:\/[\w@.-]+)*\/?$/.test(text) && /\/|\.[A-Za-z]\w{0,7}$/.test(text);
}

function isData({ in: file = '' }: Record<string, string>): boolean {
  return /\.(?:jsonc?|ya?ml|toml)$/i.test(file);
}

function isPackage({ name = '', version }: Record<string, string>): boolean {
  return (
    /^(?:@[\w.-]+\/)?[\w.-]+(?:@[\w.^~+-]+)?$/.test(name) && (version === undefined || isVersion(version))
  );
}

function hasVersion(args: Record<string, string>): boolean {
  return isPackage(args) && isVersion(args['version'] ?? '');
}

function isVersion(text: string): boolean {
  return /^[v^~]?\d+(?:\.\d+){0,2}(?:[-+][\w.]+)?$/.test(text);
}
