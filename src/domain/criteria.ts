import type { CheckResult } from './change.ts';
import { readDiff } from './read-diff.ts';
import type { FileDiff } from './read-diff.ts';
import { isTestFile } from './test-file.ts';

/** An acceptance criterion, and what shows that it is met; null: neither a check nor the diff shows it. */
export type JudgedCriterion = { text: string; evidence: string | null };

/** What a made change can be judged by; nobody's word is among it. */
export type Proof = { diff: string; checks: readonly CheckResult[] };

/**
 * Looks for evidence for each criterion: a check that it is about and that is green, a test added for all names of code
 * in it, or a file it names that the change brings or puts those names into. It is ticked for that and for nothing else.
 */
export function judgeCriteria(criteria: readonly string[], { diff, checks }: Proof): JudgedCriterion[] {
  if (criteria.length === 0) return [];
  const files = readDiff(diff);
  return criteria.map((text) => ({
    text,
    evidence: shownByCheck(text, checks) ?? shownByTest(text, files, checks) ?? shownByFile(text, files),
  }));
}

/** Numbers, from 1, of those that something shows. */
export function metCriteria(judged: readonly JudgedCriterion[]): number[] {
  return judged.flatMap(({ evidence }, index) => (evidence === null ? [] : [index + 1]));
}

const passing =
  /\b(?:pass(?:es|ed|ing)?|green|succeeds?|clean|without (?:errors?|warnings?|failures?)|exits? (?:with )?0)\b/i;

function shownByCheck(text: string, checks: readonly CheckResult[]): string | null {
  if (!passing.test(text)) return null;
  const words = new Set((text.toLowerCase().match(/[a-z]{3,}/g) ?? []).map(singular));
  const meant = checks.filter(({ name }) =>
    (name.toLowerCase().match(/[a-z]{3,}/g) ?? []).some((word) => words.has(singular(word))),
  );
  if (meant.length === 0 || !meant.every(isGreen)) return null;
  return meant.map(({ name, outcome }) => `check ${name} ${outcome}`).join(', ');
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}

function isGreen({ outcome }: CheckResult): boolean {
  return outcome === 'passed' || outcome === 'mended';
}

function shownByTest(
  text: string,
  files: readonly FileDiff[],
  checks: readonly CheckResult[],
): string | null {
  const names = namesOf(text);
  const check = checks.find((each) => /test|spec/i.test(each.name) && isGreen(each));
  if (names.length === 0 || check === undefined) return null;
  for (const file of files.filter(({ path }) => isTestFile(path))) {
    const line = addedWith(file, names);
    if (line !== null) return `${file.path}:${line}, check ${check.name} ${check.outcome}`;
  }
  return null;
}

function shownByFile(text: string, files: readonly FileDiff[]): string | null {
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (!mentions(text, file.path) && !(name.includes('.') && mentions(text, name))) continue;
    const names = namesOf(text).filter((each) => each !== name && !file.path.endsWith(each));
    if (names.length === 0 && file.oldPath === null) return `${file.path} is new`;
    const line = names.length === 0 ? null : addedWith(file, names);
    if (line !== null) return `${file.path}:${line}`;
  }
  return null;
}

/** What a criterion says in backticks. */
function namesOf(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]{3,120})`/g)].map(([, name = '']) => name);
  return quoted.map((name) => name.replace(/\(.*\)$/, '').trim()).filter((name) => name.length > 2);
}

/** The line of the first of the names, where the file gains lines with all of them. */
function addedWith({ hunks }: FileDiff, names: readonly string[]): number | null {
  const added = hunks.flatMap(({ lines }) => lines).filter(({ kind }) => kind === 'added');
  const places = names.map((name) => added.find(({ text }) => mentions(text, name))?.newLine);
  return places.includes(undefined) ? null : (places[0] ?? null);
}

/** Whether a text holds a name that does not go on at either side. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isWhole = !/[\w/]/.test(text.charAt(at - 1)) && !/\w/.test(text.charAt(at + name.length));
    if (isWhole) return true;
  }
  return false;
}
