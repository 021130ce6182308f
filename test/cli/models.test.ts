import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WireChat } from '../../scripts/demo/ollama-wire-chat.ts';
import { bar } from '../../src/cli/follow-pull.ts';
import { typed } from '../support/command-line.ts';
import { writeFiles } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { compatible } from '../support/cloud-formats.ts';
import { startFakeCloud } from '../support/fake-cloud.ts';
import type { FakeAnswer, FakeOllama } from '../support/fake-ollama.ts';
import { startFakeOllama } from '../support/fake-ollama.ts';
import { installStandIn } from '../support/gguf-under-test.ts';
import { houseDouble } from '../support/house.ts';
import { statusReport } from '../support/ticket-report.ts';
import { writeTinyGguf } from '../support/tiny-gguf.ts';

const letter =
  'letter.txt\n```\nDear reader,\nHello from all of us.\nGoodbye.\n```\n\nDONE: It says Hello.\n';

/** Edits in text as it is told to; writes edits nowhere else; cannot call a tool. */
function answer({ model, messages }: WireChat): FakeAnswer {
  const asked = messages.map(({ content }) => content).join('\n');
  if (asked.includes('Plan only')) return 'I would look at the name first.';
  return model.startsWith('coder') ? letter : 'I am only a small model.';
}

