import { addedLines, type DiffLine, type FileDiff } from '../domain/read-diff.ts';
import { findHidden, nameCodePoint } from '../domain/untrusted.ts';
import type { Refusal } from '../ports.ts';
import type { Inspected } from './inspect-change.ts';
import { isSource } from './deceptive-text.ts';
import { isBinary } from './is-media.ts';

/** Belongs into prose, where it shows when a line breaks; in code it makes another text of a text. */
const softHyphen = 0xad;
/** Of the controls below it, most stand in sources since ever (form feed, escape) and turn nothing round. */
const firstAfterControls = 0xa0;
/** A line break for a compiler and none for who reads the diff; and what wipes out the letter before it. */
const deceptive = [0x0d, 0x85, 0x08, 0x7f];

/** New characters by which code reads otherwise than it runs: bidirectional marks, zero widths, tags. */
export function findHiddenText({ diffs }: Inspected): Refusal[] {
  return diffs.flatMap((file) => [
    ...inPath(file),
    // Where bytes are no text, another rule says so.
    ...(isBinary(file) ? [] : addedLines(file).flatMap((line) => inLine(file, line))),
  ]);
}

function inPath({ path, oldPath }: FileDiff): Refusal[] {
  const [first] = findHidden(path);
  if (first === undefined || path === oldPath) return [];
  const reason = `the name of this file holds the hidden character ${nameCodePoint(first.codePoint)}; name it without`;
  return [{ code: 'GUARD_HIDDEN_TEXT', path, line: 0, reason }];
}

function inLine(file: FileDiff, line: DiffLine): Refusal[] {
  // A byte order mark belongs at the beginning of a file, nowhere else.
  const [lead, text] = line.newLine === 1 ? [0, line.text] : [1, ` ${line.text}`];
  const first = findHidden(text.replace(/\r$/, '')).find(
    ({ codePoint, index }) =>
      deceptive.includes(codePoint) ||
      (codePoint >= firstAfterControls && (isSource(file.path) || !isTypography(text, index))),
  );
  if (first === undefined) return [];
  const column = first.index - lead + 1;
  const reason = `column ${column} holds the hidden character ${nameCodePoint(first.codePoint)}; write it as an escape or leave it out`;
  return [{ code: 'GUARD_HIDDEN_TEXT', path: file.path, line: line.newLine, reason }];
}

/** A hyphen for the end of a line, or one selector of emoji that stands where none is; two in a row may be a message. */
function isTypography(text: string, index: number): boolean {
  const around = text.slice(Math.max(0, index - 1), index + 2);
  return text.charCodeAt(index) === softHyphen || /^[^\ufe0e\ufe0f]?\ufe0f[^\ufe0e\ufe0f]?$/.test(around);
}
