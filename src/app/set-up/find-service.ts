import { join, resolve } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { rootKey } from '../../config/paths.ts';
import type { Paths } from '../../config/paths.ts';
import type { LoadedConfig } from '../../config/load.ts';
import { Failure } from '../../domain/failure.ts';
import type { Service, ServiceKind } from '../../service/describe-service.ts';
import { describeService, serviceKinds } from '../../service/describe-service.ts';
import type { ServiceSpec } from '../../service/service-spec.ts';
import { locateRepository } from '../../workspace/locate-repository.ts';
import { findProgram } from '../../workspace/sandbox.ts';

export type ServicePlace = {
  loaded: LoadedConfig & { paths: Paths };
  env: Environment;
  /** How this very program was started: Node, its flags, the script. */
  program: readonly string[];
  /** As it was given on the command line; null: that of the root. */
  configFile: string | null;
};

/**
 * The daemon of a root as a service of `kind`; without one, of the manager that this machine has.
 * Throws `BAD_USAGE` for a kind that there is not, `SERVICE_REFUSED` where there is no manager.
 */
export async function findService(place: ServicePlace, kind?: string): Promise<Service> {
  const chosen = serviceKinds.find((known): known is ServiceKind => known === kind);
  if (kind !== undefined && chosen === undefined)
    throw new Failure('BAD_USAGE', `--kind is ${JSON.stringify(kind)}, expected ${serviceKinds.join(', ')}.`);
  const spec = await serviceSpec(place);
  return describeService(chosen ?? (await findServiceKind(place.env)), spec, place.env);
}

async function findServiceKind(env: Environment): Promise<ServiceKind> {
  const path = env['PATH'] ?? '';
  if (process.platform === 'darwin') return 'launchd';
  if ((await findProgram('systemctl', path)) !== null) return 'systemd';
  if ((await findProgram('pm2', path)) !== null) return 'pm2';
  throw new Failure(
    'SERVICE_REFUSED',
    'There is neither systemd nor launchd nor pm2 on this machine; expected one of them.',
  );
}

/** One name for each root, and nothing writable that the daemon does not write to. */
async function serviceSpec(place: ServicePlace): Promise<ServiceSpec> {
  const { loaded, env, program, configFile } = place;
  const { root, folders, backlogRoot, logs, state, worktrees } = loaded.paths;
  const { workTree, gitDir, commonDir } = await locateRepository(root);
  const config = configFile === null ? [] : ['--config', resolve(root, configFile)];
  const home = env['HOME'] ?? '/';
  // Package managers keep what they fetch here.
  const caches = [join(home, '.cache'), join(home, '.npm')];
  const written = [workTree, gitDir, commonDir, root, backlogRoot, ...Object.values(folders), logs, state];
  return {
    name: `ticketmill-${rootKey(root)}`,
    command: [...program, 'start', '--root', root, ...config],
    root,
    writable: [...new Set([...written, worktrees, ...caches])],
    env: passedOn(env),
    outputFile: join(logs, 'service.log'),
  };
}

/** Where programs are found, and settings; a secret comes from `.env` alone. */
function passedOn(env: Environment): Record<string, string> {
  const names = ['PATH', 'NODE_ENV', 'XDG_STATE_HOME', 'OLLAMA_HOST', 'SSH_AUTH_SOCK'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}