describe('ticketmill models', () => {
  const directory = temporaryDirectories();
  let ollama: FakeOllama;
  beforeEach(async () => {
    ollama = await startFakeOllama({
      models: [
        { name: 'coder:7b', capabilities: ['completion'] },
        { name: 'tiny:1b', capabilities: ['completion'] },
      ],
      registry: [{ name: 'new:7b' }],
      script: answer,
    });
  });
  afterEach(() => ollama.close());

  function place(config: object = {}): string {
    const cwd = directory();
    writeFiles(cwd, {
      'config.json': { ollama: { hosts: [ollama.url], defaultModel: 'coder:7b' }, ...config },
    });
    return cwd;
  }

  it('lists, inspects and probes a GGUF file like a model of a server, with or without one', async () => {
    const cwd = place({
      ollama: { hosts: ['http://127.0.0.1:9'], defaultModel: 'here/small' },
      providers: { here: { files: { small: 'small.gguf' }, module: 'node-llama-cpp' } },
    });
    installStandIn(cwd);
    await writeTinyGguf(join(cwd, 'small.gguf'), { contextLength: 4096 });
    const plan = { text: 'I would look at the name first.' };
    const script = { answers: [{ text: letter }, { text: letter }, plan] };
    writeFiles(cwd, { 'small.gguf.script.json': script });
    const listed = await typed(['models', 'list'], { cwd });
    expect(listed.out).toMatch(/^here\/small {2}0\.0 GB {2}window 4096 {2}completion/);
    const probed = await typed(['models', 'probe', 'here/small', '--json'], { cwd });
    expect(probed.json()).toMatchObject([
      { model: 'here/small', version: '3.22.1', checks: [{ name: 'load', outcome: 'passed' }, {}, {}, {}] },
    ]);
    const again = await typed(['models', 'probe', 'here/small', '--json'], { cwd });
    expect(again.json()).toMatchObject([{ isNew: false }]);
    const doctor = await typed(['doctor'], { cwd });
    expect(doctor.out).toMatch(/ok +gguf +here\/small .* can be run by node-llama-cpp 3\.22\.1/);
    rmSync(join(cwd, 'node-llama-cpp'), { recursive: true });
    const without = await typed(['doctor'], { cwd });
    expect(without.out).toMatch(/FAIL +gguf +The package node-llama-cpp is not in /i);
    expect(without.out).toContain('npm install node-llama-cpp');
  });

  it('probes a model with the real coder, once as long as nothing changed', async () => {
    const cwd = place();
    const first = await typed(['models', 'probe'], { cwd });
    expect(first.err).toContain('Probing coder:7b');
    expect(first.out).toMatch(/^ollama\/coder:7b is admitted/);
    expect(first.out).toMatch(/passed {3}load.*window of 32768 tokens/);
    expect(first.out).toMatch(/skipped {2}tools.*cannot call tools/);
    expect(first.out).toMatch(/passed {3}blocks.*changed a file of three lines by edits in text/);
    expect(first.code).toBe(0);
    const asked = ollama.chats().length;
    const again = await typed(['models', 'probe', 'coder:7b', '--json'], { cwd });
    expect(again.json()).toMatchObject([{ model: 'ollama/coder:7b', admitted: true, isNew: false }]);
    expect(ollama.chats()).toHaveLength(asked);
    await typed(['models', 'probe', 'coder:7b', '--again'], { cwd });
    expect(ollama.chats().length).toBeGreaterThan(asked);
  });

  it('probes a model of another provider, though no server of ours answers', async () => {
    await using cloud = await startFakeCloud(compatible);
    await ollama.close();
    const cwd = place({ providers: { box: { baseUrl: `${cloud.url}/v1` } } });
    const said = await typed(['models', 'probe', 'box/coder'], { cwd });
    expect(said).toMatchObject({ code: 1 });
    expect(said.out).toMatch(/^box\/coder gets no tickets/);
    expect(said.out).toMatch(/skipped {2}load.*Another provider runs it/);
    expect(said.out).toMatch(/failed {3}blocks.*could not change a file/);
    expect(said.out).toMatch(/passed {3}plan/);
    const asked = cloud.requests.length;
    expect(asked).toBeGreaterThan(2);
    expect((await typed(['models', 'probe', 'box/coder'], { cwd })).out).toContain('as probed');
    expect(cloud.requests).toHaveLength(asked);
    const off = await typed(['models', 'probe', 'openai/gpt-5'], { cwd });
    expect(off.code).not.toBe(0);
    expect(off.err).toContain('OPENAI_API_KEY');
  });

  it('says which models get no tickets, and why', async () => {
    const cwd = place();
    expect((await typed(['models'], { cwd })).out).toContain('not probed yet, and so admitted');
    const probe = await typed(['models', 'probe', 'tiny:1b'], { cwd });
    expect(probe).toMatchObject({ code: 1 });
    expect(probe.out).toMatch(/^ollama\/tiny:1b gets no tickets/);
    const listed = await typed(['models', 'list', '--json'], { cwd });
    expect(listed.json()).toMatchObject([
      {
        models: [
          { id: 'ollama/coder:7b', refused: null, probe: null },
          { id: 'ollama/tiny:1b', refused: expect.stringContaining('could not change') as unknown },
        ],
      },
    ]);
    expect((await typed(['models', 'list'], { cwd })).out).toMatch(
      /ollama\/tiny:1b {2}4\.7 GB.*loaded at http\S+ with 32768 tokens\n {2}gets no tickets: It could not/,
    );
  });

  it.each<[boolean, string]>([
    [true, 'tiny:1b'],
    [false, 'ollama/tiny:1b'],
  ])('leaves the last word to the config: %s', async (admitted, id) => {
    const cwd = place({ models: { [id]: { admitted } } });
    await typed(['models', 'probe', 'tiny:1b'], { cwd });
    const [report] = (await typed(['models', '--json'], { cwd })).json() as {
      models: { refused: unknown }[];
    }[];
    expect(report?.models[1]?.refused === null).toBe(admitted);
  });

  it('pulls a model and tells how far it is', async () => {
    const said = await typed(['models', 'pull', 'new:7b'], { cwd: place() });
    expect(said).toMatchObject({ code: 0, out: 'pulled  new:7b\n' });
    expect(said.err).toMatch(/^new:7b: pulling manifest\n[\s\S]*new:7b: success\n$/);
    const bars = await typed(['models', 'pull', 'new:7b'], {
      cwd: place(),
      isTerminal: { stdin: true, stdout: true, stderr: true },
    });
    expect(bars.err).toMatch(/\r.*% of/);
  });

  it('says why a pull failed', async () => {
    const said = await typed(['models', 'pull', 'nowhere:7b'], { cwd: place() });
    expect(said.code).not.toBe(0);
    expect(said.err).toContain('nowhere:7b');
  });

  it('tells how models did', async () => {
    const house = houseDouble({
      answers: {
        status: () =>
          statusReport({
            models: {
              'ollama/a': { attempts: 4, successes: 3, tokens: 900, costUsd: 0, p50Ms: 1500, p95Ms: 9000 },
              'ollama/b': { attempts: 0, successes: 0, tokens: 9, costUsd: 0 },
            },
            categories: [
              {
                model: 'ollama/a',
                category: 'debugging',
                attempts: 1,
                successes: 0,
                tokens: 300,
                costUsd: 0,
                p50Ms: 9000,
                p95Ms: 9000,
              },
            ],
            cache: {
              enabled: true,
              entries: 3,
              asked: 8,
              hits: 2,
              hitRate: 0.25,
              savedInput: 100,
              savedOutput: 20,
            },
          }),
      },
    });
    const said = await typed(['models', 'stats'], { cwd: place(), house });
    expect(said.out).toBe(
      `ollama/a  3 of 4 runs succeeded (75 %), 900 tokens, 0.00 USD, half of the calls take 1.5 s at most, 95 % 9.0 s
  debugging  0 of 1 runs succeeded (0 %), 300 tokens, 0.00 USD, half of the calls take 9.0 s at most, 95 % 9.0 s
ollama/b  no run ended, 9 tokens, 0.00 USD
kept answers  given to 2 of 8 requests (25 %), 120 tokens spared
`,
    );
  });
});

describe('the bar of a pull', () => {
  it.each([
    [{ status: 'pulling manifest', total: null, completed: null }, 80, 'pulling manifest'],
    [
      { status: 'pulling 3e4c', total: 4_000_000_000, completed: 1_000_000_000 },
      80,
      `pulling 3e4c ${'█'.repeat(6)}${'░'.repeat(18)}  25 % of 4.0 GB`,
    ],
    [{ status: 'pulling 3e4c', total: 100, completed: 100 }, 20, `pulling 3e4c ██████`],
  ])('%j', (step, columns, expected) => {
    expect(bar(step, columns)).toBe(expected);
  });
});
