import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addApplyCommand } from './apply.ts';
import { addConfigCommand } from './config.ts';
import { declareGlobalOptions } from './global-options.ts';
import { addLintCommand } from './lint.ts';
import { write } from './output.ts';
import type { Run } from './session.ts';
import type { Shell } from './shell.ts';

/** The whole command line. Faults of usage are thrown as CommanderError, and told by whoever catches them. */
export function createProgram(shell: Shell, run: Run): Command {
  const program = new Command('ticketmill')
    .description('Drop a Markdown ticket into a folder; get a reviewed pull request, made by local models.')
    .version(version(), '--version', 'print the version')
    .helpOption('--help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void write(shell.stdout, text),
      writeErr: (text) => void write(shell.stderr, text),
      outputError: () => undefined,
      getOutHelpWidth: shell.columns,
      getErrHelpWidth: shell.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true });
  declareGlobalOptions(program);
  for (const add of [addLintCommand, addApplyCommand, addConfigCommand]) add(program, run);
  return program;
}

export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
