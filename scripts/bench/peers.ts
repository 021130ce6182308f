import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillBacklog } from './backlog.ts';
import type { Place } from '../demo/place.ts';
import { runGit, runProgram } from '../demo/place.ts';
import { median, timed } from './samples.ts';
import { openSite, ticketFile, ticketText } from './site.ts';

export type Peers = {
  /** `ratio`: how often `status` could be asked within one list of the peer. */
  backlogCli: { version: string; tickets: number; listMs: number; statusMs: number; ratio: number } | null;
};

const rounds = 9;

/** The real Backlog.md command, where it is installed, listing as many tasks as our `status` is asked about. */
export async function measurePeers(tickets: number): Promise<Peers> {
  const version = versionOf('backlog');
  if (version === null) return { backlogCli: null };
  await using stack = new AsyncDisposableStack();
  const project = await openProject(stack, tickets);
  const site = await openSite(stack);
  fillBacklog(site, 'todo', tickets);
  const list = async (): Promise<void> => {
    // It ends before all of it is read where it writes to a socket, as the output of a child of Node's is.
    await succeed(project, 'sh', '-c', 'backlog task list --plain > list.txt');
    const listed = readFileSync(join(project.root, 'list.txt'), 'utf8').match(/TASK-\d+/g)?.length;
    if (listed !== tickets) throw new Error(`backlog lists ${listed ?? 0} of ${tickets} tasks.`);
  };
  // Each as a person reads it.
  const status = async (): Promise<void> => {
    const { code, out, err } = await site.run('status');
    if (code !== 0 || !out.includes(`todo ${tickets} `)) throw new Error(`status says ${out}${err}`);
  };
  await list();
  await status();
  const lists: number[] = [];
  const statuses: number[] = [];
  // In turns, so that both see the same machine.
  for (let round = 0; round < rounds; round += 1) {
    lists.push(await timed(list));
    statuses.push(await timed(status));
  }
  const [listMs, statusMs] = [median(lists), median(statuses)];
  return { backlogCli: { version, tickets, listMs, statusMs, ratio: listMs / statusMs } };
}

async function openProject(stack: AsyncDisposableStack, tickets: number): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'ticketmill-bench-'));
  stack.defer(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const project = { root, env: { PATH: searchPath, HOME: root, CI: '1' } };
  await runGit(project, 'init', '-q', '-b', 'main');
  await succeed(project, 'backlog', 'init', 'bench', '--defaults', '--integration-mode', 'none');
  const folder = join(root, 'backlog/tasks');
  mkdirSync(folder, { recursive: true });
  for (let index = 1; index <= tickets; index++)
    writeFileSync(join(folder, ticketFile(index)), ticketText(index));
  return project;
}

/** That of a developer's checkout first, where npm has installed it. */
const searchPath = `${fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))}:${process.env['PATH'] ?? ''}`;

async function succeed(place: Place, ...line: string[]): Promise<string> {
  const { code, out, err } = await runProgram(place, line);
  if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}: ${err}`);
  return out;
}

function versionOf(program: string): string | null {
  try {
    const env = { ...process.env, PATH: searchPath };
    return execFileSync(program, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
    }).trim();
  } catch {
    return null;
  }
}
