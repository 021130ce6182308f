import type { Command } from 'commander';
import { guessGlobalOptions } from './global-options.ts';
import type { GlobalOptions } from './global-options.ts';
import { openOutput } from './output.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import type { Run } from './session.ts';
import type { Shell } from './shell.ts';

/**
 * Carries out one command line and resolves with the exit code; never rejects. What only some command lines need is
 * loaded by those, here as in the commands: to say its version or to help, the program needs no config.
 */
export async function runCli(shell: Shell): Promise<number> {
  let exitCode = 0;
  const run: Run = (action) =>
    async function (this: Command, ...args) {
      const { openSession } = await import('./session.ts');
      exitCode = await action(openSession(shell, this.optsWithGlobals<GlobalOptions>()), ...args);
    };
  try {
    await createProgram(shell, run).parseAsync([...shell.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return await reportError(error, shell, openOutput(shell, guessGlobalOptions(shell.argv)));
  }
}
