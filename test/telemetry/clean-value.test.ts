import { describe, it, expect } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { cleanText, cleanValue, longestValue } from '../../src/telemetry/clean-value.ts';
import { createRedactor } from '../../src/telemetry/redact.ts';

const secret = 'canary-0123456789';
const redact = createRedactor([secret]);
const clean = (value: unknown) => cleanValue(value, redact);

describe('text', () => {
  it.each([
    ['\u001b[2J\u001b]52;c;x\u0007', '\\u001b[2J\\u001b]52;c;x\\u0007'],
    ['a\rb', 'a\\u000db'],
    ['a\r\nb\tc', 'a\nb\tc'],
    ['right\u202eleft\u2066\u2028', 'right\\u202eleft\\u2066\\u2028'],
    ['\u009b31m\u007f\ufeff', '\\u009b31m\\u007f\\ufeff'],
    ['ä 漢 🎉 %s%n ${jndi:x} {{7*7}}', 'ä 漢 🎉 %s%n ${jndi:x} {{7*7}}'],
  ])('shows control characters: %j', (text, expected) => expect(clean(text)).toBe(expected));

  it('is cut to four thousand characters and says so', () => {
    const text = cleanText('x'.repeat(10_000_000), redact);
    expect(text.length).toBeLessThan(longestValue + 60);
    expect(text).toMatch(/x… \[\d+ characters more\]$/);
  });

  it('holds nothing of a secret that lies across a cut', () => {
    for (const edge of [longestValue, 256 * 1024]) {
      for (let shift = 1; shift < secret.length; shift++) {
        expect(cleanText('x'.repeat(edge - shift) + secret + 'y'.repeat(100), redact)).not.toContain('canar');
      }
    }
    const swallowed = `-----BEGIN PRIVATE KEY-----${'k'.repeat(256 * 1024 - 70)}-----END PRIVATE KEY-----`;
    expect(cleanText(`${swallowed}${secret}`, redact)).not.toContain('can');
  });
});

describe('errors', () => {
  it('keep name, message, stack, code and every cause', () => {
    const inner = Object.assign(new TypeError(`no ${secret}`), { code: 'E_INNER' });
    const cleaned = clean({ error: new Error('outer', { cause: inner }) }) as {
      error: Record<string, unknown>;
    };
    expect(cleaned.error).toMatchObject({ name: 'Error', message: 'outer' });
    expect(cleaned.error['stack']).toContain('clean-value.test');
    expect(cleaned.error['cause']).toMatchObject({
      name: 'TypeError',
      message: 'no [redacted]',
      code: 'E_INNER',
    });
    expect(JSON.stringify(cleaned)).not.toContain(secret);
  });

  it('are known whatever realm made them', () => {
    const foreign: unknown = runInNewContext('new RangeError("far away")');
    expect(clean(foreign)).toMatchObject({ name: 'RangeError', message: 'far away' });
    expect(clean(AbortSignal.abort().reason)).toMatchObject({ name: 'AbortError' });
    expect(clean(new AggregateError([new Error('one')], 'all'))).toMatchObject({
      errors: [{ message: 'one' }],
    });
  });

  it('do not take request headers along', () => {
    const error = Object.assign(new Error('401'), {
      request: { headers: { authorization: `token ${secret}` } },
    });
    expect(JSON.stringify(clean(error))).not.toContain('authorization');
  });
});

describe('structures', () => {
  it('become plain bounded data', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(JSON.stringify(clean(cycle))).toContain('[deeper]');
    expect(clean(Array.from({ length: 150 }, () => 1))).toHaveLength(101);
    expect(
      Object.keys(clean(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [i, i]))) as object),
    ).toHaveLength(100);
  });

  it.each<[unknown, unknown]>([
    [10n, '10'],
    [Number.NaN, 'NaN'],
    [null, null],
    [true, true],
    [() => 1, '[function]'],
    [Symbol('x'), '[symbol]'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Invalid Date'],
    [new URL('http://a:b@c/'), 'http://[redacted]@c/'],
    [Buffer.from('abc'), '[3 bytes]'],
    [new Map([['k', secret]]), { k: '[redacted]' }],
    [new Set([secret]), ['[redacted]']],
    [
      { password: 'x', apiKey: 1, gone: undefined },
      { password: '[redacted]', apiKey: 1 },
    ],
    [{ [secret]: 1 }, { '[redacted]': 1 }],
  ])('%p', (value, expected) => expect(clean(value)).toEqual(expected));

  it('stay data when a member is named like a prototype', () => {
    const cleaned = clean(JSON.parse('{"__proto__": {"polluted": true}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(cleaned)).toBe(Object.prototype);
    expect(cleaned['polluted']).toBeUndefined();
  });

  it('survive a getter that throws', () => {
    const hostile = {
      get bad(): string {
        throw new Error('no');
      },
    };
    expect(clean(hostile)).toBe('[unreadable]');
  });

  it('never throw, and never hold the secret', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
        (value) => {
          expect(JSON.stringify(clean({ value, secret }))).not.toContain(secret);
        },
      ),
    );
  });
});
