import { randomUUID } from 'node:crypto';
import type { LoadedConfig } from '../config/load.ts';
import type { Environment } from '../config/environment.ts';
import type { Channel } from '../notify/channel.ts';
import { openDesktop } from '../notify/desktop.ts';
import { openEmail } from '../notify/email.ts';
import type { Notifier } from '../notify/open-notifier.ts';
import { openNotifier } from '../notify/open-notifier.ts';
import { openSlack } from '../notify/slack.ts';
import { openWebhook } from '../notify/webhook.ts';
import type { Clock } from '../ports.ts';
import { runCommand } from '../workspace/command.ts';

export type NotificationOptions = {
  env: Environment;
  clock: Clock;
  redact: (text: string) => string;
  warn: (message: string) => void;
};

/** The ways to people that are configured. */
export function openNotifications(
  loaded: LoadedConfig,
  { env, clock, redact, warn }: NotificationOptions,
): Notifier {
  const { collectFor, perHour } = loaded.config.notifications;
  const channels = channelsOf(loaded, env, clock);
  return openNotifier({ channels, clock, collectFor, perHour, redact, warn });
}

function channelsOf({ config, secrets }: LoadedConfig, env: Environment, clock: Clock): Channel[] {
  const { slack, email, webhook, desktop } = config.notifications;
  const channels: Channel[] = [];
  // Without its address there is nowhere to send to; the config has said so.
  if (slack !== undefined && secrets.SLACK_WEBHOOK_URL !== undefined)
    channels.push(openSlack({ on: slack.on, url: secrets.SLACK_WEBHOOK_URL }));
  if (email !== undefined)
    channels.push(openEmail({ ...email, user: email.user ?? null, password: secrets.SMTP_PASSWORD ?? null }));
  if (webhook !== undefined)
    channels.push(
      openWebhook({
        ...webhook,
        secret: secrets.NOTIFICATION_WEBHOOK_SECRET ?? null,
        newId: randomUUID,
        now: () => clock.now(),
      }),
    );
  if (desktop !== undefined) channels.push(openDesktop({ ...desktop, ...ofThisMachine(env) }));
  return channels;
}

/** Where the desktop listens, and nothing else of the environment. */
const desktopVariables = [
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'HOME',
  'PATH',
  'Path',
  'SystemRoot',
  'WAYLAND_DISPLAY',
  'XDG_RUNTIME_DIR',
];

function ofThisMachine(env: Environment) {
  const passed = desktopVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const variables = Object.fromEntries(passed) as Record<string, string>;
  return {
    platform: process.platform,
    run: async (argv: string[], signal: AbortSignal) => {
      const order = { argv, cwd: '/', env: variables, timeoutMs: 5000, maxOutput: 1000 };
      return (await runCommand(order, signal)).exitCode;
    },
  };
}
