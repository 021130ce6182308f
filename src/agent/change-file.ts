import { alignLines } from './align-lines.ts';
import type { Edit, Hunk } from './edit.ts';
import type { BlockResult } from './edit-report.ts';
import { findNewElision } from './elision.ts';
import { replaceHunks } from './match-edit.ts';
import { nearestPaths } from './nearest-region.ts';
import { checkPath } from '../files/safe-path.ts';
import { applyOps, blockLines, joinFile, splitFile } from './text-lines.ts';
import { deleteInside, moveInside, readInside, writeInside } from '../files/inside.ts';

export type FileTarget = { directory: string; path: string; files?: string[] };

/** A file between two edits: `text` is undefined while it does not exist. */
type State = { text: string | undefined; results: BlockResult[] };

type EditOf<K extends Edit['kind']> = Extract<Edit, { kind: K }>;

/** Applies the edits of one file in their order and writes the file once. */
export async function changeFile(edits: Edit[], target: FileTarget): Promise<BlockResult[]> {
  const read = await readInside(target.directory, target.path);
  if (read.kind === 'refused') return edits.map((edit) => failed(edit, read.reason));
  const before = read.kind === 'text' ? read.text : undefined;
  const { text, results } = changeText(before, edits, target);
  if (text !== undefined && text !== before) {
    const mode = read.kind === 'text' ? { mode: read.mode } : {};
    const refusal = await writeInside(target.directory, target.path, { text, ...mode });
    if (refusal !== undefined) return edits.map((edit) => failed(edit, refusal));
  }
  return moveOrRemove(edits, target, results);
}

async function moveOrRemove(
  edits: Edit[],
  target: FileTarget,
  results: BlockResult[],
): Promise<BlockResult[]> {
  let all = results;
  for (const edit of edits) {
    if (edit.kind === 'delete') all = [...all, await remove(edit, target)];
    if (edit.kind !== 'move') continue;
    const moved = await moveTo(edit, target, all);
    const now = moved.reason === undefined ? all.map((each) => ({ ...each, path: moved.path })) : all;
    all = [...now, moved];
  }
  return all;
}

function changeText(before: string | undefined, edits: Edit[], target: FileTarget): State {
  const state: State = { text: before, results: [] };
  for (let index = 0; index < edits.length;) {
    const edit = edits[index];
    if (edit?.kind === 'replace') {
      const batch = edits.slice(index, endOfBatch(edits, index)).filter((each) => each.kind === 'replace');
      replaceIn(state, batch, target);
      index += batch.length;
    } else {
      if (edit?.kind === 'write') rewrite(state, edit);
      index += 1;
    }
  }
  return state;
}

function endOfBatch(edits: Edit[], from: number): number {
  const length = edits.slice(from).findIndex((edit) => edit.kind !== 'replace');
  return length < 0 ? edits.length : from + length;
}

function replaceIn(state: State, batch: EditOf<'replace'>[], target: FileTarget): void {
  // There is nothing to find in a file that does not exist until a block with an empty search creates it.
  const created = state.text === undefined ? batch.findIndex(isCreation) : 0;
  const usable = created < 0 ? [] : batch.slice(created);
  const useless = batch.slice(0, batch.length - usable.length);
  state.results.push(...useless.map((edit) => failed(edit, missingFile(target))));
  if (usable.length === 0) return;
  const { text, results } = replaceHunks(state.text ?? '', usable);
  for (const [index, edit] of usable.entries()) {
    const result = results[index];
    if (result?.status === 'failed') state.results.push(failed(edit, result.reason));
    else state.results.push(done(edit, result?.status === 'applied' ? result.note : 'already there'));
  }
  state.text = text;
}

function isCreation(hunk: Hunk): boolean {
  return hunk.search.trim() === '' && hunk.insertOnly !== true;
}

function rewrite(state: State, edit: EditOf<'write'>): void {
  const old = state.text;
  const oldLines = old === undefined ? [] : splitFile(old).lines.map((line) => line.text);
  const named = edit.nameLine !== undefined && oldLines[0]?.trim() === edit.nameLine.trim();
  const content = named ? `${edit.nameLine ?? ''}\n${edit.content}` : edit.content;
  const fresh = blockLines(content);
  const elision = findNewElision(fresh, oldLines);
  if (elision) {
    state.results.push(
      failed(
        edit,
        `line ${elision.line}, \`${elision.text}\`, stands for code that was left out: give the whole file, or SEARCH/REPLACE blocks`,
      ),
    );
  } else if (edit.mayBeExcerpt === true && looksLikeExcerpt(oldLines, fresh)) {
    state.results.push(
      failed(
        edit,
        'it looks like an excerpt of the file: put the name alone on the line above the fence to replace the whole file, or use SEARCH/REPLACE blocks',
      ),
    );
  } else {
    state.text = old === undefined || old === '' ? content : mergeLines(old, oldLines, fresh);
    state.results.push(done(edit, state.text === old ? 'already there' : undefined));
  }
}

/** Much shorter than the file, or with too few of its lines. */
function looksLikeExcerpt(oldLines: string[], fresh: string[]): boolean {
  if (oldLines.length <= 3) return false;
  const now = new Set(fresh.map((line) => line.trim()));
  const kept = oldLines.filter((line) => now.has(line.trim())).length;
  return fresh.length < oldLines.length * 0.6 || kept < oldLines.length * 0.3;
}

/** Lines that stay keep their bytes; new ones end as the file's lines do. */
function mergeLines(old: string, oldLines: string[], fresh: string[]): string {
  const file = splitFile(old);
  const op = { start: 0, length: oldLines.length, lines: fresh, kept: alignLines(oldLines, fresh) };
  return joinFile(applyOps(file, [op]));
}

async function remove(edit: Edit, { directory, path }: FileTarget): Promise<BlockResult> {
  const refusal = await deleteInside(directory, path);
  return refusal === undefined ? done(edit) : failed(edit, refusal);
}

async function moveTo(
  edit: EditOf<'move'>,
  { directory, path }: FileTarget,
  earlier: BlockResult[],
): Promise<BlockResult> {
  const to = checkPath(edit.to);
  if (!to.ok) return { ...failed(edit, to.reason), path: edit.to };
  if (earlier.some((each) => each.reason !== undefined))
    return failed(edit, 'it was not moved, since a block before failed');
  const refusal = await moveInside(directory, path, to.path);
  return refusal === undefined ? { ...done(edit), path: to.path } : failed(edit, refusal);
}

function missingFile({ path, files = [] }: FileTarget): string {
  const near = nearestPaths(path, files);
  return near.length === 0
    ? 'there is no such file'
    : `there is no such file; did you mean ${near.join(' or ')}?`;
}

function failed({ path, at }: Edit, reason: string): BlockResult {
  return { path, at, reason };
}

function done({ path, at }: Edit, note?: string): BlockResult {
  return note === undefined ? { path, at } : { path, at, note };
}
