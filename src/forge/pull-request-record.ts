import { Failure } from '../domain/failure.ts';
import type { PullRequest } from '../domain/forge.ts';
import { findingCategories, severities, type Finding } from '../domain/review.ts';

/** A pull request as a file: what every forge tells of it, and what a forge's page would show. */
export type PullRequestRecord = PullRequest & {
  version: 1;
  body: string;
  draft: boolean;
  findings: Finding[];
  /** ISO dates. */
  createdAt: string;
  updatedAt: string;
  /** The commit by which the base branch got the change; null until it is merged. */
  mergeCommit: string | null;
};

export function writeRecord(record: PullRequestRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** `file` only names the file in the failure: what cannot be read is never guessed at, and never written over. */
export function readRecord(text: string, file: string): PullRequestRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure('STATE_UNREADABLE', `${file} is no JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!isObject(value)) throw new Failure('STATE_UNREADABLE', `${file} does not hold an object.`);
  if (Number(value['version']) > 1) {
    throw new Failure(
      'STATE_NEWER',
      `${file} has version ${String(value['version'])}; this ticketmill reads 1.`,
    );
  }
  const wrong = Object.entries(fields).find(([name, fits]) => !fits(value[name]));
  if (wrong === undefined) return value as PullRequestRecord;
  const found = (JSON.stringify(value[wrong[0]]) as string | undefined)?.slice(0, 80) ?? 'nothing';
  throw new Failure('STATE_UNREADABLE', `${file}: "${wrong[0]}" is no valid value: ${found}.`);
}

const isText = (value: unknown) => typeof value === 'string';

const fields: Record<keyof PullRequestRecord, (value: unknown) => boolean> = {
  version: (value) => value === 1,
  number: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  url: isText,
  state: (value) => value === 'open' || value === 'merged' || value === 'closed',
  branch: isText,
  base: isText,
  title: isText,
  head: isText,
  body: isText,
  draft: (value) => typeof value === 'boolean',
  findings: (value) => Array.isArray(value) && value.every(isFinding),
  createdAt: isText,
  updatedAt: isText,
  mergeCommit: (value) => value === null || isText(value),
};

function isFinding(value: unknown): boolean {
  return (
    isObject(value) &&
    severities.some((severity) => severity === value['severity']) &&
    findingCategories.some((category) => category === value['category']) &&
    isText(value['file']) &&
    Number.isSafeInteger(value['line']) &&
    isText(value['message'])
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
