import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capOutput } from '../../src/workspace/cap-output.ts';

describe('capOutput', () => {
  it('keeps everything that fits, however it arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 20 }), (parts) => {
        const capped = capOutput(10_000);
        for (const part of parts) capped.add(Buffer.from(part));
        expect(capped.text()).toBe(parts.join(''));
        expect(capped.cut()).toBe(0);
      }),
    );
  });

  it('never shows half a character and counts what it left out', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 50, maxLength: 400 }),
        fc.integer({ min: 8, max: 40 }),
        (text, limit) => {
          const bytes = Buffer.from(text.toWellFormed());
          const capped = capOutput(limit);
          capped.add(bytes);
          const shown = capped.text();
          expect(capped.cut()).toBe(Math.max(0, bytes.length - 2 * Math.floor(limit / 2)));
          const [head = '', tail = ''] = shown.split(/\n\[… \d+ bytes cut out …\]\n/);
          expect(text.toWellFormed().startsWith(head)).toBe(true);
          expect(text.toWellFormed().endsWith(tail)).toBe(true);
        },
      ),
    );
  });

  it('stays small while a program floods it', () => {
    const capped = capOutput(100);
    for (let line = 0; line < 100_000; line += 1) capped.add(Buffer.from(`line ${line}\n`));
    expect(capped.text()).toMatch(/^line 0\n[^]*cut out[^]*line 99999\n$/);
    expect(capped.text().length).toBeLessThan(200);
  });
});
