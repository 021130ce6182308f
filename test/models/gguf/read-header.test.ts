import { describe, expect, it } from '@jest/globals';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLibrary } from '../../../src/models/gguf/find-library.ts';
import { keepAliveMs } from '../../../src/models/gguf/keep-alive.ts';
import { readGgufHeader } from '../../../src/models/gguf/read-header.ts';
import { toHistory } from '../../../src/models/gguf/to-history.ts';
import { temporaryDirectories } from '../../support/directory.ts';
import { installStandIn } from '../../support/gguf-under-test.ts';
import { tinyGguf } from '../../support/tiny-gguf.ts';

const directory = temporaryDirectories();

function fileOf(bytes: Buffer | string): { id: string; file: string } {
  const file = join(directory(), 'a.gguf');
  writeFileSync(file, bytes);
  return { id: 'here/a', file };
}

describe('the header of a GGUF file', () => {
  it('tells what is known of the model', async () => {
    const asked = fileOf(tinyGguf({ contextLength: 8192, chatTemplate: '{% if tools %}…{% endif %}' }));
    const header = await readGgufHeader(asked);
    expect(header).toMatchObject({
      architecture: 'llama',
      contextLength: 8192,
      sizeLabel: '0.03M',
      knowsTools: true,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
    expect(await readGgufHeader(asked)).toEqual(header);
    // Its vocabulary alone takes a quarter of a second to go through.
    expect(await readGgufHeader(asked, header)).toBe(header);
    appendFileSync(asked.file, 'more');
    expect((await readGgufHeader(asked, header)).digest).not.toBe(header.digest);
    expect((await readGgufHeader(fileOf(tinyGguf()))).knowsTools).toBe(false);
  });

  it.each<[what: string, bytes: Buffer | string, words: string]>([
    ['another file', 'PK\x03\x04 and more', 'is no GGUF file: it begins with "PK\\u0003\\u0004".'],
    ['an empty file', '', 'ends within its header, at 0 bytes; it was not copied as a whole.'],
    ['half a header', tinyGguf().subarray(0, 900), 'ends within its header, at 900 bytes;'],
    ['an old version', tinyGguf({ version: 1 }), 'is GGUF of version 1; versions 2 and 3 are understood.'],
    ['a later version', tinyGguf({ version: 9 }), 'is GGUF of version 9;'],
    [
      'no kind',
      Buffer.concat([tinyGguf().subarray(0, 8), Buffer.alloc(16)]),
      'does not say what kind of model',
    ],
    ['an unknown type', tinyGguf().fill(99, 52, 56), 'has a value of the unknown type'],
  ])('of %s is refused', async (_what, bytes, words) => {
    const asked = fileOf(bytes);
    await expect(readGgufHeader(asked)).rejects.toMatchObject({
      code: 'MODEL_FILE_UNUSABLE',
      message: expect.stringContaining(`here/a: ${asked.file} ${words}`) as unknown,
    });
  });

  it('of a file that is not there, or is a folder, cannot be read', async () => {
    const file = join(directory(), 'nowhere.gguf');
    await expect(readGgufHeader({ id: 'here/a', file })).rejects.toThrow(`here/a: ${file} does not exist.`);
    mkdirSync(file);
    await expect(readGgufHeader({ id: 'here/a', file })).rejects.toMatchObject({
      code: 'MODEL_FILE_UNUSABLE',
    });
  });
});

describe('the library', () => {
  it('is found where it is said to be, and is none of ours', () => {
    const library = installStandIn(directory(), '3.30.2');
    expect(findLibrary(library)).toEqual({ directory: library, version: '3.30.2' });
    expect(() => findLibrary(installStandIn(directory(), '4.0.0'))).toThrow(
      'is version 4.0.0; expected 3.22',
    );
    writeFileSync(join(library, 'package.json'), 'no JSON');
    expect(() => findLibrary(library)).toThrow(`The package node-llama-cpp is not in ${library}`);
  });
});

it('a duration is read as Ollama writes it', () => {
  expect(['30m', '1h30m', '90s', '1.5s', '0s', '250ms', '-1s'].map(keepAliveMs)).toEqual([
    1_800_000,
    5_400_000,
    90_000,
    1500,
    0,
    250,
    null,
  ]);
});

describe('a conversation in the words of the library', () => {
  const call = (id: string | undefined, path: string) => ({
    ...(id === undefined ? {} : { id }),
    name: 'read',
    arguments: { path },
  });
  const called = (path: string, result: unknown) => ({
    type: 'functionCall',
    name: 'read',
    params: { path },
    result,
  });

  it('ends in a turn that is still to be written', () => {
    expect(
      toHistory([
        { role: 'system', content: 'Be terse.' },
        { role: 'user', content: 'Hello?' },
        { role: 'system', content: 'Two steps are left.' },
      ]),
    ).toEqual([
      { type: 'system', text: 'Be terse.' },
      { type: 'user', text: 'Hello?' },
      { type: 'user', text: 'Two steps are left.' },
      { type: 'model', response: [] },
    ]);
  });

  it('has results of tools within their calls, by id or in order, and goes on in the same turn', () => {
    const tool = (content: string, toolCallId?: string) => ({
      role: 'tool' as const,
      toolName: 'read',
      content,
      ...(toolCallId === undefined ? {} : { toolCallId }),
    });
    const history = toHistory([
      { role: 'user', content: 'Look.' },
      {
        role: 'assistant',
        content: 'I look.',
        toolCalls: [call('1', 'a'), call('2', 'b'), call(undefined, 'c')],
      },
      tool('of b', '2'),
      tool('of a'),
      { role: 'assistant', content: 'Both seen.' },
      tool('nobody asked'),
    ]);
    expect(history).toEqual([
      { type: 'user', text: 'Look.' },
      {
        type: 'model',
        response: [
          'I look.',
          called('a', 'of a'),
          called('b', 'of b'),
          called('c', 'no result'),
          'Both seen.',
        ],
      },
      { type: 'user', text: 'nobody asked' },
      { type: 'model', response: [] },
    ]);
  });
});
