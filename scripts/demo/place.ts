import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where a command runs: the root of a repository, and the environment without anything of whoever started us. */
export type Place = { root: string; env: Record<string, string> };

/** The command as a user of a checkout runs it, without npm in between. */
export const commandLine: readonly string[] = [
  process.execPath,
  '--max-semi-space-size=4',
  '--min-semi-space-size=4',
  fileURLToPath(new URL('../ticketmill.cjs', import.meta.url)),
];

export type Answer = { code: number; out: string; err: string };

/** Runs `ticketmill ARGS` and waits for its end. */
export function runTicketmill(place: Place, args: readonly string[]): Promise<Answer> {
  return runProgram(place, [...commandLine, ...args]);
}

/** The JSON that `ticketmill ARGS --json` prints; throws with its words when it fails. */
export async function askTicketmill(place: Place, args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await runTicketmill(place, [...args, '--json']);
  if (code !== 0) throw new Error(`ticketmill ${args.join(' ')} ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as unknown;
}

export async function runGit(place: Place, ...args: string[]): Promise<string> {
  const { code, out, err } = await runProgram(place, ['git', ...args]);
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${err}`);
  return out.trimEnd();
}

export function runProgram({ root, env }: Place, [file = '', ...args]: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      const { exitCode } = child;
      if (exitCode === null) reject(error ?? new Error(`${file} was killed.`));
      else resolve({ code: exitCode, out, err });
    });
  });
}
