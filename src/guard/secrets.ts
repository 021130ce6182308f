import { addedLines, removedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import { isTestFile } from '../domain/test-file.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { findDisguised } from './disguised-tokens.ts';
import { knownSecretFinder, type FindKnown } from './known-secrets.ts';
import { findAssigned, findShapes, isReal, type Trace } from './secret-shapes.ts';

export type SecretsRule = {
  /** In added lines and in names. A refusal tells the kind and the place, never the secret. */
  inChange(change: Inspected): Promise<Refusal[]>;
  /** In what is written about a change: its commit message, its pull request. */
  inTexts(texts: readonly { name: string; text: string }[]): Promise<Refusal[]>;
};

/** `known`: secrets that we hold ourselves. They are recognised in any spelling, others only by their shape. */
export function secretsRule(known: readonly string[]): SecretsRule {
  const findKnown = knownSecretFinder(known);
  return {
    inChange: ({ diffs, files }) => inChange({ diffs, paths: files.map(({ path }) => path) }, findKnown),
    async inTexts(texts) {
      const found = await Promise.all(
        texts.map(async ({ name, text }) => {
          const at = findKnown(text) === null ? (await traces(text, name))[0] : ourSecret;
          return at === undefined ? [] : [refusal(at.kind, name, 0)];
        }),
      );
      return found.flat();
    },
  };
}

type Added = { diffs: readonly FileDiff[]; paths: readonly string[] };

async function inChange({ diffs, paths }: Added, findKnown: FindKnown): Promise<Refusal[]> {
  const before = new Set(diffs.flatMap((file) => removedLines(file).map((line) => line.text.trim())));
  const byShape = await Promise.all(diffs.map((file) => inFile(file, before)));
  return [...findOurs(diffs, findKnown), ...inNames(paths, findKnown), ...byShape.flat()];
}

/** The names are one text too: a secret may be spread over them. */
function inNames(paths: readonly string[], findKnown: FindKnown): Refusal[] {
  const names = paths.join('\n');
  const kind = findKnown(names) === null ? findShapes(names)[0]?.kind : ourSecret.kind;
  return kind === undefined ? [] : [refusal(kind, '(the name of a file)', 0)];
}

const ourSecret = { kind: 'a secret of this installation' };

/** Pieces of one secret may be spread over files, so all that is added is one text here. */
function findOurs(diffs: readonly FileDiff[], findKnown: FindKnown): Refusal[] {
  const lines = diffs.flatMap((file) => addedLines(file).map((line) => ({ file, line })));
  const at = findKnown(lines.map(({ line }) => line.text).join('\n'));
  if (at === null) return [];
  let end = 0;
  const place = lines.find(({ line }) => (end += line.text.length + 1) > at);
  return place === undefined ? [] : [refusal(ourSecret.kind, place.file.path, place.line.newLine)];
}

/** What only moved was there before, and is nothing that this change gave away. */
async function inFile(file: FileDiff, before: ReadonlySet<string>): Promise<Refusal[]> {
  const lines = addedLines(file);
  const text = lines.map((line) => line.text).join('\n');
  const found = await traces(text, file.path);
  const places = found.map(({ start, kind }) => ({ kind, line: lineAt(lines, start) }));
  const seen = new Set<number>();
  const refusals = places.flatMap(({ kind, line }) => {
    if (line === undefined || seen.has(line.newLine) || before.has(line.text.trim())) return [];
    seen.add(line.newLine);
    return [refusal(kind, file.path, line.newLine)];
  });
  return refusals.sort((a, b) => a.line - b.line);
}

/** Those that say whose secret it is first. */
async function traces(text: string, path: string): Promise<Trace[]> {
  const isSettings =
    /(?:^|\/)(?:\.env[\w.-]*|(?:Docker|Container)file[\w.-]*|[\w.-]+\.(?:env|ini|properties|conf|cfg|toml|ya?ml|tfvars))$/i.test(
      path,
    );
  const { lintSecrets } = await import('./lint-secrets.ts');
  const linted = (await lintSecrets(text)).filter((trace) => isCredential(text, trace));
  const assigned = findAssigned(text, { isSettings, isTest: isTestFile(path) });
  return [...findShapes(text), ...linted, ...assigned, ...findDisguised(text)];
}

/** A URL with a password counts where the password could be one; documents and tests are full of `user:pass@localhost`. */
function isCredential(text: string, { start, end }: Trace): boolean {
  const seen = text.slice(start, end);
  const password = /:\/\/[^:/?#\s]{0,200}:([^@\s]{1,200})@/.exec(seen)?.[1];
  if (password === undefined) return isReal(seen);
  const host = /@([^/:?#\s"']{1,200})/.exec(seen)?.[1] ?? '';
  return (
    isReal(password) && password.length >= 8 && !nobodys.test(host) && !/^[\W_]|[{}<>$%*]/.test(password)
  );
}

/** This machine, and names that are kept free for examples. */
const nobodys =
  /^(?:127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[|(?:[\w-]+\.)*(?:localhost|example(?:\.(?:com|net|org))?|test|invalid|local))$/i;

function lineAt(lines: readonly DiffLine[], offset: number): DiffLine | undefined {
  let end = 0;
  return lines.find((line) => (end += line.text.length + 1) > offset);
}

function refusal(kind: string, path: string, line: number): Refusal {
  const reason = `this holds what looks like ${kind}; take it out and read it from the environment`;
  return { code: 'GUARD_SECRET', path, line, reason };
}
