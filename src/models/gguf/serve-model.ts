/*
 * A program of its own: holds one model in memory and answers chats about it, asked by the process that started it.
 * What goes wrong in native code ends this process, and nothing else.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { answerChat } from './answer-chat.ts';
import type { Library, Llama, LlamaChat } from './library.ts';
import type { FromProcess, Loaded, Opening, ToProcess, Trouble } from './messages.ts';

type Bench = { llama: Llama; idle: LlamaChat[]; loaded: Loaded };

/** Last lines of the library's log, for whoever has to be told why something failed. */
const log: string[] = [];
const keptLines = 12;

let bench: Bench | null = null;
const calls = new Map<number, AbortController>();

process.on('message', (message: ToProcess) => void hear(message));
// Whoever asked is gone. Native threads at work would hold up an orderly end, and there is nothing to put in order.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

async function hear(message: ToProcess): Promise<void> {
  switch (message.type) {
    case 'open':
      await open(message);
      break;
    case 'chat':
      await chat(message);
      break;
    case 'stop':
      calls.get(message.call)?.abort();
      break;
  }
}

function say(message: FromProcess): void {
  process.send?.(message);
}

async function open({ library, file, contextLength, parallel }: Opening): Promise<void> {
  let at: Trouble['at'] = 'library';
  try {
    const entry = createRequire(import.meta.url).resolve(library);
    const { getLlama, LlamaChat } = (await import(pathToFileURL(entry).href)) as Library;
    const llama = await getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logger: remember,
    });
    // Four at least, says the library; threads that wait for one another on fewer cores take seconds for a token.
    if (llama.maxThreads > 0) llama.maxThreads = Math.min(llama.maxThreads, availableParallelism());
    at = 'model';
    const model = await llama.loadModel({
      modelPath: file,
      gpuLayers: { fitContext: { contextSize: contextLength * parallel } },
    });
    at = 'context';
    const context = await model.createContext({
      contextSize: contextLength,
      sequences: parallel,
      failedCreationRemedy: false,
    });
    const idle = Array.from(
      { length: parallel },
      () => new LlamaChat({ contextSequence: context.getSequence() }),
    );
    const used = [model.memoryUsage, context.memoryUsage];
    const vramBytes = used.reduce((sum, { vram }) => sum + vram, 0);
    const sizeBytes = used.reduce((sum, { ram }) => sum + ram, vramBytes);
    bench = { llama, idle, loaded: { contextLength: context.contextSize, sizeBytes, vramBytes } };
    say({ type: 'opened', loaded: bench.loaded });
  } catch (error) {
    say({ type: 'refused', trouble: troubleOf(at, error) });
  }
}

async function chat({ call, question }: Extract<ToProcess, { type: 'chat' }>): Promise<void> {
  const sequence = bench?.idle.pop();
  const stop = new AbortController();
  calls.set(call, stop);
  try {
    if (bench === null || sequence === undefined) throw new Error('More chats than were agreed upon.');
    const tell = (text: string): void => say({ type: 'heard', call, text });
    const place = { llama: bench.llama, chat: sequence };
    say({ type: 'done', call, reply: await answerChat(place, question, tell, stop.signal) });
  } catch (error) {
    if (stop.signal.aborted) say({ type: 'stopped', call });
    else say({ type: 'failed', call, trouble: troubleOf('chat', error) });
  } finally {
    calls.delete(call);
    if (sequence !== undefined) bench?.idle.push(sequence);
  }
}

function remember(_level: string, message: string): void {
  log.push(message.trim());
  if (log.length > keptLines) log.shift();
}

function troubleOf(at: Trouble['at'], error: unknown): Trouble {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const kind = error instanceof Error ? error.constructor.name : name;
  return { at, name: name === 'Error' ? kind : name, message, log: log.join('\n') };
}
