import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './place.ts';

export type Typed = { ok: boolean; said: string };

type Manner = {
  env: Record<string, string>;
  until?: RegExp;
  keys?: readonly string[];
  shell?: 'zsh';
  stdin?: string;
  exits?: readonly number[];
};

/** So long nothing is drawn before the next key: a person waits for the question, too. */
const quiet = 700;
const patience = 240_000;

/** Types a line, or runs a script, and says whether it ended as it should. */
export function typeLine({ root, home }: Place, text: string, manner: Manner): Promise<Typed> {
  const { env, until, keys, shell = 'bash', stdin = '', exits = [] } = manner;
  const file = join(home, 'typed.sh');
  writeFileSync(file, text);
  const argv = keys === undefined ? [shell, file] : ['script', '-qefc', `${shell} ${file}`, '/dev/null'];
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { cwd: root, env, detached: true });
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  const late = setTimeout(() => end('SIGKILL'), patience);
  const left = [...(keys ?? [])];
  let said = '';
  let interrupted = false;
  let pressing: NodeJS.Timeout | null = null;
  const press = (): void => void child.stdin.write(left.shift() ?? '');
  const hear = (chunk: Buffer): void => {
    said += chunk.toString('utf8');
    if (until?.test(said) === true && !interrupted) {
      interrupted = true;
      end('SIGINT');
    }
    if (pressing !== null) clearTimeout(pressing);
    if (left.length > 0) pressing = setTimeout(press, quiet);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  if (keys === undefined) child.stdin.end(stdin);
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ ok: false, said: message }));
    child.once('close', (code) => {
      clearTimeout(late);
      if (pressing !== null) clearTimeout(pressing);
      const isGood = code === 0 || (code !== null && exits.includes(code)) || (interrupted && code === 130);
      resolve({
        ok: isGood && (until === undefined || interrupted),
        said: `${said}(ended with ${code ?? 'a signal'})`,
      });
    });
  });
}
