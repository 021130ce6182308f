import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Run, Session } from './session.ts';

export function addConfigCommand(program: Command, run: Run): void {
  const config = program
    .command('config')
    .description('show and check the config')
    .addHelpText('after', examples('config print', 'config validate', 'config schema > config.schema.json'));
  config
    .command('print')
    .description('every key in effect, with where its value comes from')
    .addHelpText('after', examples('config print', 'config print --json'))
    .action(run(print));
  config
    .command('validate')
    .description('report every fault and warning of the config')
    .addHelpText('after', examples('config validate'))
    .action(run(validate));
  config
    .command('schema')
    .description('the JSON schema that editors check config.json against')
    .addHelpText('after', examples('config schema > config.schema.json'))
    .action(run(schema));
}

async function print({ load, output }: Session): Promise<number> {
  const { printConfig } = await import('../config/print.ts');
  await output.print(printConfig(load(), output.json ? 'json' : 'text').trimEnd());
  return 0;
}

/** A config with faults does not get here: it is an error like any other. */
async function validate({ load, output }: Session): Promise<number> {
  const { file, warnings, notices } = load();
  if (output.json) {
    await output.printJson({ ok: true, file, warnings, notices });
    return 0;
  }
  for (const notice of notices) output.say(notice);
  const state = warnings.length === 0 ? 'is valid' : `is valid, with ${count(warnings.length)}`;
  await output.print(`${file ?? 'The default config'} ${state}.`);
  return 0;
}

async function schema({ output }: Session): Promise<number> {
  const { schemaFile } = await import('../config/written-schema.ts');
  await output.print(schemaFile().trimEnd());
  return 0;
}

function count(warnings: number): string {
  return warnings === 1 ? '1 warning' : `${warnings} warnings`;
}
