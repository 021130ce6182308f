import type { FollowedDaemon } from '../../scripts/demo/daemon.ts';
import { openMill } from './mill.ts';
import type { PastTicket } from './past.ts';
import { writeMemory, writePast } from './past.ts';

/** A paused daemon over tickets of weeks. */
export type PastMill = { url: string; daemon: FollowedDaemon };

/** `remembered`: journal and history know how each ticket came to be where it is, as they do in life. */
export async function startPastMill(
  tickets: readonly PastTicket[],
  { remembered, opened }: { remembered: boolean; opened: AsyncDisposableStack },
): Promise<PastMill> {
  const models = [{ name: 'qwen2.5-coder:7b' }, { name: 'deepseek-coder:6.7b' }];
  const config = { ollama: { defaultModel: 'ollama/qwen2.5-coder:7b', warmUp: false } };
  const mill = await openMill({ files: {}, config, ollama: { models } }, opened);
  await writePast(mill.root, tickets);
  if (remembered) await writeMemory(mill.root, tickets);
  const daemon = mill.start();
  const { url } = await daemon.until('server:listening');
  return { url, daemon };
}
