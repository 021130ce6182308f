import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeRepository } from '../support/git-repository.ts';
import type { TestRepository } from '../support/git-repository.ts';
import { typed } from '../support/command-line.ts';

describe('ticketmill service', () => {
  let repository: TestRepository;
  let bin: string;
  beforeEach(async () => {
    repository = await makeRepository({ remote: 'none' });
    bin = join(repository.home, 'bin');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));
  });
  afterEach(() => repository.remove());

  /** A manager that writes down what it is asked, and fails where a file says so. */
  const manager = (name: string) =>
    writeFile(
      join(bin, name),
      `#!/bin/sh\necho "${name} $*" >> "$HOME/asked"\nif [ -e "$HOME/$2$1-fails" ]; then echo no bus; exit 1; fi\necho active\n`,
      { mode: 0o755 },
    );
  const say = (...argv: string[]) =>
    typed(['service', ...argv], { cwd: repository.root, env: { HOME: repository.home, PATH: bin } });
  const asked = () => readFileSync(join(repository.home, 'asked'), 'utf8').trim().split('\n');

  it('installs, looks at and takes away a unit of systemd', async () => {
    await manager('systemctl');
    const [told] = (await say('install', '--json')).json() as { file: string; name: string }[];
    const { file = '', name = '' } = told ?? {};
    expect(dirname(file)).toBe(join(repository.home, '.config/systemd/user'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(
      `ExecStart="/usr/bin/node" "/opt/ticketmill/scripts/ticketmill.cjs" "start" "--root" "${repository.root}"\n`,
    );
    expect(asked()).toEqual(['systemctl --user daemon-reload', `systemctl --user enable --now ${name}`]);
    expect(await say('status')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /\(systemd\) runs: active\nIts log: journalctl --user -u ticketmill-/,
      ) as unknown,
    });
    expect(await say('uninstall')).toMatchObject({ code: 0, out: `removed  ${file}\n` });
    expect(existsSync(file)).toBe(false);
    expect(asked()).toContain(`systemctl --user disable --now ${name}`);
    expect((await say('uninstall')).out).toBe(`There is no ${file}.\n`);
  });

  it('says what the manager said when it does not do it', async () => {
    await manager('systemctl');
    await writeFile(join(repository.home, 'enable--user-fails'), '');
    await writeFile(join(repository.home, 'is-active--user-fails'), '');
    const refused = await say('install');
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(/`systemctl --user enable --now \S+` failed: no bus/);
    expect(await say('status')).toMatchObject({
      code: 1,
      out: expect.stringContaining('does not run: no bus') as unknown,
    });
  });

  it.each([
    ['launchd', 'launchctl', 'Library/LaunchAgents'],
    ['pm2', 'pm2', 'checkout/.ticketmill'],
  ])('speaks to %s', async (kind, program, folder) => {
    await manager(program);
    const [told] = (await say('install', '--kind', kind, '--json')).json() as { file: string }[];
    expect(dirname(told?.file ?? '')).toBe(join(repository.home, folder));
    expect((await say('status', '--kind', kind)).code).toBe(0);
    expect((await say('uninstall', '--kind', kind)).out).toBe(`removed  ${told?.file ?? ''}\n`);
    expect(asked().length).toBeGreaterThan(2);
  });

  it('only shows it when that is wanted', async () => {
    const said = await say('install', '--kind', 'systemd', '--print');
    expect(said).toMatchObject({ code: 0, out: expect.stringMatching(/^\[Unit\]/) as unknown });
    expect(existsSync(join(repository.home, '.config'))).toBe(false);
  });

  it('refuses what it does not know, and a machine without any', async () => {
    expect(await say('install', '--kind', 'upstart')).toMatchObject({ code: 2 });
    await rm(bin, { recursive: true });
    if (process.platform !== 'darwin')
      expect(await say('status')).toMatchObject({
        code: 3,
        err: expect.stringContaining('neither systemd nor launchd nor pm2') as unknown,
      });
  });
});
