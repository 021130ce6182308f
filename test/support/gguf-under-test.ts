import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event } from '../../src/domain/event.ts';
import { createGguf } from '../../src/models/gguf/gguf.ts';
import type { Gguf, GgufOptions } from '../../src/models/gguf/gguf.ts';
import { manualClock } from './clock.ts';
import type { ManualClock } from './clock.ts';
import { tinyGguf } from './tiny-gguf.ts';

/** What the stand-in does when it loads a model, and at each chat; what is beyond the list goes well. */
export type StandInScript = {
  loads?: { fault?: 'die' | 'killed' | 'hang' | 'corrupt' | 'memory' | 'window' }[];
  answers?: StandInAnswer[];
};

export type StandInAnswer = {
  text?: string;
  thinking?: string;
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  finish?: 'length';
  usage?: { input: number; output: number };
  fault?: 'hang' | 'deaf' | 'stall' | 'die-early' | 'die' | 'error';
};

export type GgufUnderTest = Gguf &
  AsyncDisposable & {
    clock: ManualClock;
    events: Event[];
    file: string;
    /** What the stand-in was asked so far, or was told to load, as JSON. */
    seen(kind: 'answers' | 'loads'): Record<string, unknown>[];
    /** Resolves once the stand-in was asked, or told to load, for the first time. */
    untilSeen(kind: 'answers' | 'loads'): Promise<void>;
    /** Forgets what was asked, and begins another script. */
    begin(script: StandInScript): void;
  };

/** Writes a folder that looks like an installed node-llama-cpp. */
export function installStandIn(directory: string, version = '3.22.1'): string {
  const library = join(directory, 'node-llama-cpp');
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, 'package.json'), JSON.stringify({ version, main: 'index.mjs' }));
  copyFileSync(fileURLToPath(new URL('stand-in-llama.mjs', import.meta.url)), join(library, 'index.mjs'));
  return library;
}

/** `here/tiny`: a file that a stand-in for the library runs in a process of its own, on a clock that stands still. */
export function ggufFor(
  directory: string,
  script: StandInScript = {},
  { parallel = 1, ...options }: Partial<GgufOptions> & { parallel?: number } = {},
): GgufUnderTest {
  const file = join(directory, 'tiny.gguf');
  writeFileSync(file, tinyGguf({ contextLength: 4096 }));
  const clock = manualClock();
  const events: Event[] = [];
  const library = installStandIn(directory);
  const gguf = createGguf(
    {
      models: [{ id: 'here/tiny', file, library, parallel, contextLength: 8192 }],
      limits: { timeout: 1_800_000, firstTokenTimeout: 900_000, stallTimeout: 120_000 },
      circuit: { failureThreshold: 3, successThreshold: 1, halfOpenRequests: 1, resetTimeout: 30_000 },
      keepAlive: '30m',
      env: { PATH: '/usr/bin:/bin' },
      ...options,
    },
    clock,
    (event) => void events.push(event),
  );
  const logOf = (kind: string): string => `${file}.${kind}.jsonl`;
  const seen: GgufUnderTest['seen'] = (kind) => {
    const text = existsSync(logOf(kind)) ? readFileSync(logOf(kind), 'utf8') : '';
    const lines = text.split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const begin: GgufUnderTest['begin'] = (next) => {
    for (const kind of ['answers', 'loads']) rmSync(logOf(kind), { force: true });
    writeFileSync(`${file}.script.json`, JSON.stringify(next));
  };
  begin(script);
  return {
    ...gguf,
    clock,
    events,
    file,
    seen,
    begin,
    async untilSeen(kind) {
      const watcher = watch(directory);
      while (seen(kind).length === 0) await once(watcher, 'change');
      watcher.close();
    },
    [Symbol.asyncDispose]: () => gguf.close(),
  };
}
