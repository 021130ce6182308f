import type { Command } from 'commander';
import { forLine } from '../domain/untrusted.ts';
import { examples } from './examples.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Run, Session } from './session.ts';

type ServiceOptions = GlobalOptions & { kind?: string; print?: boolean };

const kindOption = ['--kind <kind>', 'systemd, launchd or pm2 (default: what this machine has)'] as const;

export function addServiceCommand(program: Command, run: Run): void {
  const service = program
    .command('service')
    .description('let systemd, launchd or pm2 start the daemon and keep it running')
    .addHelpText('after', examples('service install', 'service status', 'service uninstall'));
  service
    .command('install')
    .description('write its file, look it over, and start it now and at every login')
    .option(...kindOption)
    .option('--print', 'only show the file and where it would go')
    .addHelpText('after', examples('service install', 'service install --kind systemd --print'))
    .action(run(install));
  service
    .command('status')
    .description('whether it is installed and runs; exits 1 where it does not')
    .option(...kindOption)
    .addHelpText('after', examples('service status'))
    .action(run(status));
  service
    .command('uninstall')
    .description('stop it and take its file away; nothing else is touched')
    .option(...kindOption)
    .addHelpText('after', examples('service uninstall'))
    .action(run(uninstall));
}

async function install(session: Session, options: ServiceOptions): Promise<number> {
  const { output, env, signal } = session;
  const service = await serviceOf(session, options);
  const { kind, name, file, text, log } = service;
  if (options.print === true) {
    if (output.json) await output.printJson({ kind, name, file, text });
    else {
      output.say(`# ${file}`);
      await output.print(text.trimEnd());
    }
    return 0;
  }
  if (session.program.some((part) => part.includes('/_npx/')))
    output.warn(
      'This program lies in the cache of npx, which is emptied some day: install ticketmill first.',
    );
  const { installService } = await import('../app/set-up/manage-service.ts');
  const remarks = await installService(service, { env, signal });
  for (const remark of remarks) output.warn(forLine(remark, 500));
  if (output.json) await output.printJson({ kind, name, file, installed: true, remarks });
  else await output.print(`${output.paint('good', 'installed')}  ${file}\nIts log: ${log}`);
  if (kind === 'systemd') output.say('To run while you are not logged in: loginctl enable-linger');
  if (kind === 'pm2') output.say('To run after a restart of the machine: pm2 startup');
  return 0;
}

async function status(session: Session, options: ServiceOptions): Promise<number> {
  const { output, env, signal } = session;
  const service = await serviceOf(session, options);
  const { statusOfService } = await import('../app/set-up/manage-service.ts');
  const { running, file, said } = await statusOfService(service, { env, signal });
  const { kind, name, log } = service;
  if (output.json) await output.printJson({ kind, name, file, running, said });
  else {
    const state = running ? output.paint('good', 'runs') : output.paint('bad', 'does not run');
    await output.print(`${name} (${kind}) ${state}: ${forLine(said, 300)}\nIts log: ${log}`);
  }
  return running ? 0 : 1;
}

async function uninstall(session: Session, options: ServiceOptions): Promise<number> {
  const { output, env, signal } = session;
  const service = await serviceOf(session, options);
  const { uninstallService } = await import('../app/set-up/manage-service.ts');
  const removed = await uninstallService(service, { env, signal });
  const { kind, name, file } = service;
  if (output.json) await output.printJson({ kind, name, file, removed });
  else await output.print(removed ? `removed  ${file}` : `There is no ${file}.`);
  return 0;
}

async function serviceOf({ load, env, program }: Session, { kind }: ServiceOptions) {
  const loaded = load();
  const { findService } = await import('../app/set-up/find-service.ts');
  return findService({ loaded, env, program, configFile: configBeside(loaded) }, kind);
}

/** Null for the file that is found without being named. */
function configBeside({ root, file }: { root: string; file: string | null }): string | null {
  return file === null || file === `${root}/config.json` ? null : file;
}
