import { Command } from 'commander';
import { version } from '../app/version.ts';
import { addAddCommand } from './add.ts';
import { addApplyCommand } from './apply.ts';
import { addApproveCommand } from './approve.ts';
import { addAuditCommand } from './audit.ts';
import { addCancelCommand } from './cancel.ts';
import { addCompletionCommand } from './completion.ts';
import { addConfigCommand } from './config.ts';
import { addCostsCommand } from './costs.ts';
import { addDoctorCommand } from './doctor.ts';
import { addExplainCommand } from './explain.ts';
import { addInitCommand } from './init.ts';
import { addLintCommand } from './lint.ts';
import { addMergeCommand } from './merge.ts';
import { addModelsCommand } from './models.ts';
import { addPauseCommand } from './pause.ts';
import { addRejectCommand } from './reject.ts';
import { addReplayCommand } from './replay.ts';
import { addResumeCommand } from './resume.ts';
import { addReviewCommand } from './review.ts';
import { addRunCommand } from './run.ts';
import { addServiceCommand } from './service.ts';
import { addShowCommand } from './show.ts';
import { addStartCommand } from './start.ts';
import { addStatusCommand } from './status.ts';
import { addStopCommand } from './stop.ts';
import { addWorkerCommand } from './worker.ts';
import { addRetryFailedCommand } from './retry-failed.ts';
import { declareGlobalOptions } from './global-options.ts';
import { write } from './output.ts';
import type { Run } from './session.ts';
import type { Shell } from './shell.ts';

/** In the order in which people need them. */
const commands = [
  addInitCommand,
  addStartCommand,
  addRunCommand,
  addWorkerCommand,
  addAddCommand,
  addStatusCommand,
  addShowCommand,
  addExplainCommand,
  addPauseCommand,
  addResumeCommand,
  addStopCommand,
  addCancelCommand,
  addApproveCommand,
  addRejectCommand,
  addMergeCommand,
  addRetryFailedCommand,
  addReviewCommand,
  addReplayCommand,
  addLintCommand,
  addApplyCommand,
  addModelsCommand,
  addCostsCommand,
  addAuditCommand,
  addDoctorCommand,
  addServiceCommand,
  addConfigCommand,
  addCompletionCommand,
];

/** The whole command line. Faults of usage are thrown as CommanderError, and told by whoever catches them. */
export function createProgram(shell: Pick<Shell, 'stdout' | 'stderr' | 'columns'>, run: Run): Command {
  const program = new Command('ticketmill')
    .description('Drop a Markdown ticket into a folder; get a reviewed pull request, made by local models.')
    .version(version, '--version', 'print the version')
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
  for (const add of commands) add(program, run);
  return program;
}
