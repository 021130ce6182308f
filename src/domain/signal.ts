import type { ForgeIssue } from './forge.ts';

export const forgeCommands = ['retry', 'cancel', 'approve'] as const;
export type ForgeCommand = (typeof forgeCommands)[number];

/**
 * What a forge tells of by itself. A hint, but for an issue's text: that is as it was when the label was given. `repo`:
 * of which configured repository; absent: of the root's own.
 */
export type Signal = { repo?: string } & (
  | { type: 'ping' }
  | { type: 'issue-labelled'; issue: ForgeIssue; sender: string }
  | { type: 'issue-closed'; number: number }
  /** Said in a comment, by whoever `sender` is. */
  | { type: 'command'; command: ForgeCommand; number: number; sender: string }
  | { type: 'pull-request'; number: number }
  /** Checks of a commit ended. */
  | { type: 'commit'; sha: string }
);
