import { CommanderError } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import { showHidden } from '../domain/untrusted.ts';
import { write } from './output.ts';
import { Cancelled } from './questions.ts';
import type { Output } from './output.ts';
import type { Shell } from './shell.ts';

/** Says what went wrong in the form that was asked for; the exit code. */
export async function reportError(
  error: unknown,
  shell: Pick<Shell, 'stderr' | 'signal'>,
  output: Output,
): Promise<number> {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof Cancelled || (shell.signal.aborted && !(error instanceof Failure))) return 130;
  // Without a command the help was printed, and says it all.
  if (error instanceof CommanderError && error.code === 'commander.help' && !output.json) return 2;
  const { exitCode, ...told } = describe(error);
  if (output.json) await output.printJson({ error: told });
  else {
    const [what = '', ...more] = showHidden(told.message).trimEnd().split('\n');
    const hint = told.hint === '' ? [] : [showHidden(told.hint)];
    const lines = [`${output.paintNote('bad', 'error:')} ${what}`, ...more, ...hint];
    await write(shell.stderr, `${lines.join('\n')}\n`);
  }
  if (error instanceof ConfigError) error.warnings.forEach((warning) => output.warn(warning));
  if (output.verbose && error instanceof Error) await write(shell.stderr, `${stackOf(error)}\n`);
  return exitCode;
}

type Told = { code: string; message: string; hint: string; exitCode: number };

function describe(error: unknown): Told {
  if (error instanceof CommanderError) {
    const failure = new Failure('BAD_USAGE', usageFault(error));
    return { code: failure.code, message: failure.message, hint: failure.hint, exitCode: 2 };
  }
  if (error instanceof ConfigError) {
    const { message, faults, warnings } = error;
    const told = {
      code: 'CONFIG_INVALID',
      message,
      hint: 'Correct the config, then try again.',
      exitCode: 2,
    };
    return Object.assign(told, { faults, warnings });
  }
  const { code, message, hint, exitCode } = toFailure(error);
  return { code, message, hint, exitCode };
}

function usageFault({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'no command was given' : message.replace(/^error: /, '');
}

/** With all that caused it. */
function stackOf(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
