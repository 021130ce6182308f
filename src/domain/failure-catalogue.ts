import { forgeFailures } from './forge-failures.ts';
import { gateFailures } from './gate-failures.ts';
import { modelFailures } from './model-failures.ts';
import { queueFailures } from './queue-failures.ts';

/**
 * Every failure a user can meet: its code, who can mend it, what happened and what to do.
 * `error.json`, the command line, the log and the troubleshooting guide all speak from this one table.
 */

/** transient: unchanged retry may help · model: another model may · ticket: a person must edit it · policy: a gate refused. */
export type ErrorType = 'transient' | 'model' | 'ticket' | 'policy' | 'environment' | 'internal';

export type FailureEntry = {
  errorType: ErrorType;
  /** Infrastructure: the ticket goes back to `todo` and no attempt is spent. */
  infrastructure?: true;
  /** What a command ends with when this ends it: 2 bad usage, 3 something needed is not available; else 1. */
  exitCode?: 1 | 2 | 3;
  /** What a person can do about it. */
  hint: string;
};

export const failureCatalogue = {
  ...modelFailures,
  // The change
  NO_CHANGES: {
    errorType: 'model',
    hint: 'The model changed nothing. Say more exactly what should change, or use a stronger model.',
  },
  RECIPE_DECLINED: {
    errorType: 'model',
    hint: 'The ticket looked mechanical and was not, so it is a matter for a model. `ticketmill explain ID` shows why.',
  },
  CHECKS_BROKEN: {
    errorType: 'model',
    hint: 'A check that passed before the change fails after it. Read the output; a stronger model may do better.',
  },
  CHECKS_STILL_RED: {
    errorType: 'environment',
    hint: 'The check already failed before the change. Look at the diff, then `ticketmill approve ID` or mend the base.',
  },
  // The gates
  ...gateFailures,
  REVIEW_BLOCKED: {
    errorType: 'policy',
    hint: 'The reviewer found serious problems that were not mended. Read the findings; edit the ticket or the code.',
  },
  REVIEW_FAILED: {
    errorType: 'model',
    hint: 'The reviewer gave no valid verdict, and no verdict is no approval. Set another `codeReview.model`.',
  },
  REJECTED: { errorType: 'policy', hint: 'A person rejected the change. Edit the ticket and retry it.' },
  BUDGET_EXCEEDED: {
    errorType: 'policy',
    hint: 'The ticket has used up its budget. Raise `budget` in the ticket or the config, then retry it.',
  },
  // The ticket
  TICKET_INVALID: { errorType: 'ticket', hint: 'Correct the file as the message says and save it again.' },
  TICKET_MODEL_UNKNOWN: {
    errorType: 'ticket',
    hint: 'The ticket names a model that is not configured. Add it to `ollama.availableModels` or change the ticket.',
  },
  TICKET_AGENT_UNKNOWN: {
    errorType: 'ticket',
    hint: 'The ticket names an agent that there is none of. Change it, or add the agent to `agents` of the config.',
  },
  TICKET_CHECK_UNKNOWN: {
    errorType: 'ticket',
    hint: 'The ticket names a check that the config does not have. Add it to `checks` or change the ticket.',
  },
  TICKET_REPOSITORY_UNKNOWN: {
    errorType: 'ticket',
    hint: 'The ticket names a repository that the config does not have. Add it to `repositories` or change the ticket.',
  },
  CANCELLED: {
    errorType: 'ticket',
    hint: 'The ticket was cancelled. Move it back to the todo folder to run it again.',
  },
  // The surroundings
  GIT_FAILED: {
    errorType: 'environment',
    hint: 'A git command failed. The message is its own; mend it and retry.',
  },
  GIT_NOT_FOUND: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Install git 2.38 or newer, and see to it that PATH leads there.',
  },
  GIT_LOCKED: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Another git process holds a lock of the repository. If none runs, remove the named file; the ticket is taken again by itself.',
  },
  GIT_BASE_MISSING: {
    errorType: 'environment',
    hint: 'Name one that exists in `base` of the ticket, or behind --base; or leave it out.',
  },
  GIT_NO_BASE: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Commit something there, and push it where there is a remote; or set `git.baseBranch` to a branch that has a commit.',
  },
  GIT_REMOTE_UNREACHABLE: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The git remote did not answer. Check the network and the remote; the ticket is taken again by itself.',
  },
  PUSH_REJECTED: {
    errorType: 'environment',
    hint: 'The remote refused the push. Read its message: rights, a protected branch, or a hook.',
  },
  BRANCH_CONFLICT: {
    errorType: 'environment',
    hint: 'The branch on the remote holds commits of somebody else. Delete or rename it, then retry.',
  },
  ...forgeFailures,
  ...queueFailures,
  MERGE_REFUSED: {
    errorType: 'environment',
    hint: 'Put that in order (commit or stash changes, close other worktrees, or merge by hand with git), then try again.',
  },
  DISK_FULL: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The disk is full. Free some space; the ticket is taken again by itself.',
  },
  DISK_UNWRITABLE: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'Give ticketmill the right to write there, or mount the disk for writing; waiting tickets are then taken by themselves.',
  },
  DISK_FAILED: {
    errorType: 'environment',
    infrastructure: true,
    exitCode: 1,
    hint: 'The disk reported an error, so nothing that was written last is sure. Look at the disk, then start again: what is unfinished is found by itself.',
  },
  MACHINE_EXHAUSTED: {
    errorType: 'environment',
    infrastructure: true,
    hint: 'The machine has no file handles, processes or memory left. Raise the limits (`ulimit -n`), or lower `processing.concurrency`.',
  },
  FOLDERS_SPLIT: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Put all ticket folders on one file system: a move from one to another cannot be made safe.',
  },
  BACKLOG_MD_INVALID: {
    errorType: 'environment',
    exitCode: 2,
    hint: 'Correct the configuration of Backlog.md, or `backlogMd` in config.json; `"backlogMd": {"adopt": false}` keeps the folders instead.',
  },
  TICKET_LOCKED: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'Another program edits the task. It is tried again; if none does, remove the empty folder in `.locks` of the project.',
  },
  SANDBOX_UNAVAILABLE: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Install bubblewrap (`apt install bubblewrap`) or, knowing the risk, set `sandbox.mode` to "off".',
  },
  SETUP_FAILED: {
    errorType: 'environment',
    hint: 'A command of `worktree.setup` or the installation of dependencies failed. Mend it and retry.',
  },
  STATE_UNREADABLE: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'A file of our own state cannot be read, and is left as it is. Restore it, or move it away.',
  },
  STATE_NEWER: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'This state was written by a newer ticketmill. Use that version, or move the named file away.',
  },
  PORT_IN_USE: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Stop the other program, set `server.port` to another port (0 = any free one), or start with --no-server.',
  },
  ALREADY_RUNNING: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'One daemon serves a backlog. Use the running one, or end it with `ticketmill stop`.',
  },
  NO_REPOSITORY: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'ticketmill works on a git repository: run it in one, or name one with --root.',
  },
  NO_MODEL: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Set `ollama.defaultModel` in config.json, or run `ticketmill init`.',
  },
  TICKET_NOT_FOUND: {
    errorType: 'ticket',
    exitCode: 2,
    hint: 'Look at `ticketmill status` for the tickets there are.',
  },
  TICKET_AMBIGUOUS: {
    errorType: 'ticket',
    exitCode: 2,
    hint: 'Name the file of the one you mean.',
  },
  BAD_USAGE: {
    errorType: 'environment',
    exitCode: 2,
    hint: '`ticketmill COMMAND --help` shows how a command is used.',
  },
  SERVICE_REFUSED: {
    errorType: 'environment',
    exitCode: 3,
    hint: 'Read what the service manager said, or start the daemon yourself; docs/operations.md shows both.',
  },
  NOT_POSSIBLE: {
    errorType: 'ticket',
    hint: 'The ticket is in no state in which this can be done; `ticketmill explain ID` tells more.',
  },
  INTERRUPTED: {
    errorType: 'transient',
    infrastructure: true,
    hint: 'The daemon stopped while the ticket was being worked on; it is taken again by itself.',
  },
  INTERNAL: {
    errorType: 'internal',
    hint: 'This is a bug in ticketmill. Please report it with the log lines of this ticket.',
  },
} satisfies Record<string, FailureEntry>;
