import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ToolOrder } from '../domain/tool-order.ts';
import { forwardServer } from './forward-server.ts';
import { handOver } from './hand-over.ts';
import type { Enclosure, Sandbox } from './sandbox.ts';

/** A coding program made ready to be run once. */
export type Tool = {
  request: { argv: string[]; env: Record<string, string>; input?: string };
  close: () => Promise<void>;
};

/** Where a program of a person's own finds its home inside the walls; some refuse one below /tmp. */
const innerHome = '/home/tool';

/** Lays out the home of a coding program, and a way to its model server where it has no network. */
export async function openTool(
  { tool, program }: { tool: ToolOrder; program: string },
  { sandbox, enclosure }: { sandbox: Sandbox; enclosure: Enclosure },
): Promise<Tool> {
  const outer = join(enclosure.home, 'tool');
  const isWalled = sandbox.kind !== 'none';
  const home = isWalled ? innerHome : outer;
  const needsWay = isWalled && !enclosure.network && tool.server !== null;
  const forward = needsWay ? await forwardServer(tool.server ?? '') : null;
  const server = forward?.url ?? tool.server ?? '';
  const { args, env, files, input } = tool.arrange({ home, server, walled: isWalled });
  await mkdir(outer, { recursive: true });
  for (const { path, text } of files) {
    await mkdir(dirname(join(outer, path)), { recursive: true });
    await writeFile(join(outer, path), text, { mode: 0o600 });
  }
  if (sandbox.user !== null) await handOver(outer, sandbox.user);
  const views = forward === null ? [] : [{ from: forward.directory, to: forward.directory }];
  const enclosed = sandbox.enclose(forward?.wrap([program, ...args]) ?? [program, ...args], {
    ...enclosure,
    views: [...enclosure.views, ...views],
    kept: { from: outer, to: home },
  });
  return {
    request: {
      argv: enclosed.argv,
      env: { ...enclosed.env, ...(tool.ownLogin ? {} : { HOME: home }), ...env },
      ...(input === undefined ? {} : { input }),
    },
    close: async () => forward?.close(),
  };
}
