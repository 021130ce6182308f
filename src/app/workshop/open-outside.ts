import type { CoderOptions } from '../../agent/coder.ts';
import type { Config } from '../../config/schema.ts';
import { openServers } from '../../mcp/open-servers.ts';
import type { OpenedServers } from '../../mcp/open-servers.ts';
import type { McpServer } from '../../mcp/open-server.ts';

export type Outside = {
  toolsAt: NonNullable<CoderOptions['outside']>;
  /** Ends what was opened. */
  close: () => Promise<void>;
};

/** The tools of others for one run: opened when a coder first asks for them, one set of servers for all its sessions. */
export function openOutside({ agent }: Pick<Config, 'agent'>, warn: (message: string) => void): Outside {
  const servers = serversOf(agent);
  let opened: Promise<OpenedServers> | undefined;
  return {
    async toolsAt(workspace, signal) {
      const enclose = workspace.enclose?.bind(workspace);
      if (servers.length === 0 || enclose === undefined) return [];
      opened ??= openServers(servers, { enclose, warn }, signal);
      return (await opened).tools;
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

/** A server without an allowed tool is not even started. */
function serversOf({ mcp }: Config['agent']): McpServer[] {
  return Object.entries(mcp)
    .filter(([, { tools }]) => tools.length > 0)
    .map(([name, { command = null, url = null, ...rest }]) => ({ name, command, url, ...rest }));
}
