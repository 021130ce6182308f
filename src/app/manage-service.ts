import { mkdir, unlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { Failure } from '../domain/failure.ts';
import { errorCode } from '../files/disk.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import { launchdPlist } from '../service/launchd-plist.ts';
import { pm2File } from '../service/pm2-file.ts';
import type { ServiceSpec } from '../service/service-spec.ts';
import { systemdUnit } from '../service/systemd-unit.ts';
import { runCommand } from '../workspace/command.ts';
import { findProgram } from '../workspace/sandbox.ts';

export const serviceKinds = ['systemd', 'launchd', 'pm2'] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/** A service as its manager knows it: its file, and the commands that carry out each wish, in their order. */
export type Service = {
  kind: ServiceKind;
  name: string;
  file: string;
  text: string;
  /** What must be there before it starts: where nothing else may be written, nothing can be made. */
  folders: readonly string[];
  install: string[][];
  uninstall: string[][];
  status: string[];
  /** Where its log is read, for people. */
  log: string;
};

type Managed = { env: Environment; signal: AbortSignal };

/** The manager that this machine has. Throws `SERVICE_REFUSED` where there is none. */
export async function findServiceKind(env: Environment): Promise<ServiceKind> {
  const path = env['PATH'] ?? '';
  if (process.platform === 'darwin') return 'launchd';
  if ((await findProgram('systemctl', path)) !== null) return 'systemd';
  if ((await findProgram('pm2', path)) !== null) return 'pm2';
  throw new Failure(
    'SERVICE_REFUSED',
    'There is neither systemd nor launchd nor pm2 on this machine; expected one of them.',
  );
}

export function describeService(kind: ServiceKind, spec: ServiceSpec, env: Environment): Service {
  const { name, root, outputFile, writable: folders } = spec;
  const home = env['HOME'] ?? '/';
  const common = { kind, name, folders };
  switch (kind) {
    case 'systemd': {
      const given = env['XDG_CONFIG_HOME'] ?? '';
      const file = join(isAbsolute(given) ? given : join(home, '.config'), 'systemd/user', `${name}.service`);
      const systemctl = ['systemctl', '--user'];
      return {
        ...common,
        file,
        text: systemdUnit(spec),
        install: [
          [...systemctl, 'daemon-reload'],
          [...systemctl, 'enable', '--now', name],
        ],
        uninstall: [[...systemctl, 'disable', '--now', name]],
        status: [...systemctl, 'is-active', name],
        log: `journalctl --user -u ${name}`,
      };
    }
    case 'launchd': {
      const file = join(home, 'Library/LaunchAgents', `${name}.plist`);
      const domain = `gui/${userInfo().uid}`;
      return {
        ...common,
        file,
        text: launchdPlist(spec),
        install: [['launchctl', 'bootstrap', domain, file]],
        uninstall: [['launchctl', 'bootout', `${domain}/${name}`]],
        status: ['launchctl', 'print', `${domain}/${name}`],
        log: `tail -f ${outputFile}`,
      };
    }
    case 'pm2': {
      const file = join(root, '.ticketmill', 'ecosystem.config.cjs');
      return {
        ...common,
        file,
        text: pm2File(spec),
        install: [
          ['pm2', 'start', file],
          ['pm2', 'save'],
        ],
        uninstall: [
          ['pm2', 'delete', name],
          ['pm2', 'save'],
        ],
        status: ['pm2', 'describe', name],
        log: `pm2 logs ${name}`,
      };
    }
  }
}

/** Writes its file, has it looked over where there is somebody who can, and starts it. What was said about it. */
export async function installService(service: Service, managed: Managed): Promise<string[]> {
  for (const folder of [dirname(service.file), ...service.folders]) await mkdir(folder, { recursive: true });
  await writeAtomic(service.file, service.text, { mode: 0o600 });
  const remarks = await verifyService(service, managed);
  for (const argv of service.install) await demand(argv, managed);
  return remarks;
}

/** What systemd-analyze minds; nothing for other managers, and where it is not there. */
async function verifyService({ kind, file }: Service, managed: Managed): Promise<string[]> {
  const program = await findProgram('systemd-analyze', managed.env['PATH'] ?? '');
  if (kind !== 'systemd' || program === null) return [];
  const { exitCode, output } = await call([program, '--user', 'verify', file], managed);
  const lines = output.split('\n').filter((line) => line.includes(file) || line.startsWith('Failed'));
  return exitCode === 0 ? [] : lines;
}

export async function statusOfService(
  { status, file }: Service,
  managed: Managed,
): Promise<{ running: boolean; file: string; said: string }> {
  const { exitCode, output } = await call(status, managed);
  return { running: exitCode === 0, file, said: output.trim() };
}

/** Stops it and takes its file away; false when there was none. */
export async function uninstallService(service: Service, managed: Managed): Promise<boolean> {
  for (const argv of service.uninstall) await call(argv, managed);
  try {
    await unlink(service.file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  if (service.kind === 'systemd') await call(['systemctl', '--user', 'daemon-reload'], managed);
  return true;
}

async function demand(argv: string[], managed: Managed): Promise<void> {
  const { exitCode, output } = await call(argv, managed);
  if (exitCode !== 0) throw new Failure('SERVICE_REFUSED', `\`${argv.join(' ')}\` failed: ${output.trim()}`);
}

/** With what a session of the user has: managers are found through it. */
function call(argv: string[], { env, signal }: Managed) {
  const known = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(PATH|HOME|USER|LANG|DBUS_.*|XDG_.*|PM2_HOME)$/.test(entry[0]),
  );
  const request = { argv, cwd: '/', env: Object.fromEntries(known), timeoutMs: 60_000, maxOutput: 20_000 };
  return runCommand(request, signal);
}
