import { webhookEvents } from '../../domain/forge.ts';
import { topics } from '../../domain/notice.ts';
import { choice, flag, form, group, list, milliseconds, text, whole } from './values.ts';

const hostName = form(/^[^\s/]+$/, 'a host name or address without scheme or path');

export const server = group({
  enabled: flag().default(true).describe('Serve the dashboard, the API and metrics.'),
  host: hostName
    .default('127.0.0.1')
    .describe('Address to listen on. Anything but loopback opens it to others.'),
  port: whole(0, 65_535).default(3001).describe('Port to listen on; 0 takes any free one and prints it.'),
  allowedHosts: list(hostName)
    .default([])
    .describe('Further host names that requests may carry, such as the name of a reverse proxy.'),
});

export const webhook = group({
  enabled: flag()
    .default(true)
    .describe('Take deliveries of GitHub, Gitea or Forgejo, where GITHUB_WEBHOOK_SECRET is set.'),
  path: form(/^\/[\w/-]*$/, 'a path such as /webhook')
    .default('/webhook')
    .describe('Path of the route.'),
  events: list(choice(webhookEvents))
    .default([...webhookEvents])
    .describe('Names of the events that may cause something.'),
  triggerLabel: text('a label')
    .default('ticketmill')
    .describe('The label by which somebody who may write makes a ticket of an issue.'),
  autoMergePR: flag()
    .default(false)
    .describe(
      'Merge a pull request of ours by itself, when somebody who may write approved of its head and every check passed.',
    ),
});

export const logging = group({
  level: choice(['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'])
    .default('info')
    .describe('The least important level that is still written.'),
  directory: text('a path of a folder').default('logs').describe('Folder of the log files.'),
  maxSize: form(/^\d+[kmg]$/, 'a size such as "10m" (k, m or g)')
    .default('10m')
    .describe('Size at which a log file is rotated.'),
  maxFiles: whole(1, 10_000).default(10).describe('How many rotated files are kept of each log.'),
  compress: flag().default(true).describe('Compress rotated files.'),
  includeTimestamp: flag().default(true).describe('Begin each line with the time.'),
  format: choice(['json', 'text']).default('json').describe('Form of the lines in the files.'),
  colorize: flag().optional().describe('Colours on the console. When absent: if it is a terminal.'),
});

const on = list(choice(topics))
  .default(['failed', 'review', 'circuit', 'budget'])
  .describe('What goes this way.');
const webAddress = form(/^https?:\/\/[^\s/@]+(\/\S*)?$/, 'an http or https address without a login in it');
const mailAddress = form(/^[^\r\n]+@[^\s@]+$/, 'a mail address such as "mill@example.org"');

export const notifications = group({
  collectFor: milliseconds(0)
    .default(10_000)
    .describe('Milliseconds in which what happens is collected into one message.'),
  perHour: whole(1, 3600)
    .default(30)
    .describe('Messages a way and hour at most; what is too much waits and goes together.'),
  slack: group({ on })
    .optional()
    .describe('Messages to Slack, by the incoming webhook in SLACK_WEBHOOK_URL.'),
  email: group({
    on,
    host: hostName.describe('The mail server that takes them.'),
    port: whole(1, 65_535).default(587).describe('Its port.'),
    encryption: choice(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe('How the line is made safe: by STARTTLS, from the first byte, or not at all.'),
    user: text('a name').optional().describe('Login, with the password in SMTP_PASSWORD. When absent: none.'),
    from: mailAddress.describe('Sender.'),
    to: list(mailAddress, 1).describe('Receivers.'),
  })
    .optional()
    .describe('Messages by e-mail.'),
  webhook: group({ on, url: webAddress.describe('Address that is posted to.') })
    .optional()
    .describe('JSON posted to an address, signed with the secret in NOTIFICATION_WEBHOOK_SECRET.'),
  desktop: group({ on }).optional().describe('Bubbles on the desktop of this machine.'),
});

export const telemetry = group({
  otlpEndpoint: webAddress
    .optional()
    .describe('An OpenTelemetry collector that takes traces over HTTP. When absent there are none.'),
  serviceName: text('a name').default('ticketmill').describe('Name of the service in traces.'),
});

export const queue = group({
  driver: choice(['local', 'bullmq'])
    .default('local')
    .describe('Who makes changes: this process, or `ticketmill worker` on other machines, through Redis.'),
  url: form(
    /^(rediss?:\/\/([^\s/@:]+@)?[^\s/@]+(\/\d+)?|unix:(\/\/)?\/\S+)$/,
    'an address such as redis://host:6379 without a password in it, or unix:/path/of/the/socket',
  )
    .default('redis://127.0.0.1:6379')
    .describe('Redis 7, or newer; its password is read from REDIS_PASSWORD.'),
  onOutage: choice(['wait', 'local'])
    .default('wait')
    .describe('While no worker can be reached: let tickets wait in todo, or make their changes here.'),
});
