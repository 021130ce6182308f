import { mkdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { Failure } from '../../domain/failure.ts';
import { errorCode } from '../../files/disk.ts';
import { writeAtomic } from '../../files/write-atomic.ts';
import type { Service } from '../../service/describe-service.ts';
import { runCommand } from '../../workspace/command.ts';
import { findProgram } from '../../workspace/sandbox.ts';

type Managed = { env: Environment; signal: AbortSignal };

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
