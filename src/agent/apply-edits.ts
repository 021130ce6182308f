import type { Edit } from './edit.ts';
import type { ParsedReply } from './edit-blocks.ts';
import { parseEdits } from './edit-blocks.ts';
import { changeFile } from './change-file.ts';
import type { BlockResult } from './edit-report.ts';
import { reportEdits } from './edit-report.ts';
import { listFiles } from '../files/list-files.ts';
import { checkPath } from '../files/safe-path.ts';
import { readInside } from '../files/inside.ts';

export type AppliedEdits = {
  /** The files that now read as asked, each once; a note where something was forgiven. */
  applied: { path: string; note?: string }[];
  /** One entry for each block that was not applied; the path is empty where none was given. */
  failed: { path: string; reason: string }[];
  /** What was done and what was not, in words for the model. */
  report: string;
};

export type EditTarget = {
  /** The root of the change; nothing outside it is read or written. */
  directory: string;
  /** Paths that exist in it, as far as known: they resolve names and suggest others. */
  files?: string[];
};

/** Reads a model's reply and applies its edits to a directory. A reply without any edit is reported as failed. */
export async function applyReply(
  reply: string,
  target: EditTarget & { truncated?: boolean },
): Promise<AppliedEdits> {
  const files = target.files ?? (await listFiles(target.directory));
  const parsed = parseEdits(reply, { files, truncated: target.truncated === true });
  if (parsed.edits.length + parsed.malformed.length === 0) {
    const reason = 'the reply holds no edit';
    return { applied: [], failed: [{ path: '', reason }], report: `No change was made: ${reason}.` };
  }
  return applyEdits(parsed, { directory: target.directory, files });
}

/**
 * Applies edits file by file: each file is written whole or not at all, good blocks stay when others fail. Throws only
 * when the disk is broken or full.
 */
export async function applyEdits(parsed: ParsedReply, target: EditTarget): Promise<AppliedEdits> {
  const results: BlockResult[] = parsed.malformed.map(({ path, at, reason }) => ({ path, at, reason }));
  const byFile = new Map<string, Edit[]>();
  for (const edit of parsed.edits) {
    const checked = await placeOf(edit, target.directory);
    if (typeof checked !== 'string') results.push({ path: edit.path, at: edit.at, reason: checked.reason });
    else byFile.set(checked, [...(byFile.get(checked) ?? []), { ...edit, path: checked }]);
  }
  for (const [path, edits] of byFile) results.push(...(await changeFile(edits, { ...target, path })));
  return summarise(results);
}

/** The safe path of an edit, or why it has none. A rewritten file whose folder was left out is recognised by its lines. */
async function placeOf(edit: Edit, directory: string): Promise<string | { reason: string }> {
  const checked = checkPath(edit.path);
  if (!checked.ok) return checked;
  if (edit.kind !== 'write' || edit.perhaps === undefined) return checked.path;
  const other = await readInside(directory, edit.perhaps);
  const isAbsent = (await readInside(directory, checked.path)).kind === 'absent';
  return isAbsent && other.kind === 'text' && sharesLines(edit.content, other.text)
    ? edit.perhaps
    : checked.path;
}

function sharesLines(a: string, b: string): boolean {
  const [left, right] = [a, b].map(
    (text) =>
      new Set(
        text
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
      ),
  );
  if (left === undefined || right === undefined) return false;
  const shared = [...left].filter((line) => right.has(line)).length;
  return shared > 0 && shared * 2 >= Math.min(left.size, right.size);
}

function summarise(results: BlockResult[]): AppliedEdits {
  const inOrder = [...results].sort((a, b) => a.at - b.at);
  const applied = new Map<string, { path: string; note?: string }>();
  for (const { path, reason, note } of inOrder) {
    if (reason === undefined)
      applied.set(path, { ...applied.get(path), path, ...(note !== undefined && { note }) });
  }
  const failed = inOrder.flatMap(({ path, reason }) => (reason === undefined ? [] : [{ path, reason }]));
  return { applied: [...applied.values()], failed, report: reportEdits(inOrder) };
}
