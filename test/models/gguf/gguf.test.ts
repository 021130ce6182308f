import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGguf } from '../../../src/models/gguf/gguf.ts';
import { keepsTheContract } from '../../support/chat-contract.ts';
import type { Contracted } from '../../support/chat-contract.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { ggufFor, installStandIn } from '../../support/gguf-under-test.ts';
import type { GgufUnderTest, StandInAnswer, StandInScript } from '../../support/gguf-under-test.ts';
import { question, unaborted } from '../../support/ollama-under-test.ts';

const directory = temporaryDirectories();
const model = 'here/tiny';

/** One process for the whole contract: it outlives whatever becomes of a chat. */
function contracted(gguf: GgufUnderTest, answers: readonly StandInAnswer[]): Contracted {
  gguf.begin({ answers: [...answers] });
  let end: 'finished' | 'aborted' | undefined;
  return {
    ...gguf,
    model,
    // A chat that fails otherwise, or never, would say neither.
    chat: (request, signal) =>
      gguf.chat(request, signal).then(
        (reply) => {
          end = 'finished';
          return reply;
        },
        (error: unknown) => {
          end = gguf.loaded().length === 1 ? 'aborted' : undefined;
          throw error;
        },
      ),
    received: () => gguf.untilSeen('answers'),
    sent: (at) => JSON.stringify(gguf.seen('answers')[at]),
    ended: () => Promise.resolve(end),
    answers: () => gguf.answers(model),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

describe('a process that lasts', () => {
  let lasting: GgufUnderTest;
  beforeAll(() => {
    lasting = ggufFor(mkdtempSync(join(tmpdir(), 'ticketmill-gguf-')));
  });
  afterAll(async () => {
    await lasting.close();
    rmSync(dirname(lasting.file), { recursive: true });
  });

  keepsTheContract((...answers) => Promise.resolve(contracted(lasting, answers)));

  it('keeps thoughts apart', async () => {
    const provider = contracted(lasting, [{ thinking: 'Hm. ', text: 'Done.' }]);
    const reply = await provider.chat(question({ model }), unaborted());
    expect(reply).toMatchObject({ text: 'Done.', thinking: 'Hm.' });
  });

  it('refuses a prompt that does not fit', async () => {
    const provider = contracted(lasting, [{ usage: { input: 5000, output: 0 } }]);
    await expect(provider.chat(question({ model }), unaborted())).rejects.toMatchObject({
      code: 'MODEL_CONTEXT_OVERFLOW',
      message: `here/tiny (${lasting.file}): 5000 tokens do not fit in a window of 4096.`,
    });
  });
});

describe('in a process of its own', () => {
  const ask = (gguf: GgufUnderTest) => gguf.chat(question({ model }), unaborted());
  const pids = (gguf: GgufUnderTest) => gguf.seen('loads').map(({ pid }) => pid as number);

  it('a model is loaded by its first chat, once, and takes nothing of the environment but what it is given', async () => {
    await using gguf = ggufFor(directory(), {}, { parallel: 2 });
    expect(gguf.loaded()).toEqual([]);
    const replies = await Promise.all([ask(gguf), ask(gguf), ask(gguf)]);
    expect(replies.map(({ text }) => text)).toEqual(['Well.', 'Well.', 'Well.']);
    expect(gguf.seen('loads')).toHaveLength(1);
    expect(gguf.seen('loads')[0]?.['env']).not.toContain('HOME');
    expect(gguf.loaded()).toEqual([
      { id: model, host: gguf.file, contextLength: 4096, sizeBytes: 1700, vramBytes: 500, expiresAt: null },
    ]);
  });

  it.each<[what: string, script: StandInScript, code: string, words: string]>([
    [
      'weights that are cut off',
      { loads: [{ fault: 'corrupt' }] },
      'MODEL_FILE_UNUSABLE',
      'not within the file bounds',
    ],
    ['too little memory', { loads: [{ fault: 'memory' }] }, 'MODEL_OUT_OF_MEMORY', 'Not enough RAM'],
    [
      'memory that the system takes back',
      { loads: [{ fault: 'killed' }] },
      'MODEL_OUT_OF_MEMORY',
      'where memory runs out',
    ],
    ['a window that is too large', { loads: [{ fault: 'window' }] }, 'MODEL_OUT_OF_MEMORY', 'its window'],
    [
      'a death before the answer',
      { answers: [{ fault: 'die-early' }] },
      'MODEL_UNREACHABLE',
      'where memory runs out',
    ],
    [
      'a death in the middle',
      { answers: [{ text: 'half an', fault: 'die' }] },
      'MODEL_STREAM_BROKEN',
      'in the middle of its answer: GGML_ASSERT(n > 0) failed',
    ],
  ])('%s is a failure of its class, of one call', async (_what, script, code, words) => {
    await using gguf = ggufFor(directory(), script);
    const failure: unknown = await ask(gguf).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(words) as unknown });
    expect(failure).toMatchObject({
      message: expect.stringContaining(`here/tiny (${gguf.file})`) as unknown,
    });
    // What does not fit in memory is left alone for a while; everything else is tried again at once.
    const next = ask(gguf);
    if (code === 'MODEL_OUT_OF_MEMORY') await expect(next).rejects.toMatchObject({ code: 'MODEL_UNFIT' });
    else expect(await next).toMatchObject({ text: 'Well.' });
  });

  it('a process that is killed in the middle is started again by the next chat', async () => {
    await using gguf = ggufFor(directory(), { answers: [{ text: 'half an', fault: 'stall' }] });
    const heard = Promise.withResolvers<null>();
    const broken = gguf.chat(question({ model, onText: () => heard.resolve(null) }), unaborted());
    const outcome = broken.catch((error: unknown) => error);
    await heard.promise;
    process.kill(pids(gguf)[0] ?? 0, 'SIGKILL');
    expect(await outcome).toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
    expect(gguf.loaded()).toEqual([]);
    expect(await ask(gguf)).toMatchObject({ text: 'Well.' });
    expect(new Set(pids(gguf)).size).toBe(2);
  });

  it('one that dies each time it loads is left alone for a while, and trusted again', async () => {
    const loads = Array.from({ length: 3 }, () => ({ fault: 'die' as const }));
    await using gguf = ggufFor(directory(), { loads });
    for (let count = 0; count < loads.length; count += 1) {
      const message: unknown = expect.stringContaining('its process ended by SIGABRT while it was loaded');
      await expect(ask(gguf)).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE', message });
    }
    expect(gguf.answers(model)).toBe(false);
    await expect(ask(gguf)).rejects.toMatchObject({ code: 'MODEL_CIRCUIT_OPEN' });
    expect(gguf.circuits()).toEqual({ [model]: 'OPEN' });
    await gguf.clock.advance(30_000);
    expect(await ask(gguf)).toMatchObject({ text: 'Well.' });
    expect(gguf.events.map((event) => event.type === 'circuit:changed' && event.to)).toEqual([
      'OPEN',
      'HALF_OPEN',
      'CLOSED',
    ]);
  });

  it('one that hangs while it loads is ended with the patience for a first token', async () => {
    await using gguf = ggufFor(directory(), { loads: [{ fault: 'hang' }] });
    const outcome = ask(gguf).catch((error: unknown) => error);
    await gguf.untilSeen('loads');
    await gguf.clock.advance(900_000);
    expect(await outcome).toMatchObject({ code: 'MODEL_TIMEOUT' });
    expect(await ask(gguf)).toMatchObject({ text: 'Well.' });
  });

  it('one that does not hear that it shall stop is ended, after a while', async () => {
    await using gguf = ggufFor(directory(), { answers: [{ fault: 'deaf' }] });
    const stop = new AbortController();
    const outcome = gguf.chat(question({ model }), stop.signal).catch((error: unknown) => error);
    await gguf.untilSeen('answers');
    stop.abort(new Error('enough'));
    await gguf.clock.advance(5000);
    expect(await outcome).toMatchObject({ message: 'enough' });
    expect(gguf.loaded()).toEqual([]);
  });

  it('its memory is given back when nobody asks, and at the end', async () => {
    await using gguf = ggufFor(directory());
    await ask(gguf);
    await gguf.clock.advance(1_800_000);
    expect(gguf.loaded()).toEqual([]);
    await ask(gguf);
    expect(gguf.loaded()).toHaveLength(1);
    await gguf.close();
    expect(gguf.loaded()).toEqual([]);
    for (const pid of pids(gguf)) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('a file that was replaced is loaded again', async () => {
    await using gguf = ggufFor(directory());
    await ask(gguf);
    const before = gguf.known()[0]?.digest;
    utimesSync(gguf.file, new Date(0), new Date(0));
    await ask(gguf);
    expect(gguf.seen('loads')).toHaveLength(2);
    expect(gguf.known()[0]?.digest).not.toBe(before);
  });

  it('a missing file, another file, and an id that nobody knows say so before anything is started', async () => {
    await using gguf = ggufFor(directory());
    writeFileSync(gguf.file, '<!DOCTYPE html>');
    await expect(ask(gguf)).rejects.toMatchObject({
      code: 'MODEL_FILE_UNUSABLE',
      message: `here/tiny: ${gguf.file} is no GGUF file: it begins with "<!DO".`,
    });
    await expect(gguf.facts('here/other', unaborted())).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: '"here/other" is no model of a GGUF file; the config has here/tiny.',
    });
    expect([gguf.owns('here/other'), gguf.owns('there/tiny')]).toEqual([true, false]);
    expect(await gguf.list()).toEqual([]);
    expect(gguf.seen('loads')).toEqual([]);
  });

  it.each([
    ['is not there', null, 'is not in '],
    ['is too old', '3.1.0', 'is version 3.1.0; expected 3.22 or a later 3.x.'],
  ])('a library that %s says so', async (_what, version, words) => {
    const place = directory();
    const library = version === null ? join(place, 'nowhere') : installStandIn(place, version);
    await using gguf = ggufFor(directory());
    const other = createGguf(
      {
        models: [{ id: model, file: gguf.file, library, parallel: 1, contextLength: 1024 }],
        limits: { timeout: 60_000, firstTokenTimeout: 60_000, stallTimeout: 60_000 },
        circuit: { failureThreshold: 3, successThreshold: 1, halfOpenRequests: 1, resetTimeout: 30_000 },
        keepAlive: '-1s',
        env: {},
      },
      gguf.clock,
    );
    await expect(other.warmUp(model, unaborted())).rejects.toMatchObject({
      code: 'MODEL_LIBRARY_UNUSABLE',
      message: expect.stringContaining(words) as unknown,
      hint: expect.stringContaining('npm install node-llama-cpp') as unknown,
    });
    await other.close();
  });
});
