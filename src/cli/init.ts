import type { Command } from 'commander';
import { examples } from './examples.ts';
import { openQuestions } from './questions.ts';
import type { Run, Session } from './session.ts';

export function addInitCommand(program: Command, run: Run): void {
  program
    .command('init')
    .description('make a repository ready: config, folders, secrets, .gitignore lines, and a model')
    .option('--yes', 'ask nothing: what is found is taken, and nothing is fetched or committed')
    .addHelpText('after', examples('init', 'init --yes', 'init --yes --root ../project'))
    .action(run(init));
}

async function init(session: Session, { yes }: { yes?: boolean }): Promise<number> {
  const instead = 'use --yes to be asked nothing';
  const questions = yes === true ? null : await openQuestions(session, { command: 'init', instead });
  const { setUp } = await import('./init/set-up.ts');
  return setUp(session, questions);
}
