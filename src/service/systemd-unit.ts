import type { ServiceSpec } from './service-spec.ts';

/**
 * A unit of the user's own systemd, hardened. The sandbox of checks makes namespaces and mounts a `/proc` of its own, so
 * nothing here forbids namespaces or covers parts of `/proc`: ProtectKernelTunables and RestrictNamespaces would leave
 * checks without walls.
 */
export function systemdUnit({ command, root, writable, env }: ServiceSpec): string {
  return `[Unit]
Description=ticketmill at ${plain(root)}
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=simple
WorkingDirectory=${plain(root)}
ExecStart=${command.map(argument).join(' ')}
${Object.entries(env)
  .map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`)
  .join('\n')}
# The first signal lets running tickets come to a safe point.
KillMode=mixed
TimeoutStopSec=60
Restart=on-failure
RestartSec=10
# 2: the config has to be mended by a person.
RestartPreventExitStatus=2
UMask=0077

# What it may do
NoNewPrivileges=yes
ProtectSystem=strict
${writable.map((path) => `ReadWritePaths=${quoted(`-${path}`)}`).join('\n')}
PrivateTmp=yes
ProtectControlGroups=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

# How much
LimitNOFILE=65536
TasksMax=4096
MemoryMax=80%
OOMPolicy=continue
Nice=5

[Install]
WantedBy=default.target
`;
}

/** `%` begins a specifier everywhere. */
function plain(text: string): string {
  return text.replaceAll('%', '%%');
}

function quoted(text: string): string {
  return `"${plain(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** In a command line `$` begins a variable. */
function argument(text: string): string {
  return quoted(text).replaceAll('$', '$$$$');
}
