import { choice, flag, form, group, list, text, whole } from './values.ts';

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
