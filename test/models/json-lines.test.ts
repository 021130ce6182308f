import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readJsonLines } from '../../src/models/json-lines.ts';

async function read(...chunks: (string | Uint8Array)[]): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of readJsonLines(bytes(chunks), 'the server')) lines.push(line);
  return lines;
}

async function* bytes(chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk as string));
}

describe('reading JSON lines', () => {
  it('gives the same objects however the bytes are cut', async () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(object),
        fc.array(fc.nat({ max: 400 })),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (objects, cuts, lineEnd) => {
          const text = Buffer.from(objects.map((value) => JSON.stringify(value) + lineEnd).join(''));
          const places = [...cuts, text.length].sort((a, b) => a - b);
          const chunks = places.map((end, index) => text.subarray(places[index - 1] ?? 0, end));
          expect(await read(...chunks)).toEqual(objects.map((value) => ({ ...value })));
        },
      ),
    );
  });

  it('splits at every byte, also inside a character', async () => {
    const text = Buffer.from('{"a":"ä€😀"}\r\n{"b":1}\n');
    expect(await read(...[...text].map((byte) => Uint8Array.of(byte)))).toEqual([{ a: 'ä€😀' }, { b: 1 }]);
  });

  it('takes two lines of one chunk, and a last one without a line end', async () => {
    expect(await read('{"a":1}\n{"b":2}\n{"c":3}')).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it.each([
    ['a line cut short', '{"a":1}\n{"b":'],
    ['a page', '<html><body>502 Bad Gateway</body></html>\n'],
    ['a byte order mark', '\uFEFF{"a":1}\n'],
    ['two objects on one line', '{"a":1}{"b":2}\n'],
    ['a value that is no object', '"text"\n'],
    ['a list', '[1]\n'],
    ['null', 'null\n'],
  ])('refuses %s', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'MODEL_STREAM_BROKEN' });
  });

  it('refuses broken UTF-8 in the middle and at the end', async () => {
    const message = 'the server sent bytes that are no UTF-8 text.';
    await expect(read(Uint8Array.of(0x22, 0xff, 0x22))).rejects.toThrow(message);
    await expect(read(Buffer.from('{"a":"ä"}').subarray(0, 7))).rejects.toThrow(message);
  });

  it('refuses a line of more than a megabyte before all of it is in memory', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; given < 200; given += 1) yield await Promise.resolve(Buffer.alloc(64 * 1024, 'x'));
    }
    const reading = readJsonLines(endless(), 'the server').next();
    await expect(reading).rejects.toThrow('the server sent a line of more than 1048576 characters.');
    expect(given).toBeLessThan(20);
    await expect(read(`{"a":"${'x'.repeat(1024 * 1024)}"}\n`)).rejects.toThrow('more than 1048576');
  });
});
