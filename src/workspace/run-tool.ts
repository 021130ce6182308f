import { mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ToolOrder } from '../domain/tool-order.ts';
import type { CommandRequest } from './command.ts';
import { handOver } from './hand-over.ts';
import type { Ways } from './open-ways.ts';
import type { Enclosure, Sandbox, View } from './sandbox.ts';

/** Where a program of a person's own finds its home inside the walls; some refuse one below /tmp. */
const innerHome = '/home/tool';

/** Lays out the home of a coding program; `ways` leads to its model server where it has no network. */
export async function arrangeTool(
  { tool, program }: { tool: ToolOrder; program: string },
  { sandbox, enclosure, ways }: { sandbox: Sandbox; enclosure: Enclosure; ways: Ways },
): Promise<Pick<CommandRequest, 'argv' | 'env' | 'input' | 'quietMs' | 'onAborted'>> {
  const outer = join(enclosure.home, 'tool');
  const isWalled = sandbox.kind !== 'none';
  const home = isWalled ? innerHome : outer;
  const { args, env, files, input } = tool.arrange({ home, server: ways.server ?? '', walled: isWalled });
  await mkdir(outer, { recursive: true });
  for (const { path, text } of files) {
    await mkdir(dirname(join(outer, path)), { recursive: true });
    await writeFile(join(outer, path), text, { mode: 0o600 });
  }
  if (sandbox.user !== null) await handOver(outer, sandbox.user);
  const hidden = isWalled ? await hide(tool.hides, enclosure) : [];
  const enclosed = ways.enclose([program, ...args], {
    ...enclosure,
    views: [...enclosure.views, ...hidden],
    kept: { from: outer, to: home },
  });
  return {
    argv: enclosed.argv,
    env: { ...enclosed.env, ...(tool.ownLogin ? {} : { HOME: home }), ...env },
    ...(input === undefined ? {} : { input }),
    quietMs: tool.quietMs,
    ...(tool.onAborted === undefined ? {} : { onAborted: tool.onAborted }),
  };
}

/** An empty file or folder over each path that is there; where a link leads is what is hidden. */
async function hide(paths: readonly string[], { directory, home }: Enclosure): Promise<View[]> {
  const empty = { file: join(home, 'empty', 'file'), folder: join(home, 'empty', 'folder') };
  await mkdir(empty.folder, { recursive: true });
  await writeFile(empty.file, '');
  const root = await realpath(directory);
  const views = paths.map(async (path): Promise<View[]> => {
    const real = await realpath(join(root, path)).catch(() => null);
    if (real?.startsWith(`${root}/`) !== true) return [];
    const isFolder = (await stat(real)).isDirectory();
    return [{ from: isFolder ? empty.folder : empty.file, to: join(directory, real.slice(root.length + 1)) }];
  });
  return (await Promise.all(views)).flat();
}
