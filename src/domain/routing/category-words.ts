import type { Category } from './classification.ts';

/** What a `type:` or a label says by its very name. */
export function categoryByName(name: string): Category | null {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^(?:kind|type|area|category)[:/ ]\s{0,3}/, '')
    .replace(/[_ ]/g, '-');
  return Object.hasOwn(names, bare) ? (names[bare] ?? null) : null;
}

/** What a title says by the word it begins with, as in `fix: …` or `Refactor …`. */
export function categoryByTitle(title: string): Category | null {
  return titles.find(([pattern]) => pattern.test(title.trim()))?.[1] ?? null;
}

/** The category whose words stand out in a text; null when none does, or two do. */
export function categoryByWords(text: string): Category | null {
  const counts = words
    .map(([category, pattern]) => [category, distinct(text, pattern)] as const)
    .toSorted(([, a], [, b]) => b - a);
  const [[best, most] = ['general', 0] as const, [, second] = ['general', 0] as const] = counts;
  return most >= 2 && most >= second * 1.5 ? best : null;
}

function distinct(text: string, pattern: RegExp): number {
  return new Set((text.match(pattern) ?? []).map((word) => word.toLowerCase())).size;
}

const names: Record<string, Category> = {
  ...named('debugging', ['bug', 'bugfix', 'fix', 'hotfix', 'defect', 'regression', 'crash', 'error']),
  ...named('testing', ['test', 'tests', 'testing', 'coverage', 'qa', 'flaky']),
  ...named('documentation', ['doc', 'docs', 'documentation', 'readme', 'typo']),
  ...named('refactoring', ['refactor', 'refactoring', 'cleanup', 'clean-up', 'tech-debt', 'technical-debt']),
  ...named('code-review', ['review', 'code-review', 'audit']),
  ...named('coding', ['feature', 'feat', 'enhancement', 'feature-request', 'improvement']),
};

function named(category: Category, all: readonly string[]): Record<string, Category> {
  return Object.fromEntries(all.map((name) => [name, category]));
}

/** The first that fits counts: "add tests" is testing although it begins like a feature. */
const titles: readonly [RegExp, Category][] = [
  [/^(?:review|audit)\b/i, 'code-review'],
  [
    /^(?:tests?(?:\([^)]{0,40}\))?!?:|test\b|cover\b|(?:add|write|extend|improve) (?:\w+ ){0,3}tests?\b)/i,
    'testing',
  ],
  [
    /^(?:docs?(?:\([^)]{0,40}\))?!?:|document\b|describe\b)|\b(?:readme|changelog|documentation|docstrings?|jsdoc|typos?)\b/i,
    'documentation',
  ],
  [
    /^(?:(?:bug)?fix(?:\([^)]{0,40}\))?!?:|(?:bug ?)?fix(?:es)?\b|hotfix\b|debug\b|resolve\b|investigate\b|repair\b)/i,
    'debugging',
  ],
  [
    /^(?:refactor(?:\([^)]{0,40}\))?!?:|refactor\b|rename\b|extract\b|simplify\b|clean ?up\b|move\b|inline\b|split\b|restructure\b|de-?duplicate\b|consolidate\b)/i,
    'refactoring',
  ],
  [
    /^(?:feat(?:\([^)]{0,40}\))?!?:|add\b|implement\b|create\b|support\b|build\b|introduce\b|allow\b|enable\b|integrate\b)/i,
    'coding',
  ],
];

const words: readonly [Category, RegExp][] = [
  [
    'debugging',
    /\b(?:bugs?|crash(?:es|ed)?|errors?|exceptions?|broken|fails|failing|failure|wrong|incorrect|regression|stack ?trace|leaks?|deadlock|unexpected(?:ly)?)\b/gi,
  ],
  [
    'testing',
    /\b(?:tests?|tested|coverage|specs?|mocks?|fixtures?|assertions?|e2e|flaky|jest|vitest|pytest)\b/gi,
  ],
  [
    'documentation',
    /\b(?:docs?|documentation|readme|guide|tutorial|docstrings?|comments?|wording|examples?|spelling|typos?)\b/gi,
  ],
  [
    'refactoring',
    /\b(?:refactor(?:ing)?|clean ?up|duplicat(?:e|ed|ion)|extract(?:ed)?|simplif(?:y|ied)|restructure|readab(?:le|ility)|coupling|unused|dead code)\b/gi,
  ],
  [
    'code-review',
    /\b(?:review(?:ed|er|s)?|audit(?:ed)?|findings?|vulnerabilit(?:y|ies)|assess(?:ment)?)\b/gi,
  ],
  [
    'coding',
    /\b(?:implement(?:s|ed)?|feature|endpoint|new (?:command|option|page|field|api)|support(?:s|ed)? for|integrat(?:e|ion)|users? (?:can|should|want))\b/gi,
  ],
];
