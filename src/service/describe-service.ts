import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { launchdPlist } from './launchd-plist.ts';
import { pm2File } from './pm2-file.ts';
import type { ServiceSpec } from './service-spec.ts';
import { systemdUnit } from './systemd-unit.ts';

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

/** Where its file belongs and what it says, by the home and the config folder that `env` names. */
export function describeService(
  kind: ServiceKind,
  spec: ServiceSpec,
  env: Readonly<Record<string, string | undefined>>,
): Service {
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
