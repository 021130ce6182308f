import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'plist';
import { launchdPlist } from '../../src/service/launchd-plist.ts';
import { pm2File } from '../../src/service/pm2-file.ts';
import type { ServiceSpec } from '../../src/service/service-spec.ts';
import { systemdUnit } from '../../src/service/systemd-unit.ts';
import { temporaryDirectories } from '../support/directory.ts';

const spec: ServiceSpec = {
  name: 'ticketmill-0123456789ab',
  command: [
    process.execPath,
    '--max-semi-space-size=8',
    '/opt/a b/ticketmill.cjs',
    'start',
    '--root',
    '/tmp',
  ],
  root: '/tmp',
  writable: ['/tmp/my "own" 100 %', '/tmp/state'],
  env: { PATH: '/usr/bin:/bin', NODE_ENV: 'a<b>&"c"' },
  outputFile: '/tmp/logs/service.log',
};

const directory = temporaryDirectories();

describe('the unit of systemd', () => {
  const unit = systemdUnit(spec);
  const values = (key: string) =>
    unit.split('\n').flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));

  it.each([
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['PrivateTmp', 'yes'],
    ['UMask', '0077'],
    ['LimitNOFILE', '65536'],
    ['TasksMax', '4096'],
    ['MemoryMax', '80%'],
    ['KillMode', 'mixed'],
    ['Restart', 'on-failure'],
    ['RestartPreventExitStatus', '2'],
    ['WantedBy', 'default.target'],
  ])('says %s=%s', (key, value) => expect(values(key)).toEqual([value]));

  it('writes nothing that systemd would read as something else', () => {
    expect(values('ReadWritePaths')).toEqual(['"-/tmp/my \\"own\\" 100 %%"', '"-/tmp/state"']);
    expect(values('ExecStart')[0]).toContain('"/opt/a b/ticketmill.cjs" "start"');
    const odd = systemdUnit({ ...spec, command: ['/bin/x', 'a$HOME', 'b\\c%h'] });
    expect(odd).toContain('ExecStart="/bin/x" "a$$HOME" "b\\\\c%%h"\n');
  });

  it('leaves namespaces and /proc to the sandbox of the checks', () => {
    expect(unit).not.toMatch(/^(RestrictNamespaces|ProtectKernelTunables|ProtectProc|ProcSubset)=/m);
  });

  const analyze = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find((path) => existsSync(path));
  (analyze === undefined ? it.skip : it)(
    'is minded by systemd-analyze in nothing, which minds what is wrong (needs systemd)',
    async () => {
      const sound = unit.replace('"/opt/a b/ticketmill.cjs"', '"/dev/null"');
      expect(await minded(sound)).toEqual([]);
      expect(await minded(sound.replace('UMask=', 'UMaks='))).toEqual([
        expect.stringContaining("'UMaks'") as unknown,
      ]);
    },
  );

  /** What is said of the unit; what other units of the machine are blamed for is not ours. */
  const minded = async (text: string): Promise<string[]> => {
    const file = join(directory(), `${spec.name}.service`);
    writeFileSync(file, text);
    const said = await promisify(execFile)(analyze ?? '', ['--user', 'verify', file], {
      env: { PATH: '/usr/bin:/bin', XDG_RUNTIME_DIR: directory(), HOME: directory() },
    }).catch((error: unknown) => error as { stdout: string; stderr: string });
    return `${said.stdout}${said.stderr}`.split('\n').filter((line) => line.includes(spec.name));
  };
});

it('the plist of launchd is read as it was meant', () => {
  expect(parse(launchdPlist(spec))).toMatchObject({
    Label: spec.name,
    ProgramArguments: spec.command,
    EnvironmentVariables: spec.env,
    WorkingDirectory: '/tmp',
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    Umask: 63,
  });
});

it('the file of pm2 is a module with one app', () => {
  const file = join(directory(), 'ecosystem.config.cjs');
  writeFileSync(file, pm2File(spec));
  expect(createRequire(file)(file)).toMatchObject({
    apps: [
      {
        name: spec.name,
        interpreter: process.execPath,
        interpreter_args: ['--max-semi-space-size=8'],
        script: '/opt/a b/ticketmill.cjs',
        args: ['start', '--root', '/tmp'],
        instances: 1,
        stop_exit_codes: [0, 2],
      },
    ],
  });
});
