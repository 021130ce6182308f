import type { Command } from 'commander';
import { Failure } from '../domain/failure.ts';
import { completionScript, shells } from './completion-scripts.ts';
import { completionTable } from './completion-table.ts';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addCompletionCommand(program: Command, run: Run): void {
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .argument('<shell>', shells.join(', '))
    .addHelpText(
      'after',
      examples(
        'completion bash > ~/.local/share/bash-completion/completions/ticketmill',
        'completion zsh > "${fpath[1]}/_ticketmill"',
        'completion fish > ~/.config/fish/completions/ticketmill.fish',
      ),
    )
    .action(run(({ output }: Session, named: string) => complete(program, named, output)));
}

async function complete(
  program: Command,
  named: string,
  output: Pick<Session['output'], 'print'>,
): Promise<number> {
  const shell = shells.find((known) => known === named);
  if (shell === undefined)
    throw new Failure('BAD_USAGE', `The shell is ${JSON.stringify(named)}, expected ${shells.join(', ')}.`);
  await output.print(completionScript(shell, completionTable(program)).trimEnd());
  return 0;
}
