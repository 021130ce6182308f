import type { ServiceSpec } from './service-spec.ts';

/** What pm2 calls an ecosystem file. */
export function pm2File({ name, command, root, env, outputFile }: ServiceSpec): string {
  const [interpreter = '', ...rest] = command;
  const flags = rest.filter((part, index) => index < firstWord(rest) && part.startsWith('--'));
  const [script = '', ...args] = rest.slice(flags.length);
  const app = {
    name,
    script,
    args,
    interpreter,
    interpreter_args: flags,
    cwd: root,
    env,
    // One daemon a backlog.
    instances: 1,
    exec_mode: 'fork',
    autorestart: true,
    stop_exit_codes: [0, 2],
    kill_timeout: 60_000,
    restart_delay: 10_000,
    max_restarts: 5,
    min_uptime: 60_000,
    out_file: outputFile,
    error_file: outputFile,
    merge_logs: true,
  };
  return `module.exports = ${JSON.stringify({ apps: [app] }, null, 2)};\n`;
}

function firstWord(parts: readonly string[]): number {
  const index = parts.findIndex((part) => !part.startsWith('--'));
  return index === -1 ? parts.length : index;
}
