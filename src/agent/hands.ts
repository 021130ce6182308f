import type { Workspace } from '../ports.ts';
import { listFiles } from '../files/list-files.ts';

/** What a coder does things with, and what it remembers of what it did. */
export type Hands = {
  workspace: Workspace;
  /** Whether commands may reach the network; where not, the model is told before it tries. */
  network: boolean;
  /** Files that the model has seen in full or in part, or wrote itself. */
  seen: Set<string>;
  /** Failed edits in a row, by file. */
  failedEdits: Map<string, number>;
  /** Files that an edit touched in this stretch; what was already there counts. */
  touched: Set<string>;
  /** A command ran in this stretch; it may have changed files unseen. */
  ranCommand: boolean;
  /** Characters that one result may have: small windows cannot take what large ones can. */
  longestOutput: () => number;
};

export function handsAt(
  workspace: Workspace,
  options: { network: boolean; longestOutput: () => number },
): Hands {
  return {
    workspace,
    ...options,
    seen: new Set(),
    failedEdits: new Map(),
    touched: new Set(),
    ranCommand: false,
  };
}

/** Whether this stretch did anything to the files; a command may have done it unseen. */
export async function hasWorked(hands: Hands, signal: AbortSignal): Promise<boolean> {
  if (hands.touched.size > 0) return true;
  return hands.ranCommand && (await hands.workspace.capture(signal)).files.length > 0;
}

/** After so many failures on one file the model is asked for the whole file, if that is not too long. */
const failuresBeforeWholeFile = 3;
const longestWholeFile = 400;

/** Counts a failed edit and says what to do instead when it keeps failing; undefined while another try is worth it. */
export function countFailedEdit(hands: Hands, path: string, lines: number): 'whole-file' | undefined {
  const count = (hands.failedEdits.get(path) ?? 0) + 1;
  hands.failedEdits.set(path, count);
  return count >= failuresBeforeWholeFile && lines <= longestWholeFile ? 'whole-file' : undefined;
}

export function countGoodEdit(hands: Hands, path: string): void {
  hands.failedEdits.delete(path);
  hands.touched.add(path);
  hands.seen.add(path);
}

export function filesOf(hands: Hands): Promise<string[]> {
  return listFiles(hands.workspace.directory);
}
