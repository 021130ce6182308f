import type { OutsideTool } from '../ports.ts';
import { openServer } from './open-server.ts';
import type { Enclose, McpServer, OpenedServer } from './open-server.ts';

export type OpenedServers = { tools: OutsideTool[]; close: () => Promise<void> };

/** Opens all servers of a run, each once; `warn` is told of what cannot be had, and the run goes on without it. */
export async function openServers(
  servers: readonly McpServer[],
  { enclose, warn }: { enclose: Enclose; warn: (message: string) => void },
  signal: AbortSignal,
): Promise<OpenedServers> {
  const opened = await Promise.all(
    servers.map(async (server): Promise<OpenedServer | null> => {
      const say = (why: string): void => warn(`MCP server "${server.name}": ${why}.`);
      try {
        const one = await openServer(server, enclose, signal);
        one.missing.forEach(say);
        return one;
      } catch (error) {
        signal.throwIfAborted();
        say(`it cannot be used: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
    }),
  );
  const usable = opened.filter((each) => each !== null);
  return {
    tools: usable.flatMap(({ tools }) => tools),
    async close() {
      await Promise.allSettled(usable.map((each) => each.close()));
    },
  };
}
