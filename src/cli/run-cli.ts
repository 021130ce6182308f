import type { Command } from 'commander';
import { guessGlobalOptions } from './global-options.ts';
import type { GlobalOptions } from './global-options.ts';
import { openOutput } from './output.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';
import { openSession } from './session.ts';
import type { Run } from './session.ts';
import type { Shell } from './shell.ts';

/** Carries out one command line and resolves with the exit code; never rejects. */
export async function runCli(shell: Shell): Promise<number> {
  let exitCode = 0;
  const run: Run = (action) =>
    async function (this: Command, ...args) {
      exitCode = await action(openSession(shell, this.optsWithGlobals<GlobalOptions>()), ...args);
    };
  try {
    await createProgram(shell, run).parseAsync([...shell.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return await reportError(error, shell, openOutput(shell, guessGlobalOptions(shell.argv)));
  }
}
