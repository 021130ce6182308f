import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit, runProgram } from '../demo/place.ts';
import { median, timedTimes } from './samples.ts';
import { ticketFile, ticketText } from './site.ts';

export type Peers = { backlogCli: { version: string; tickets: number; listMs: number } | null };

/** The real Backlog.md command, where it is installed, listing as many tickets as we were shown. */
export async function measurePeers(tickets: number): Promise<Peers> {
  const version = versionOf('backlog');
  if (version === null) return { backlogCli: null };
  const root = mkdtempSync(join(tmpdir(), 'ticketmill-bench-'));
  try {
    const place = { root, env: { ...process.env, HOME: root, CI: '1' } as Record<string, string> };
    await runGit(place, 'init', '-q', '-b', 'main');
    await runProgram(place, ['backlog', 'init', 'bench', '--defaults']);
    const folder = join(root, 'backlog/tasks');
    mkdirSync(folder, { recursive: true });
    for (let index = 1; index <= tickets; index++)
      writeFileSync(join(folder, ticketFile(index)), ticketText(index));
    const list = async (): Promise<void> => {
      const { code, err } = await runProgram(place, ['backlog', 'task', 'list', '--plain']);
      if (code !== 0) throw new Error(`backlog task list ended with ${code}: ${err}`);
    };
    await list();
    return { backlogCli: { version, tickets, listMs: median(await timedTimes(3, list)) } };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function versionOf(program: string): string | null {
  try {
    return execFileSync(program, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
