import { openHouse } from '../../src/app.ts';
import type { Daemon, DaemonOptions, House } from '../../src/app/house.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import type { Event } from '../../src/domain/event.ts';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { openMills } from './daemon.ts';
import type { FakeAnswer } from './fake-ollama.ts';
import type { Mill, MillOptions } from './mill.ts';

/** A mill whose daemon runs in the test's own process. */
export type OpenedHouse = Omit<Mill, 'start'> & {
  house: House;
  loaded: LoadedConfig;
  events: Event[];
  /** Starts a daemon that is stopped by the test. */
  start: (options?: Partial<DaemonOptions>) => Promise<Daemon>;
  /** Starts a daemon that finds this one ticket, and resolves once that is settled. */
  settle: (id: string) => Promise<{ settled: Event; stop: () => Promise<void> }>;
  /** Resolves with the next event of this type. */
  next: (type: Event['type']) => Promise<Event>;
};

const files = {
  'src/greet.js': "export function greet(name) {\n  return 'Hi ' + name;\n}\n",
};

/** Gives houses; call it once in a test file. */
export function openHouses(): (
  options?: Partial<MillOptions> & { env?: Record<string, string> },
) => Promise<OpenedHouse> {
  const mill = openMills();
  return async ({ config = {}, ollama = {}, env: more = {} } = {}) => {
    const opened = await mill({
      files,
      config: {
        ollama: { defaultModel: 'ollama/coder:7b', warmUp: false },
        sandbox: { mode: 'off' },
        ...config,
      },
      ollama: { script: greeting, ...ollama },
    });
    const env = { ...opened.env, ...more };
    const loaded = loadConfig({ cwd: opened.root, env });
    const house = openHouse(loaded, env);
    const events: Event[] = [];
    let waiting: { type: string; resolve: (event: Event) => void }[] = [];
    const observe = (event: Event): void => {
      events.push(event);
      for (const { type, resolve } of waiting) if (type === event.type) resolve(event);
      waiting = waiting.filter(({ type }) => type !== event.type);
    };
    const start: OpenedHouse['start'] = (options = {}) =>
      house.start({
        once: false,
        only: null,
        concurrency: null,
        server: false,
        console: null,
        observe,
        ...options,
      });
    const next: OpenedHouse['next'] = (type) =>
      new Promise((resolve) => void waiting.push({ type, resolve }));
    const settle: OpenedHouse['settle'] = async (id) => {
      await opened.drop(`${id}.md`, houseTicket(id));
      const settled = next('ticket:settled');
      const daemon = await start();
      const stop = async (): Promise<void> => {
        daemon.stop();
        await daemon.ended;
      };
      return { settled: await settled, stop };
    };
    return { ...opened, env, house, loaded, events, start, next, settle };
  };
}

/** A coder that says hello instead of hi, and a reviewer that minds nothing. */
export function greeting({ body, messages }: WireChat): FakeAnswer {
  const { format } = body;
  if (format !== undefined) {
    const { properties } = format as { properties: { nonce: { enum: string[] } } };
    return { json: { nonce: properties.nonce.enum[0], summary: 'Sound.', findings: [] } };
  }
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  return turn === 0
    ? call('edit', { path: 'src/greet.js', old: "'Hi '", new: "'Hello '" })
    : call('done', { summary: 'It says hello.' });
}

function call(name: string, args: Record<string, unknown>): FakeAnswer {
  return { toolCalls: [{ name, arguments: args }] };
}

export function houseTicket(id: string): string {
  return `---\nid: ${id}\ntitle: Say hello\nstatus: To Do\n---\n\nSay hello, whoever it is.\n`;
}
