import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ticketStates } from '../domain/ticket.ts';
import type { TicketState } from '../domain/ticket.ts';
import type { Environment } from './environment.ts';
import type { Config } from './schema.ts';

/** Everything absolute. */
export type Paths = {
  root: string;
  folders: Record<TicketState, string>;
  /** The folder that holds `todo`; `PAUSE` lies here. */
  backlogRoot: string;
  logs: string;
  /** What the program owns: journal, inbox, history. */
  state: string;
  worktrees: string;
};

type Placed = Pick<Config, 'folders' | 'logging' | 'worktree'>;

export function resolvePaths(config: Placed, root: string, env: Environment): Paths {
  const at = (path: string) => resolve(root, expandHome(path, env));
  const folders = Object.fromEntries(ticketStates.map((state) => [state, at(config.folders[state])]));
  const { directory } = config.worktree;
  return {
    root: resolve(root),
    folders: folders as Record<TicketState, string>,
    backlogRoot: dirname(at(config.folders.todo)),
    logs: at(config.logging.directory),
    state: join(resolve(root), '.ticketmill'),
    worktrees: directory === undefined ? join(userState(env), 'ticketmill', rootKey(root)) : at(directory),
  };
}

/** Tells the roots of one user apart: twelve hexadecimal digits that stay while the folder stays where it is. */
export function rootKey(root: string): string {
  return createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
}

/** Whether `path` is `folder` or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** As the XDG specification has it, a relative XDG_STATE_HOME counts as not set. */
function userState(env: Environment): string {
  const given = env['XDG_STATE_HOME'] ?? '';
  return isAbsolute(given) ? given : join(home(env), '.local', 'state');
}

/** A path as a person writes it: `~` is their home. */
export function expandHome(path: string, env: Environment): string {
  return path === '~' || path.startsWith('~/') ? join(home(env), path.slice(1)) : path;
}

function home(env: Environment): string {
  const given = env['HOME'] ?? '';
  return isAbsolute(given) ? given : homedir();
}
