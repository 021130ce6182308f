import { spawn } from 'node:child_process';

/** Starts a program that goes on when we end, its output going nowhere; false when it cannot be started. */
export function startDetached(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const child = spawn(program, args, { detached: true, stdio: 'ignore', env, cwd: '/' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
