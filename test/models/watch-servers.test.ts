import { describe, expect, it } from '@jest/globals';
import type { Event } from '../../src/domain/event.ts';
import { watchServers } from '../../src/models/watch-servers.ts';
import type { FakeOllamaOptions } from '../support/fake-ollama.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { ollamaFor, unaborted } from '../support/ollama-under-test.ts';

/** A server that can go away and come back at the same address, with who looks after it. */
async function watched(options: FakeOllamaOptions = {}) {
  let fake = await startFakeOllama(options);
  const { url } = fake;
  const events: Event[] = [];
  const ollama = ollamaFor([fake], {}, (event) => void events.push(event));
  const { clock } = ollama;
  let looked = Promise.withResolvers<undefined>();
  const health: typeof ollama.health = async (signal) => {
    const hosts = await ollama.health(signal);
    looked.resolve(undefined);
    looked = Promise.withResolvers();
    return hosts;
  };
  const servers = watchServers({ ...ollama, health }, 'ollama/coder:7b', clock);
  const ended = new AbortController();
  const watching = servers.watch(30_000, ended.signal);
  return {
    url,
    events,
    ollama,
    servers,
    clock,
    requests: () => fake.requests,
    /** Lets so much time pass that a look begins, until that is over. */
    async pass(ms: number) {
      await clock.untilWaiting(1);
      const { promise } = looked;
      await clock.advance(ms);
      await promise;
    },
    goAway: () => fake.close(),
    async comeBack(again: FakeOllamaOptions = options) {
      fake = await startFakeOllama({ ...again, port: Number(new URL(url).port) });
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await watching;
      await ollama.close();
      await fake.close();
    },
  };
}

const states = (events: readonly Event[]) =>
  events.flatMap((event) => (event.type === 'circuit:changed' ? [`${event.from} -> ${event.to}`] : []));

describe('a server that is looked after', () => {
  it('is asked once by those who ask at the same time and are called off together', async () => {
    await using mill = await watched();
    const signal = unaborted();
    const [hosts, again, outage] = await Promise.all([
      mill.servers.health(signal),
      mill.servers.health(signal),
      mill.servers.outage(signal),
    ]);
    expect([again, outage]).toEqual([hosts, null]);
    expect(mill.requests().filter(({ path }) => path === '/api/version')).toHaveLength(1);
  });

  it('is asked at every interval, for its version and its models', async () => {
    await using mill = await watched();
    await mill.pass(30_000);
    await mill.pass(30_000);
    expect(mill.requests().map(({ path }) => path)).toEqual([
      '/api/version',
      '/api/tags',
      '/api/version',
      '/api/tags',
    ]);
    expect(await mill.servers.outage(unaborted())).toBeNull();
    expect(mill.servers.slots()).toBeGreaterThan(0);
    expect(mill.events).toEqual([]);
  });

  it('F77: is left alone when it is down, tried once in 30 s, and trusted within 35 s of its return', async () => {
    await using mill = await watched();
    expect(mill.servers.slots()).toBeNull();
    await mill.goAway();
    for (let looks = 0; looks < 3; looks += 1) await mill.pass(30_000);
    expect(mill.ollama.circuits()).toEqual({ [mill.url]: 'OPEN' });
    for (let looks = 0; looks < 3; looks += 1) await mill.pass(30_000);
    expect(states(mill.events)).toEqual([
      'CLOSED -> OPEN',
      ...Array.from({ length: 3 }, () => ['OPEN -> HALF_OPEN', 'HALF_OPEN -> OPEN']).flat(),
    ]);
    await mill.clock.untilWaiting(1);
    await mill.clock.advance(10_000);
    await mill.comeBack();
    const told = mill.events.length;
    await mill.pass(20_000);
    expect(states(mill.events.slice(told))).toEqual(['OPEN -> HALF_OPEN', 'HALF_OPEN -> CLOSED']);
    expect(mill.requests()).toHaveLength(4);
    expect(await mill.servers.outage(unaborted())).toBeNull();
  });

  it('says why while it is down, without asking again', async () => {
    await using mill = await watched();
    await mill.goAway();
    for (let looks = 0; looks < 3; looks += 1) await mill.pass(30_000);
    const told = mill.events.length;
    for (let looks = 0; looks < 5; looks += 1) {
      await mill.clock.advance(5000);
      expect(await mill.servers.outage(unaborted())).toMatchObject({
        code: 'MODEL_UNREACHABLE',
        message: expect.stringContaining(`Ollama at ${mill.url} cannot be reached`) as unknown,
      });
    }
    expect(mill.events).toHaveLength(told);
    const [host] = await mill.servers.health(unaborted());
    expect(host).toMatchObject({
      healthy: false,
      circuit: { state: 'OPEN', failures: 3, nextAttemptAt: expect.any(String) as unknown },
    });
  });

  it('F91: is taken with the models it has when it is back', async () => {
    await using mill = await watched({ models: [{ name: 'old:7b' }, { name: 'coder:7b' }] });
    await mill.pass(30_000);
    expect(mill.ollama.known().map(({ id }) => id)).toEqual(['ollama/old:7b', 'ollama/coder:7b']);
    await mill.goAway();
    await mill.comeBack({ models: [{ name: 'coder:7b' }, { name: 'new:7b' }] });
    // A connection that was kept open is found to be dead at the first look.
    await mill.pass(30_000);
    await mill.pass(30_000);
    expect(mill.ollama.known().map(({ id }) => id)).toEqual(['ollama/coder:7b', 'ollama/new:7b']);
    expect(mill.events).toEqual([
      {
        type: 'models:changed',
        host: mill.url,
        added: ['ollama/new:7b'],
        removed: ['ollama/old:7b'],
        updated: [],
      },
    ]);
  });

  it('without a model for code holds the tickets back', async () => {
    await using fake = await startFakeOllama({ models: [] });
    await using ollama = ollamaFor([fake]);
    const servers = watchServers(ollama, null, ollama.clock);
    expect(await servers.outage(unaborted())).toMatchObject({ code: 'NO_MODEL' });
    expect(servers.defaultModel()).toBeNull();
  });

  it('gives the model that is found where none is configured', async () => {
    await using fake = await startFakeOllama({ models: [{ name: 'other:7b' }, { name: 'coder:7b' }] });
    await using ollama = ollamaFor([fake]);
    const servers = watchServers(ollama, null, ollama.clock);
    expect(await servers.outage(unaborted())).toBeNull();
    expect(servers.defaultModel()).toBe('ollama/coder:7b');
  });
});
