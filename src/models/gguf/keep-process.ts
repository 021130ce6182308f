import type { Clock } from '../../ports.ts';
import { findLibrary } from './find-library.ts';
import type { AskedFile } from './gguf-errors.ts';
import { startModelProcess } from './model-process.ts';
import type { ModelProcess } from './model-process.ts';
import { readGgufHeader } from './read-header.ts';
import type { GgufHeader } from './read-header.ts';

/** One GGUF file. `id` has its provider; `library`: the folder of node-llama-cpp, null for the one beside us. */
export type GgufSetting = AskedFile & {
  library: string | null;
  /** Chats at the same time; each has a window of its own in memory. */
  parallel: number;
  /** Window in tokens, unless the model allows less. */
  contextLength: number;
};

/** The one process of a file: started when it is needed, and again after its end or when the file is another. */
export type KeptProcess = {
  /** `isBusy`: others are at work with what the file held. Throws for a file or a library that cannot be used. */
  start(isBusy: () => boolean): Promise<ModelProcess>;
  /** The one that is alive. */
  current(): ModelProcess | null;
  read(): Promise<GgufHeader>;
  /** As it was last read. */
  known(): GgufHeader | null;
  kill(): Promise<void>;
};

/** Milliseconds that a chat gets to stop before its process is ended. */
const stopping = 5000;

export function keepProcess(
  setting: GgufSetting,
  { clock, env }: { clock: Clock; env: Readonly<Record<string, string>> },
): KeptProcess {
  const { library, file, parallel } = setting;
  let header: GgufHeader | null = null;
  let running: { process: ModelProcess; digest: string } | null = null;
  let starting: Promise<ModelProcess> | null = null;

  async function read(): Promise<GgufHeader> {
    header = await readGgufHeader(setting, header);
    return header;
  }

  async function startOrKeep(isBusy: () => boolean): Promise<ModelProcess> {
    const { digest, contextLength } = await read();
    const isCurrent = running?.digest === digest || isBusy();
    if (running?.process.isAlive() === true && isCurrent) return running.process;
    await running?.process.kill();
    const opening = {
      library: findLibrary(library).directory,
      file,
      contextLength: Math.min(setting.contextLength, contextLength ?? setting.contextLength),
      parallel,
    };
    const process = startModelProcess({ opening, env, grace: (signal) => clock.wait(stopping, signal) });
    running = { process, digest };
    return process;
  }

  return {
    start(isBusy) {
      starting ??= startOrKeep(isBusy).finally(() => (starting = null));
      return starting;
    },
    current: () => (running?.process.isAlive() === true ? running.process : null),
    read,
    known: () => header,
    kill: async () => running?.process.kill(),
  };
}
